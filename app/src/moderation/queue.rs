use super::{
    HeldView, QueueView, WaitingView,
    api::{
        self, ApproveComment, Decided, InviteSomeone, LetMemberIn, RefuseComment, TurnMemberAway,
        form_name,
    },
};
use crate::{
    error::AppError,
    ui::{
        ByLine, Empty, ErrorPage, Heading, Hidden, Icon, Loading, PostForm, Prose, Submit,
        TextField, announce, focus,
    },
};
use domain::{drafts::Kept, moderation::RefusalReason, refusal::Field};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

type Queue = Resource<Result<QueueView, AppError>>;

/// `/moderation`.
pub(super) fn moderation_page() -> AnyView {
    let query = use_query_map();
    let queue = Resource::new(
        move || {
            query.with(|query| {
                let field = |name| query.get_str(name).unwrap_or_default().to_owned();
                (field("after"), field("kept"))
            })
        },
        |(after, kept)| api::load_queue(after, kept),
    );
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match queue.await {
                    Ok(view) => view! { <House view queue /> }.into_any(),
                    Err(error) => view! { <ErrorPage error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn House(view: QueueView, queue: Queue) -> impl IntoView {
    let (kept_form, kept) = view.kept.unzip();
    let kept = StoredValue::new((kept_form.unwrap_or_default(), kept));
    view! {
        <div class="spread">
            <header class="page-head">
                <Heading text="Keep the house" />
                <p class="sentence">
                    "What guests write waits here. Read it as you would want to be read."
                </p>
            </header>
            <div>
                <Held held=view.held next=view.next kept />
                <Waiting waiting=view.waiting />
                <Invitations invitation=view.invitation queue />
            </div>
        </div>
    }
}

type InForm = StoredValue<(String, Option<Kept>)>;

#[component]
fn Held(held: Vec<HeldView>, next: Option<String>, kept: InForm) -> impl IntoView {
    let held = RwSignal::new(held);
    let decided = Callback::new(move |(id, words): (String, &'static str)| {
        held.update(|held| held.retain(|comment| comment.id != id));
        announce(words);
        focus("held".to_owned());
    });
    let more = next.map(|next| {
        view! {
            <nav class="pager" aria-label="Pages of what waits">
                <a href=format!("/moderation?after={next}") rel="next">
                    "Later comments"
                </a>
            </nav>
        }
    });
    view! {
        <section aria-labelledby="held">
            <div class="section-head">
                <h2 id="held">"Comments that wait"</h2>
            </div>
            <Show
                when=move || !held.with(Vec::is_empty)
                fallback=|| view! { <Empty text="Nothing waits. What guests write comes here first." /> }
            >
                <ul class="lines">
                    <For each=move || held.get() key=|comment| comment.id.clone() let:comment>
                        <HeldComment comment kept decided />
                    </For>
                </ul>
            </Show>
            {more}
        </section>
    }
}

#[component]
fn HeldComment(
    comment: HeldView,
    kept: InForm,
    decided: Callback<(String, &'static str)>,
) -> impl IntoView {
    let approve = ServerAction::<ApproveComment>::new();
    let refuse = ServerAction::<RefuseComment>::new();
    let approve_name = form_name("approve", &comment.id);
    let refuse_name = form_name("refuse", &comment.id);
    let kept_for =
        |form: &str| kept.with_value(|(name, kept)| (name == form).then(|| kept.clone()).flatten());
    let (approve_kept, refuse_kept) = (kept_for(&approve_name), kept_for(&refuse_name));
    let approved = Callback::new(move |done: Decided| {
        decided.run((done.id, "Approved. Everyone can see it now."));
    });
    let refused = Callback::new(move |done: Decided| {
        decided.run((done.id, "Refused. Its writer sees why."));
    });
    let HeldView {
        id,
        byline,
        day,
        place,
        about,
        html,
        seen,
    } = comment;
    let open = refuse_kept.is_some();
    let (id, seen) = (StoredValue::new(id), StoredValue::new(seen));
    view! {
        <li>
            <ByLine byline day>
                <a href=place rel="nofollow">
                    {about}
                </a>
            </ByLine>
            <Prose html />
            <div class="row">
                <PostForm
                    action=approve
                    name=approve_name
                    class="row"
                    page="/moderation"
                    kept=approve_kept
                    on_done=approved
                >
                    <Hidden name="id" value=id.get_value() />
                    <Hidden name="seen" value=seen.get_value() />
                    <Submit label="Approve" />
                </PostForm>
                <details class="open-here" open=open>
                    <summary class="button second">"Refuse"</summary>
                    <PostForm
                        action=refuse
                        name=refuse_name
                        class="composer"
                        page="/moderation"
                        kept=refuse_kept
                        on_done=refused
                    >
                        <Hidden name="id" value=id.get_value() />
                        <Hidden name="seen" value=seen.get_value() />
                        <TextField
                            field=Field::Reason
                            label="Reason"
                            hint="The person sees this."
                            max=RefusalReason::MAX
                        />
                        <div class="row">
                            <Submit label="Do not publish" class="danger" />
                        </div>
                    </PostForm>
                </details>
            </div>
        </li>
    }
}

#[component]
fn Waiting(waiting: Vec<WaitingView>) -> impl IntoView {
    let waiting = RwSignal::new(waiting);
    let decided = Callback::new(move |(id, words): (String, &'static str)| {
        waiting.update(|waiting| waiting.retain(|member| member.id != id));
        announce(words);
        focus("waiting".to_owned());
    });
    view! {
        <section aria-labelledby="waiting">
            <div class="section-head">
                <h2 id="waiting">"People who wait to come in"</h2>
            </div>
            <Show
                when=move || !waiting.with(Vec::is_empty)
                fallback=|| view! { <p>"Nobody waits."</p> }
            >
                <ul class="lines">
                    <For each=move || waiting.get() key=|member| member.id.clone() let:member>
                        <WaitingMember member decided />
                    </For>
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn WaitingMember(member: WaitingView, decided: Callback<(String, &'static str)>) -> impl IntoView {
    let let_in = ServerAction::<LetMemberIn>::new();
    let turn_away = ServerAction::<TurnMemberAway>::new();
    let is_in = Callback::new(move |done: Decided| decided.run((done.id, "They can sign in now.")));
    let is_gone = Callback::new(move |done: Decided| {
        decided.run((done.id, "Turned away. The handle is free again."));
    });
    let WaitingView { id, handle, day } = member;
    let (in_name, away_name) = (form_name("let-in", &id), form_name("turn-away", &id));
    let id = StoredValue::new(id);
    view! {
        <li>
            <div class="split">
                <div>
                    <h3 dir="auto">{handle}</h3>
                    <p class="byline">
                        <span>"Since " <time datetime=day.iso>{day.text}</time></span>
                    </p>
                </div>
                <div class="row">
                    <PostForm
                        action=let_in
                        name=in_name
                        class="row"
                        page="/moderation"
                        on_done=is_in
                    >
                        <Hidden name="id" value=id.get_value() />
                        <Submit label="Let in" />
                    </PostForm>
                    <details class="open-here">
                        <summary class="button second">"Turn away"</summary>
                        <PostForm
                            action=turn_away
                            name=away_name
                            class="composer"
                            page="/moderation"
                            on_done=is_gone
                        >
                            <Hidden name="id" value=id.get_value() />
                            <p>"The account goes, and the handle is free again."</p>
                            <div class="row">
                                <Submit label="Turn them away" class="danger" />
                            </div>
                        </PostForm>
                    </details>
                </div>
            </div>
        </li>
    }
}

#[component]
fn Invitations(invitation: Option<String>, queue: Queue) -> impl IntoView {
    let action = ServerAction::<InviteSomeone>::new();
    let on_done = Callback::new(move |_: Decided| {
        announce("The invitation is made.");
        queue.refetch();
        focus("invitation".to_owned());
    });
    let made = invitation.map(|address| {
        view! {
            <div class="notice kept">
                <Icon name="kept" />
                <div>
                    <p>
                        "Give this link to one person. It works once, for two weeks, and is shown only now."
                    </p>
                    <p class="codes">{address}</p>
                </div>
            </div>
        }
    });
    view! {
        <section aria-labelledby="invitation">
            <div class="section-head">
                <h2 id="invitation">"Invitations"</h2>
            </div>
            {made}
            <PostForm
                action
                name="moderation.invite"
                class="row"
                page="/moderation"
                on_done
            >
                <Submit label="Make an invitation" class="second" />
            </PostForm>
        </section>
    }
}
