use super::{
    EraseView,
    api::{ERASE, EraseMe, open_erase},
};
use crate::{
    accounts::api::Goes,
    ui::{ErrorPage, FormState, Heading, Icon, Loading, PostForm, Submit},
    wire::{Resource, ServerAction},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// `/me/erase`: asks to be erased.
pub(super) fn erase_page() -> AnyView {
    let view = Resource::new(|| (), |()| open_erase());
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match view.await {
                    Ok(view) => view! { <Erase view /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Erase(view: EraseView) -> impl IntoView {
    let action = ServerAction::<EraseMe>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    let called_off = view.called_off.map(|day| {
        view! {
            <div class="notice">
                <Icon name="info" />
                <p>
                    "You had asked for this on " <time datetime=day.iso>{day.text}</time>
                    ". Signing in has called it off: your account stays. If you still want to be erased, ask again."
                </p>
            </div>
        }
    });
    view! {
        <div class="spread">
            <header class="page-head">
                <p class="kicker">
                    <a href="/me">"You"</a>
                </p>
                <Heading text="Erase me" />
                <p class="sentence">
                    "Your account goes, with all that only you can see. You choose what becomes of your words."
                </p>
            </header>
            <div>
                {called_off}
                <p>
                    "Drafts, devices, recovery codes, messages of the house and the support you gave always go. Answers to calls for help stay with whoever asked, as those of a former member. You may want to "
                    <a href="/me/export">"export your data"</a> " first."
                </p>
                <PostForm
                    action
                    name=ERASE
                    class="sheet"
                    page="/me/erase"
                    kept=view.kept
                    label="Erase me"
                    on_done
                >
                    <Stays />
                    <When />
                    <p class="hint">
                        "Nobody else can have the handle " <b dir="auto">{view.handle}</b>
                        " for a year, so that nobody is taken for you. You are signed out on every device."
                    </p>
                    <div class="row">
                        <Submit label="Erase me" class="danger" />
                    </div>
                </PostForm>
            </div>
        </div>
    }
}

/// Which words stay.
#[component]
fn Stays() -> impl IntoView {
    let choice = |name: &'static str, label: &'static str| {
        let state = expect_context::<FormState>();
        view! {
            <label class="choice">
                <input type="checkbox" name=name value="on" checked=state.value(name, "") == "on" />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>"What may stay"</legend>
            <p class="hint">
                "What you tick stays, as words of a former member. The rest goes, with the answers under it; where others have replied to a comment of yours, a gap stays."
            </p>
            {choice("stories", "My stories")}
            {choice("reflections", "My reflections")}
            {choice("shout_outs", "My shout-outs")}
            {choice("rituals", "My rituals")}
            {choice("comments", "My comments")}
            {choice("calls", "My calls for help")}
            <p class="hint">
                "What you posted anonymously or asked in a call for help, and do not let stay, is cut off from you at once, and goes by itself within four weeks: if it went with the rest, the moment would tell who wrote it."
            </p>
        </fieldset>
    }
}

/// When it happens: field `when`.
#[component]
fn When() -> impl IntoView {
    let state = expect_context::<FormState>();
    let now = state.value("when", "later") == "now";
    view! {
        <fieldset>
            <legend>"When"</legend>
            <label class="choice">
                <input type="radio" name="when" value="later" checked=!now />
                <span>"In 14 days"</span>
                <span class="hint">"If you sign in before that, everything stays."</span>
            </label>
            <label class="choice">
                <input type="radio" name="when" value="now" checked=now />
                <span>"At once"</span>
                <span class="hint">"It cannot be taken back."</span>
            </label>
        </fieldset>
    }
}
