use super::{
    CommentView, Standing, ThreadView,
    api::{Posted, TakenBack},
    arrivals::NewAnswers,
    composer::{Composer, Editor, TakeBack, composer_name, editor_name},
};
use crate::{
    care::near::Beside,
    moderation::{Reason, ReportLink},
    people::{AwayLink, Veil},
    ui::{ByLine, Prose, announce, focus},
};
use domain::{actor::Byline, drafts::Kept, ids::CommentId, moderation::Thing};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// From this depth on the indent stops, and a reply says whom it answers.
const FLAT_FROM: u16 = 4;

/// What may be open under a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Reply,
    Edit,
    TakeBack,
}

/// A comment and the replies to it, each of which can change in place.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub id: CommentId,
    comment: RwSignal<CommentView>,
    pub replies: RwSignal<Vec<Node>>,
    /// The branch that has more replies on a page of its own; they belong
    /// below this one's.
    pub more: RwSignal<Option<CommentId>>,
    open: RwSignal<Open>,
}

impl Node {
    fn new(comment: CommentView, open: Open) -> Self {
        Self {
            id: comment.id,
            comment: RwSignal::new(comment),
            replies: RwSignal::new(Vec::new()),
            more: RwSignal::new(None),
            open: RwSignal::new(open),
        }
    }
}

/// What all comments of a thread share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    subject: StoredValue<String>,
    handle: StoredValue<Option<String>>,
    /// The thread takes comments.
    is_open: bool,
    path: StoredValue<String>,
    page: StoredValue<String>,
    kept: StoredValue<(String, Option<Kept>)>,
    owner: StoredValue<Owner>,
}

impl Shared {
    /// A comment that has just come. It belongs to the thread: the form that
    /// brought it goes, and would take the comment's signals along.
    pub fn node(self, comment: CommentView) -> Node {
        self.owner
            .with_value(|owner| owner.with(|| Node::new(comment, Open::Nothing)))
    }

    fn kept_for(self, form: &str) -> Option<Kept> {
        self.kept
            .with_value(|(name, kept)| (name == form).then(|| kept.clone()).flatten())
    }
}

/// The replies under something, with the place to write one.
#[component]
pub fn Thread(thread: ThreadView) -> impl IntoView {
    let location = use_location();
    let path = location.pathname.get_untracked();
    // A link to a comment on the page that is open.
    let hash = location.hash;
    Effect::new(move || {
        let target = hash.get();
        if let Some(id) = target
            .strip_prefix('#')
            .filter(|id| id.starts_with("comment-"))
        {
            focus(id.to_owned());
        }
    });
    let whole = path.clone();
    let path = match thread.is_branch {
        true => format!("{path}?under={}", thread.query.under),
        false => path,
    };
    let mark = if thread.is_branch { '&' } else { '?' };
    let page = match thread.query.after.as_str() {
        "" => path.clone(),
        after => format!("{path}{mark}after={after}"),
    };
    let root_name = composer_name(&thread.subject, "");
    let place = thread.is_open.then(|| thread.subject.clone());
    let place_here = place.clone();
    let shown = (thread.query.under.clone(), thread.query.after.clone());
    let shared = Shared {
        subject: StoredValue::new(thread.subject),
        handle: StoredValue::new(thread.handle),
        is_open: thread.is_open,
        path: StoredValue::new(whole.clone()),
        page: StoredValue::new(page),
        kept: StoredValue::new((thread.query.kept.clone(), thread.kept)),
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
    };
    let roots = RwSignal::new(grow(thread.comments, |comment| {
        let id = comment.id.to_string();
        if thread.query.reply == id || thread.query.kept.ends_with(&id) && !comment.mine {
            Open::Reply
        } else if comment.mine && (thread.query.edit == id || thread.query.kept == editor_name(&id))
        {
            Open::Edit
        } else if comment.mine && thread.query.delete == id {
            Open::TakeBack
        } else if thread.query.kept.ends_with(&id) {
            Open::Reply
        } else {
            Open::Nothing
        }
    }));
    // A new composer stands ready after each comment that was posted.
    let round = RwSignal::new(0_u32);
    let posted = Callback::new(move |posted: Posted| {
        let id = posted.comment.id;
        let held = posted.comment.standing == Standing::Held;
        roots.update(|roots| roots.push(shared.node(posted.comment)));
        round.update(|round| *round += 1);
        arrived(id, held);
    });
    let root_kept = StoredValue::new(shared.kept_for(&root_name));
    // What someone typed before the thread was closed is still theirs.
    let has_composer = shared.is_open || root_kept.with_value(Option::is_some);
    let composer = move || {
        let first = round.get() == 0;
        view! {
            <Composer
                subject=shared.subject.get_value()
                parent=None
                handle=shared.handle.get_value()
                page=shared.page.get_value()
                kept=if first { root_kept.get_value() } else { None }
                on_done=posted
            />
        }
    };
    let back = thread.is_branch.then(|| {
        view! {
            <nav class="pager" aria-label="The whole thread">
                <a href=format!("{whole}#replies")>"Back to all comments"</a>
            </nav>
        }
    });
    let continued = thread.continued.then(|| {
        let start = format!("{path}#replies");
        view! {
            <nav class="pager" aria-label="Earlier replies">
                <a href=start rel="first">
                    {if thread.is_branch {
                        "Back to the first replies"
                    } else {
                        "Back to the first comments"
                    }}
                </a>
            </nav>
        }
    });
    let more = thread.next.map(|next| {
        let href = format!("{path}{mark}after={next}#replies");
        view! {
            <nav class="pager" aria-label="Pages of replies">
                <a href=href rel="next">
                    {if thread.is_branch { "More replies" } else { "More comments" }}
                </a>
            </nav>
        }
    });
    view! {
        <section class="comments" aria-labelledby="replies" data-live=place_here>
            <div class="section-head">
                <h2 id="replies">"Replies"</h2>
            </div>
            {back}
            {continued}
            <ol class="thread">
                <For each=move || roots.get() key=|node| node.id let:node>
                    {comment_view(node, roots, shared)}
                </For>
            </ol>
            {more}
            {(!shared.is_open).then(|| view! { <p>"This thread takes no more comments."</p> })}
            {place.map(|place| view! { <NewAnswers place shown roots shared /> })}
            {(!thread.is_branch && has_composer).then_some(composer)}
        </section>
    }
}

