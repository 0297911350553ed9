//! Answers that come while a thread is open.

use super::{
    CommentView, Standing,
    api::read_thread,
    thread::{Node, Shared},
};
use crate::{
    live::{Arrivals, What, listen},
    ui::{announce, focus, words},
};
use domain::ids::CommentId;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::{collections::HashMap, time::Duration};

/// An answer of one's own comes this much later than its news, at most.
const OWN_FIRST: Duration = Duration::from_millis(600);

/// Says how many answers are new, and brings them in when asked.
#[component]
pub(super) fn NewAnswers(
    /// What the thread hangs under.
    place: String,
    /// The branch and the cursor of the page that is shown.
    shown: (String, String),
    roots: RwSignal<Vec<Node>>,
    shared: Shared,
) -> impl IntoView {
    let come = RwSignal::new(Vec::<CommentId>::new());
    let page = StoredValue::new((place.clone(), shown.0, shown.1));
    let read = move || {
        let (subject, under, after) = page.get_value();
        read_thread(subject, under, after)
    };
    let arrived = move |ids: Vec<CommentId>| {
        let known = move |id: &CommentId| roots.with_untracked(|roots| find(roots, *id).is_some());
        come.try_update(|come| {
            for id in ids {
                if !known(&id) && !come.contains(&id) {
                    come.push(id);
                }
            }
        });
    };
    listen(What::Comment, &place, move |thing| {
        match thing.map(str::parse::<CommentId>) {
            Some(Ok(id)) => set_timeout(move || arrived(vec![id]), OWN_FIRST),
            Some(Err(_)) => {}
            None => spawn_local(async move {
                if let Ok(view) = read().await {
                    let others = view.comments.iter().filter(|comment| !comment.mine);
                    arrived(
                        others
                            .filter(|comment| is_said(comment))
                            .map(|comment| comment.id)
                            .collect(),
                    );
                }
            }),
        }
    });
    let is_there = move |id: &CommentId| roots.with(|roots| find(roots, *id).is_some());
    let count = move || match come.with(|come| come.iter().filter(|id| !is_there(id)).count()) {
        0 => None,
        1 => Some("Show 1 new answer".to_owned()),
        many => Some(format!("Show {many} new answers")),
    };
    let navigate = use_navigate();
    let on_show = Callback::new(move |()| {
        let navigate = navigate.clone();
        spawn_local(async move {
            match read().await {
                Ok(view) => {
                    let Some(first) = come.try_get_untracked() else {
                        return;
                    };
                    let first = first.first().copied();
                    let new = graft(roots, view.comments, shared);
                    come.try_set(Vec::new());
                    let Some(first) = new.or(first) else { return };
                    if roots.with_untracked(|roots| find(roots, first).is_some()) {
                        focus(format!("comment-{first}"));
                    } else {
                        // It stands on another page of the thread.
                        navigate(&format!("/comments/{first}"), Default::default());
                    }
                }
                Err(error) => announce(&words::error(&error)),
            }
        });
    });
    view! { <Arrivals words=Signal::derive(count) on_show /> }
}

fn is_said(comment: &CommentView) -> bool {
    comment.standing == Standing::Published
}

/// The comment in a tree.
fn find(nodes: &[Node], id: CommentId) -> Option<Node> {
    nodes.iter().find_map(|node| {
        (node.id == id)
            .then_some(*node)
            .or_else(|| node.replies.with_untracked(|replies| find(replies, id)))
    })
}

/// Puts what is new of a thread, in reading order, where it belongs; what is
/// there stays as it is. Answers with the first.
fn graft(
    roots: RwSignal<Vec<Node>>,
    comments: Vec<CommentView>,
    shared: Shared,
) -> Option<CommentId> {
    let mut known = HashMap::new();
    let mut first = None;
    let mut top = None;
    for comment in comments {
        let (id, more) = (comment.id, comment.more_under);
        let parent = comment
            .parent
            .and_then(|parent| known.get(&parent))
            .copied();
        let there = roots.with_untracked(|roots| find(roots, id));
        let node = there.unwrap_or_else(|| {
            let node = shared.node(comment);
            let siblings = parent.map_or(roots, |parent: Node| parent.replies);
            siblings.update(|siblings| siblings.push(node));
            first.get_or_insert(id);
            node
        });
        if parent.is_none() {
            top = Some(node);
        }
        if let (Some(branch), Some(top)) = (more, top) {
            top.more.set(Some(branch));
        }
        known.insert(id, node);
    }
    first
}
