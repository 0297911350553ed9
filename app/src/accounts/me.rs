use super::{
    DeviceView, DraftView, MeView,
    api::{self, ChangePassword, Goes, RenewCodes, SignOutDevice, SignOutMember, device_form},
    confirm::ConfirmFirst,
    passkeys::OwnPasskeys,
    recover::NewPassword,
    use_door_query,
};
use crate::{
    care::asking::AskingView,
    error::AppError,
    moderation::ToldLines,
    notifications::UnreadNow,
    privacy::YourData,
    ui::{ErrorPage, Heading, Hidden, Icon, Loading, PostForm, Submit, announce, focus, words},
    wire::{Resource, ServerAction},
};
use domain::{drafts::Kept, refusal::Refusal};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// One's own page, to be read again when something of it has changed.
pub(super) type Me = Resource<Result<Option<MeView>, AppError>>;

/// `/me`: one's own page.
pub(super) fn me_page() -> AnyView {
    let query = use_door_query();
    let me = Resource::new(move || query.get().kept, api::load_me);
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match me.await {
                    Ok(Some(view)) => view! { <Own view me /> }.into_any(),
                    Ok(None) => view! { <Stranger /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// What someone who is not signed in sees.
#[component]
fn Stranger() -> impl IntoView {
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="You" />
                <p class="sentence">
                    "You are here as a guest. You can read everything that is public, and comment."
                </p>
            </header>
            <div>
                <p>
                    "Members answer prompts, tell their stories, thank each other and share rituals. A handle is all that is asked."
                </p>
                <div class="row">
                    <a class="button" href="/sign-in">
                        "Sign in"
                    </a>
                    <a class="button second" href="/join">
                        "Join"
                    </a>
                </div>
                <OnThisDevice />
            </div>
        </div>
    }
}

#[component]
fn Own(view: MeView, me: Me) -> impl IntoView {
    let kept_for = |form: &str| {
        view.kept
            .as_ref()
            .filter(|(name, _)| name == form)
            .map(|(_, kept)| kept.clone())
    };
    let passkeys = view.passkeys.clone().map(|passkeys| {
        view! {
            <OwnPasskeys
                view=passkeys
                has_password=view.has_password
                stepped_up=view.stepped_up
                me
            />
        }
    });
    let kept_password = kept_for("accounts.password");
    let kept_codes = kept_for("accounts.codes");
    let unread = UnreadNow::here();
    let new = move || {
        unread
            .words()
            .map(|words| view! { " " <span class="tag">{words}</span> })
    };
    let rooms = view! {
        <ul class="row">
            <li>
                <a href="/me/notifications">"Notifications"</a>
                {new}
            </li>
            <li>
                <a href="/me/decisions">"Decisions"</a>
            </li>
            <li class="scripted">
                <a href="/me/outbox">"Waiting to be sent"</a>
            </li>
            <li>
                <a href="/me/people">"Muted and blocked"</a>
            </li>
            {view
                .is_editor
                .then(|| {
                    view! {
                        <li>
                            <a href="/editor">"Write the series"</a>
                        </li>
                    }
                })}
            {view
                .keeps_house
                .then(|| {
                    view! {
                        <li>
                            <a href="/moderation">"Keep the house"</a>
                        </li>
                    }
                })}
            {view
                .answers_calls
                .then(|| {
                    view! {
                        <li>
                            <a href="/care">"Answer calls for help"</a>
                        </li>
                    }
                })}
            {view
                .is_host
                .then(|| {
                    view! {
                        <li>
                            <a href="/house">"Pages of the house"</a>
                        </li>
                    }
                })}
        </ul>
    };
    let decisions = (!view.decisions.is_empty()).then(|| {
        view! {
            <section aria-labelledby="decisions">
                <div class="section-head">
                    <h2 id="decisions">"Decisions about your words"</h2>
                </div>
                <ToldLines decisions=view.decisions />
            </section>
        }
    });
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text=view.handle.clone() typed=true />
                <SignOut me />
                {rooms}
            </header>
            <div>
                <Asked asked=view.asked />
                {view.barred.map(|barred| view! { <Barred barred /> })}
                {decisions}
                <Drafts drafts=view.drafts />
                <Devices devices=view.devices stepped_up=view.stepped_up me />
                <Codes left=view.codes_left stepped_up=view.stepped_up kept=kept_codes />
                {passkeys}
                <ChangeSecret
                    stepped_up=view.stepped_up
                    has_password=view.has_password
                    kept=kept_password
                    me
                />
                <OnThisDevice />
                <YourData />
            </div>
        </div>
    }
}

/// How to have the house on a device like an app. Filled by `public/offline.js`.
#[component]
fn OnThisDevice() -> impl IntoView {
    view! {
        <section class="scripted" aria-labelledby="install">
            <div class="section-head">
                <h2 id="install">"On this device"</h2>
            </div>
            <install-app></install-app>
        </section>
    }
}

#[component]
fn Barred(barred: Refusal) -> impl IntoView {
    view! {
        <div class="notice warning">
            <Icon name="warning" />
            <p>{words::refusal(&barred)}</p>
        </div>
    }
}

#[component]
fn SignOut(me: Me) -> impl IntoView {
    let action = ServerAction::<SignOutMember>::new();
    let unread = UnreadNow::here();
    let on_done = Callback::new(move |_: Goes| {
        announce("You are signed out.");
        unread.set(None);
        me.refetch();
        focus("main".to_owned());
    });
    view! {
        <PostForm action name="accounts.sign-out" class="row" page="/me" on_done>
            <Submit label="Sign out" class="second" />
        </PostForm>
    }
}

/// What the member asked the people here. Others do not learn of it.
#[component]
fn Asked(asked: Vec<AskingView>) -> impl IntoView {
    (!asked.is_empty()).then(|| {
        let items = asked
            .into_iter()
            .map(|call| {
                let state = call.state();
                view! {
                    <li>
                        <h3 class="title" dir="auto">
                            <a href=format!("/help/{}", call.id)>{call.words}</a>
                        </h3>
                        <p class="byline">
                            <span>{state}</span>
                            <time datetime=call.day.iso>{call.day.text}</time>
                        </p>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section aria-labelledby="asked">
                <div class="section-head">
                    <h2 id="asked">"What you asked"</h2>
                </div>
                <ul class="lines">{items}</ul>
            </section>
        }
    })
}

#[component]
fn Drafts(drafts: Vec<DraftView>) -> impl IntoView {
    let content = if drafts.is_empty() {
        view! {
            <p>
                "Nothing unfinished. What you begin to write is kept here until you share it."
            </p>
        }
        .into_any()
    } else {
        let items = drafts
            .into_iter()
            .map(|draft| {
                view! {
                    <li>
                        <h3 class="title" dir="auto">
                            <a href=draft.href>{draft.words}</a>
                        </h3>
                        <p class="byline">
                            <span>"Kept on " <time datetime=draft.day.iso>{draft.day.text}</time></span>
                        </p>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="lines">{items}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="drafts">
            <div class="section-head">
                <h2 id="drafts">"Unfinished"</h2>
            </div>
            {content}
        </section>
    }
}

#[component]
fn Devices(devices: Vec<DeviceView>, stepped_up: bool, me: Me) -> impl IntoView {
    let others = devices.iter().any(|device| !device.is_this);
    let items = devices
        .into_iter()
        .map(|device| view! { <Device device stepped_up me /> })
        .collect_view();
    let sign_out = match (others, stepped_up) {
        (false, _) => ().into_any(),
        (true, true) => {
            view! { <SignOutThere device="" label="Sign out all others" me /> }.into_any()
        }
        (true, false) => view! { <ConfirmFirst label="Sign out others" to="devices" /> }.into_any(),
    };
    view! {
        <section aria-labelledby="devices">
            <div class="section-head">
                <h2 id="devices">"Devices"</h2>
            </div>
            <ul class="lines">{items}</ul>
            {sign_out}
        </section>
    }
}

#[component]
fn Device(device: DeviceView, stepped_up: bool, me: Me) -> impl IntoView {
    let button = if device.is_this || !stepped_up {
        ().into_any()
    } else {
        let label = format!("Sign out {}", device.name);
        view! { <SignOutThere device=device.id.clone() label me /> }.into_any()
    };
    view! {
        <li>
            <div class="split">
                <div>
                    <h3>{device.name}</h3>
                    <p class="byline">
                        {device.is_this.then(|| view! { <span>"This device"</span> })}
                        <span>
                            "Signed in "
                            <time datetime=device.signed_in.iso>{device.signed_in.text}</time>
                        </span>
                        <span>
                            "Last here "
                            <time datetime=device.last_here.iso>{device.last_here.text}</time>
                        </span>
                    </p>
                </div>
                {button}
            </div>
        </li>
    }
}

#[component]
fn SignOutThere(
    /// Empty: all other devices.
    #[prop(into)]
    device: String,
    #[prop(into)] label: String,
    me: Me,
) -> impl IntoView {
    let action = ServerAction::<SignOutDevice>::new();
    let on_done = Callback::new(move |_: Goes| {
        announce("It is signed out.");
        me.refetch();
        focus("devices".to_owned());
    });
    view! {
        <PostForm action name=device_form(&device) class="row" page="/me" on_done>
            <Hidden name="device" value=device.clone() />
            <Submit label=label.clone() class="second" />
        </PostForm>
    }
}

#[component]
fn Codes(left: u64, stepped_up: bool, kept: Option<Kept>) -> impl IntoView {
    let words = match left {
        0 => "No recovery codes are left. Make new ones, or a lost password cannot be replaced."
            .to_owned(),
        1 => "One recovery code is left. New ones take the place of all old ones.".to_owned(),
        left => format!("{left} recovery codes are left. New ones take the place of all old ones."),
    };
    let make_new = if stepped_up {
        view! { <NewCodes kept /> }.into_any()
    } else {
        view! { <ConfirmFirst label="Make new codes" to="accounts.codes" /> }.into_any()
    };
    view! {
        <section aria-labelledby="codes">
            <div class="section-head">
                <h2 id="codes">"Recovery codes"</h2>
            </div>
            <p>{words}</p>
            {make_new}
        </section>
    }
}

#[component]
fn NewCodes(kept: Option<Kept>) -> impl IntoView {
    let action = ServerAction::<RenewCodes>::new();
    let navigate = use_navigate();
    let on_done = Callback::new(move |goes: Goes| navigate(&goes.to, Default::default()));
    let open = kept.is_some() || comes_back_to("accounts.codes");
    view! {
        <details class="open-here" open=open>
            <summary class="button second">"Make new codes"</summary>
            <PostForm
                action
                name="accounts.codes"
                class="composer short"
                page="/me"
                kept
                on_done
            >
                <p class="hint">"The old codes stop working at once."</p>
                <div class="row">
                    <Submit label="Show new codes" />
                </div>
            </PostForm>
        </details>
    }
}

#[component]
fn ChangeSecret(stepped_up: bool, has_password: bool, kept: Option<Kept>, me: Me) -> impl IntoView {
    let label = if has_password {
        "Change it"
    } else {
        "Choose one"
    };
    let change = if stepped_up {
        view! { <ChangeIt label kept me /> }.into_any()
    } else {
        view! { <ConfirmFirst label to="accounts.password" /> }.into_any()
    };
    let none = (!has_password).then(|| view! { <p>"You sign in without one."</p> });
    view! {
        <section aria-labelledby="password">
            <div class="section-head">
                <h2 id="password">"Password"</h2>
            </div>
            {none}
            {change}
        </section>
    }
}

#[component]
fn ChangeIt(label: &'static str, kept: Option<Kept>, me: Me) -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    let on_done = Callback::new(move |_: Goes| {
        announce("The new password is kept. Other devices are signed out.");
        me.refetch();
        focus("password".to_owned());
    });
    let open = kept.is_some() || comes_back_to("accounts.password");
    view! {
        <details class="open-here" open=open>
            <summary class="button second">{label}</summary>
            <PostForm
                action
                name="accounts.password"
                class="composer short"
                page="/me"
                kept
                on_done
            >
                <NewPassword />
                <p class="hint">"Other devices are signed out."</p>
                <div class="row">
                    <Submit label="Keep this password" />
                </div>
            </PostForm>
        </details>
    }
}

/// Has someone confirmed who they are, to go on with this form?
fn comes_back_to(form: &str) -> bool {
    use_door_query().with_untracked(|query| query.kept == form)
}