/// Makes the tree from a list that is in reading order. A page that begins
/// in the middle of a thread has comments whose parents are not on it: they
/// stand at the first level.
fn grow(comments: Vec<CommentView>, open: impl Fn(&CommentView) -> Open) -> Vec<Node> {
    let mut roots: Vec<Node> = Vec::new();
    let mut above: Vec<Node> = Vec::new();
    for comment in comments {
        while above
            .last()
            .is_some_and(|last| Some(last.id) != comment.parent)
        {
            above.pop();
        }
        let open = open(&comment);
        let more = comment.more_under;
        let node = Node::new(comment, open);
        match above.last() {
            Some(parent) => parent
                .replies
                .update_untracked(|replies| replies.push(node)),
            None => roots.push(node),
        }
        above.push(node);
        if let (Some(branch), Some(top)) = (more, above.first()) {
            top.more.set(Some(branch));
        }
    }
    roots
}

fn arrived(id: CommentId, held: bool) {
    announce(if held {
        "Thank you. Your comment waits for review. Only you can see it until then."
    } else {
        "Your comment is posted."
    });
    focus(format!("comment-{id}"));
}

fn comment_view(node: Node, siblings: RwSignal<Vec<Node>>, shared: Shared) -> AnyView {
    let id = node.id;
    let class = move || match node.comment.with(|comment| comment.standing) {
        Standing::Published => "comment",
        Standing::Held | Standing::Hidden => "comment held",
        Standing::Gap => "comment gone",
    };
    let body = move || {
        let comment = node.comment.get();
        match comment.standing {
            Standing::Gap => {
                view! { <p class="gap">"This comment is no longer here."</p> }.into_any()
            }
            _ => words(node, comment, siblings, shared).into_any(),
        }
    };
    let replies = move || {
        let count = node.replies.with(Vec::len);
        (count > 0).then(|| {
            let label = if count == 1 {
                "1 reply".into()
            } else {
                format!("{count} replies")
            };
            let label = if node.more.get().is_some() {
                format!("{label} and more")
            } else {
                label
            };
            view! {
                <details class="replies" open>
                    <summary>{label}</summary>
                    <ol class="thread">
                        <For each=move || node.replies.get() key=|node| node.id let:reply>
                            {comment_view(reply, node.replies, shared)}
                        </For>
                    </ol>
                </details>
            }
        })
    };
    let more = move || {
        node.more.get().map(|branch| {
            let page = shared.path.get_value();
            view! {
                <p class="more-replies">
                    <a href=format!("{page}?under={branch}#comment-{branch}")>
                        {node.comment.with(|comment| {
                            format!("More replies to {}", by_name(&comment.byline))
                        })}
                    </a>
                </p>
            }
        })
    };
    view! {
        <li class=class id=format!("comment-{id}")>
            {body}
            {replies}
            {more}
        </li>
    }
    .into_any()
}

fn by_name(byline: &Byline) -> String {
    match byline {
        Byline::Member(name) | Byline::Guest(name) => name.clone(),
        Byline::Anonymous => "someone anonymous".into(),
        Byline::Former => "a former member".into(),
    }
}

