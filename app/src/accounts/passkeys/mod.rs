//! Passkeys as people see them: joining and signing in with one, and those on
//! one's own page. Making and showing one needs script, and a browser that knows
//! how; seeing and removing them does not.

pub mod api;
mod browser;

use super::{PasskeyView, PasskeysView, api::Goes, confirm::ConfirmFirst, me::Me};
use crate::{
    error::AppError,
    ui::{Check, Hidden, PostForm, Submit, TextField, announce, focus},
    wire::ServerAction,
};
use api::{AddPasskey, JoinByPasskey, RemovePasskey, ShowPasskey, Step, passkey_form};
use browser::Asks;
use domain::{
    accounts::{Handle, PasskeyName, Question},
    refusal::Field,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_navigate;

/// Shows what is inside where passkeys can be made and shown.
#[component]
fn WhereAble(children: ChildrenFn) -> impl IntoView {
    let able = RwSignal::new(false);
    Effect::new(move || able.set(browser::is_able()));
    move || able.get().then(|| children())
}

/// What a form about a passkey does with an answer: it asks the browser and is
/// sent again, or it is done.
fn step_by_step<F>(
    action: ServerAction<F>,
    form: &'static str,
    asks: Asks,
    done: impl Fn(Goes) + Send + Sync + 'static,
) -> Callback<Step>
where
    F: ServerFn<Error = AppError, Output = Step> + Clone + Send + Sync + 'static,
{
    Callback::new(move |step| match step {
        Step::Asked(question) => ask(action, form, asks, question),
        Step::Done(goes) => done(goes),
    })
}

fn ask<F>(action: ServerAction<F>, form: &'static str, asks: Asks, question: Question)
where
    F: ServerFn<Error = AppError, Output = Step> + Clone + Send + Sync + 'static,
{
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async move {
        match browser::ask(asks, &question.options).await {
            Ok(Some(credential)) => {
                let ask = question.ask.to_string();
                browser::send_with(form, &[("ask", &ask), ("credential", &credential)]);
            }
            Ok(None) => {}
            Err(refusal) => action.refuse(refusal.into()),
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (action, form, asks, question);
}

/// Where the browser's answer stands when the form is sent again.
#[component]
fn Answer() -> impl IntoView {
    view! {
        <Hidden name="ask" value="" />
        <Hidden name="credential" value="" />
    }
}

/// A button that signs in with a passkey, or confirms with one.
#[component]
pub(super) fn ByPasskey(
    label: &'static str,
    #[prop(into)] page: String,
    #[prop(into)] next: String,
) -> impl IntoView {
    const FORM: &str = "accounts.show-passkey";
    let action = ServerAction::<ShowPasskey>::new();
    let navigate = use_navigate();
    let on_done = step_by_step(action, FORM, Asks::ToShow, move |goes| {
        navigate(&goes.to, Default::default());
    });
    let (page, next) = (StoredValue::new(page), StoredValue::new(next));
    view! {
        <WhereAble>
            <PostForm action name=FORM class="row" page=page.get_value() on_done>
                <Hidden name="next" value=next.get_value() />
                <Answer />
                <Submit label class="second" />
            </PostForm>
        </WhereAble>
    }
}

/// Joining without a password. What was typed beside it comes along.
#[component]
pub(super) fn JoinWithPasskey(
    #[prop(into)] page: String,
    #[prop(into)] next: String,
    /// The invitation that the address brought, if it brought one.
    #[prop(into)]
    invitation: String,
    /// Nobody joins without an invitation, and the address brought none.
    asks_invitation: bool,
) -> impl IntoView {
    const FORM: &str = "accounts.join-by-passkey";
    let action = ServerAction::<JoinByPasskey>::new();
    let navigate = use_navigate();
    let on_done = step_by_step(action, FORM, Asks::ToMake, move |goes| {
        navigate(&goes.to, Default::default());
    });
    let fields = StoredValue::new((page, next, invitation));
    let open = RwSignal::new(None::<String>);
    let unfold = move |_| {
        open.set(Some(typed_handle()));
        focus(format!("{FORM}-handle"));
    };
    let form = move |handle: String| {
        let (page, next, invitation) = fields.get_value();
        let invitation = move || {
            if asks_invitation {
                view! {
                    <TextField field=Field::Invitation label="Invitation" autocomplete="off" />
                }
                .into_any()
            } else {
                view! { <Hidden name="invitation" value=invitation /> }.into_any()
            }
        };
        view! {
            <PostForm
                action
                name=FORM
                class="sheet short"
                page
                label="Join with a passkey"
                on_done
            >
                <p class="hint">
                    "Your device or password manager keeps the passkey, and opens it for you alone. There is no password to remember."
                </p>
                <TextField
                    field=Field::Handle
                    label="Handle"
                    max=Handle::MAX + 1
                    value=handle
                    autocomplete="username"
                />
                {invitation()}
                <Check field=Field::Adult label="I am 18 or over" />
                <Hidden name="next" value=next />
                <Answer />
                <div class="row">
                    <Submit label="Make a passkey and join" />
                </div>
            </PostForm>
        }
    };
    view! {
        <WhereAble>
            {move || match open.get() {
                Some(handle) => form(handle).into_any(),
                None => {
                    view! {
                        <p>
                            <button type="button" class="second" on:click=unfold>
                                "Join with a passkey instead"
                            </button>
                        </p>
                    }
                        .into_any()
                }
            }}
        </WhereAble>
    }
}

/// What stands in the handle's field of the form with the password.
fn typed_handle() -> String {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        document()
            .get_element_by_id("accounts.join-handle")
            .and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok())
            .map(|field| field.value())
            .unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    String::new()
}

/// Passkeys on one's own page.
#[component]
pub(super) fn OwnPasskeys(
    view: PasskeysView,
    has_password: bool,
    stepped_up: bool,
    me: Me,
) -> impl IntoView {
    let PasskeysView { passkeys, name } = view;
    let is_last = passkeys.len() == 1 && !has_password;
    let change = if stepped_up {
        view! { <AddOne name me /> }.into_any()
    } else {
        view! { <ConfirmFirst label="Add or remove a passkey" to="passkeys" /> }.into_any()
    };
    let removable = stepped_up && !is_last;
    let items = passkeys
        .into_iter()
        .map(|passkey| view! { <Item passkey removable me /> })
        .collect_view();
    view! {
        <section aria-labelledby="passkeys">
            <div class="section-head">
                <h2 id="passkeys">"Passkeys"</h2>
            </div>
            <p>
                "Your device or password manager keeps a passkey, and opens it for you alone. Then you sign in without typing anything."
            </p>
            <ul class="lines">{items}</ul>
            {is_last
                .then(|| {
                    view! {
                        <p class="hint">
                            "It is your only way to sign in. Add another, or choose a password, before you remove it."
                        </p>
                    }
                })}
            {change}
        </section>
    }
}

#[component]
fn Item(passkey: PasskeyView, removable: bool, me: Me) -> impl IntoView {
    let used = match passkey.last_used {
        Some(day) => {
            view! { <span>"Last used " <time datetime=day.iso>{day.text}</time></span> }.into_any()
        }
        None => view! { <span>"Not used yet"</span> }.into_any(),
    };
    let remove = removable.then(|| {
        let label = format!("Remove {}", passkey.name);
        view! { <Remove passkey=passkey.id.clone() label me /> }
    });
    view! {
        <li>
            <div class="split">
                <div>
                    <h3 dir="auto">{passkey.name.clone()}</h3>
                    <p class="byline">
                        <span>
                            "Made "
                            <time datetime=passkey.made.iso>{passkey.made.text}</time>
                        </span>
                        {used}
                    </p>
                </div>
                {remove}
            </div>
        </li>
    }
}

#[component]
fn Remove(passkey: String, label: String, me: Me) -> impl IntoView {
    let action = ServerAction::<RemovePasskey>::new();
    let on_done = Callback::new(move |_: Goes| {
        announce("The passkey is removed. Other devices are signed out.");
        me.refetch();
        focus("passkeys".to_owned());
    });
    view! {
        <PostForm action name=passkey_form(&passkey) class="row" page="/me" on_done>
            <Hidden name="passkey" value=passkey.clone() />
            <Submit label=label.clone() class="second" />
        </PostForm>
    }
}

#[component]
fn AddOne(name: String, me: Me) -> impl IntoView {
    const FORM: &str = "accounts.add-passkey";
    let action = ServerAction::<AddPasskey>::new();
    let on_done = step_by_step(action, FORM, Asks::ToMake, move |_| {
        announce("The passkey is kept.");
        me.refetch();
        focus("passkeys".to_owned());
    });
    let name = StoredValue::new(name);
    view! {
        <WhereAble>
            <details class="open-here">
                <summary class="button second">"Add a passkey"</summary>
                <PostForm action name=FORM class="composer short" page="/me" on_done>
                    <TextField
                        field=Field::Name
                        label="Name of the passkey"
                        hint="So that you know it again, such as the device that it is on."
                        max=PasskeyName::MAX
                        value=name.get_value()
                        autocomplete="off"
                    />
                    <Answer />
                    <div class="row">
                        <Submit label="Make the passkey" />
                    </div>
                </PostForm>
            </details>
        </WhereAble>
    }
}