fn words(
    node: Node,
    comment: CommentView,
    siblings: RwSignal<Vec<Node>>,
    shared: Shared,
) -> impl IntoView {
    let id = comment.id;
    let state = match comment.standing {
        Standing::Published | Standing::Gap => None,
        Standing::Held => Some("Waiting for review. Only you can see it."),
        Standing::Hidden => Some("Only you can see it now."),
    };
    let why = comment
        .why
        .clone()
        .map(|why| view! { <div class="state"><Reason why /></div> });
    let shown = comment.standing == Standing::Published;
    let answerable = shown && shared.is_open;
    let in_reply_to = (comment.depth >= FLAT_FROM)
        .then_some(comment.parent)
        .flatten()
        .map(|parent| {
            view! {
                <p class="in-reply-to">
                    <a href=format!("#comment-{parent}") rel="external">
                        "In reply to the comment above it"
                    </a>
                </p>
            }
        });
    let who = by_name(&comment.byline);
    let reported = who.clone();
    let toggle = move |what: Open| {
        move |ev: leptos::ev::MouseEvent| {
            if ev.ctrl_key() || ev.meta_key() || ev.shift_key() {
                return;
            }
            ev.prevent_default();
            let now = node.open.get_untracked();
            node.open
                .set(if now == what { Open::Nothing } else { what });
            if now != what {
                let form = match what {
                    Open::Reply => format!(
                        "{}-body",
                        composer_name(&shared.subject.get_value(), &id.to_string())
                    ),
                    Open::Edit => format!("{}-body", editor_name(&id.to_string())),
                    _ => super::composer::take_back_name(&id.to_string()),
                };
                focus(form);
            }
        }
    };
    let link = move |what: &str| {
        let page = shared.page.get_value();
        let mark = if page.contains('?') { '&' } else { '?' };
        format!("{page}{mark}{what}={id}#comment-{id}")
    };
    let editable = comment.source.is_some();
    let mine = comment.mine;
    let byline = comment.byline.clone();
    let is_member = shared.handle.with_value(Option::is_some);
    let actions = view! {
        <div class="actions">
            {answerable
                .then(|| {
                    view! {
                        <a
                            href=link("reply")
                            rel="nofollow"
                            aria-label=format!("Reply to {who}")
                            aria-expanded=move || {
                                (node.open.get() == Open::Reply).to_string()
                            }
                            on:click=toggle(Open::Reply)
                        >
                            "Reply"
                        </a>
                    }
                })}
            {shown
                .then(|| {
                    view! {
                        <a href=format!("/comments/{id}") rel="nofollow">
                            "Link"
                        </a>
                    }
                })}
            {(shown && !mine)
                .then(|| {
                    let thing = Thing::Comment(id);
                    view! {
                        <ReportLink thing label=format!("Report {reported}") />
                        <AwayLink thing byline is_member />
                    }
                })}
            {editable
                .then(|| {
                    view! {
                        <a href=link("edit") rel="nofollow" on:click=toggle(Open::Edit)>
                            "Edit"
                        </a>
                    }
                })}
            {mine
                .then(|| {
                    view! {
                        <a
                            href=link("delete")
                            rel="nofollow"
                            on:click=toggle(Open::TakeBack)
                        >
                            "Delete"
                        </a>
                    }
                })}
        </div>
    };
    let html = comment.html.clone();
    let opened = move || match node.open.get() {
        Open::Nothing => ().into_any(),
        Open::Reply => {
            let name = composer_name(&shared.subject.get_value(), &id.to_string());
            let on_done = Callback::new(move |posted: Posted| {
                let new = posted.comment.id;
                let held = posted.comment.standing == Standing::Held;
                node.open.set(Open::Nothing);
                node.replies.update(|replies| {
                    replies.push(shared.node(posted.comment));
                });
                arrived(new, held);
            });
            view! {
                <Composer
                    subject=shared.subject.get_value()
                    parent=Some(id)
                    handle=shared.handle.get_value()
                    page=shared.page.get_value()
                    kept=shared.kept_for(&name)
                    on_done
                />
            }
            .into_any()
        }
        Open::Edit => {
            let comment = node.comment.get_untracked();
            let kept = shared.kept_for(&editor_name(&id.to_string()));
            let on_done = Callback::new(move |posted: Posted| {
                node.open.set(Open::Nothing);
                node.comment.set(posted.comment);
                announce("Your change is kept.");
                focus(format!("comment-{id}"));
            });
            view! { <Editor comment page=shared.page.get_value() kept on_done /> }.into_any()
        }
        Open::TakeBack => {
            let on_done = Callback::new(move |done: TakenBack| {
                node.open.set(Open::Nothing);
                if done.gap {
                    node.comment.update(|comment| {
                        comment.standing = Standing::Gap;
                        comment.mine = false;
                    });
                    focus(format!("comment-{id}"));
                } else {
                    siblings.update(|siblings| siblings.retain(|node| node.id != id));
                    focus("replies".to_owned());
                }
                announce("Your comment is deleted.");
            });
            view! { <TakeBack id page=shared.page.get_value() on_done /> }.into_any()
        }
    };
    view! {
        <article>
            <ByLine byline=comment.byline day=comment.day edited=comment.edited />
            {in_reply_to}
            <Veil away=comment.away>
                <Prose html />
            </Veil>
            {state.map(|state| view! { <p class="state">{state}</p> })}
            {why}
            {comment.near.map(|near| view! { <Beside near /> })}
            {actions}
            {opened}
        </article>
    }
}
