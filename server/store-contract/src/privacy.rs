//! Being erased: what goes, what stays, and what nobody can tell afterwards.

use crate::support::{FixedChance, START, begin, commit, member, member_with, read};
use domain::{
    accounts::{Handle, MemberState},
    actor::{ActingMember, Actor, Byline, Role, Roles, Writer},
    care::{self, Ask, Audience, CallBody, CallCode, Closing, Origin, Post, Queue, Raise, Severity},
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, NewComment},
    drafts::{FormName, Kept},
    ids::{Chance, CommentId, StoryId, Subject},
    once::OnceKey,
    privacy::{self, Erasure, GRACE, HANDLE_RESTS, MENTIONS, SPREAD, Stays, Words},
    refusal::{Fault, Refusal},
    store::{Act, Store, StoreError},
    stories::StoryText,
    support::{self, SupportKind},
    tables::Value,
};
use tokio::join;

struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    ben: ActingMember,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    Scene { chance, ana, ben }
}

impl Scene {
    fn act<'a>(&'a self, actor: &'a Actor) -> Act<'a> {
        Act {
            actor,
            now: START,
            chance: &self.chance,
        }
    }

    async fn asks(
        &self,
        store: &dyn Store,
        who: &ActingMember,
        at_once: bool,
        stays: Stays,
    ) -> Result<Timestamp, Fault> {
        let actor = Actor::Member(who.clone());
        let mut unit = begin(store).await;
        let due = privacy::ask(&mut *unit, self.act(&actor), at_once, stays).await?;
        commit(unit).await;
        Ok(due)
    }

    async fn tells(&self, store: &dyn Store, who: &ActingMember, anonymous: bool) -> StoryId {
        let id = StoryId::random(&self.chance);
        let text = StoryText {
            anonymous,
            title: "A day".into(),
            content_note: None,
            excerpt: "Words.".into(),
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
        };
        let mut unit = begin(store).await;
        unit.insert_story(id, who.id, &text, START)
            .await
            .expect("a story");
        commit(unit).await;
        id
    }

    async fn says(
        &self,
        store: &dyn Store,
        who: &ActingMember,
        subject: Subject,
        parent: Option<CommentId>,
        anonymous: bool,
    ) -> CommentId {
        let actor = Actor::Member(who.clone());
        let new = NewComment {
            subject,
            parent,
            body: CommentBody::parse("Words.").expect("words"),
            anonymous,
        };
        let mut unit = begin(store).await;
        let id = comments::post(&mut *unit, self.act(&actor), new)
            .await
            .expect("said");
        commit(unit).await;
        id
    }

    async fn erased(&self, store: &dyn Store, now: Timestamp) {
        privacy::erase_due(store, &self.chance, now)
            .await
            .expect("erased");
    }
}

async fn byline(store: &dyn Store, id: StoryId) -> Option<Byline> {
    let story = read(store).await.story(id).await.expect("an answer");
    story.map(|story| story.author.byline())
}

async fn is_there(store: &dyn Store, who: &ActingMember) -> bool {
    let found = read(store).await.member(who.id).await;
    found.expect("an answer").is_some()
}

fn refused<T: std::fmt::Debug>(result: Result<T, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

pub async fn someone_is_erased_when_the_time_has_come(store: &dyn Store) {
    let scene = scene(store).await;
    let stays = Stays::default().with(Words::Stories);
    let due = scene.asks(store, &scene.ana, false, stays).await;
    let due = due.expect("asked");
    assert_eq!(due, START.plus(GRACE));
    let kept = read(store).await.erasure(scene.ana.id).await;
    let expected = Erasure {
        due_at: Some(due),
        stays,
        asked_at: START,
    };
    assert_eq!(kept.expect("an answer"), Some(expected));
    scene.erased(store, due.plus(-1)).await;
    assert!(is_there(store, &scene.ana).await);
    scene.erased(store, due).await;
    assert!(!is_there(store, &scene.ana).await);
    assert!(is_there(store, &scene.ben).await);
    // Once more finds nothing to do.
    scene.erased(store, due.plus(1)).await;
    let kept = read(store).await.erasure(scene.ana.id).await;
    assert_eq!(kept.expect("an answer"), None);
}

pub async fn who_is_due_longest_comes_first(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    for (who, due_at) in [
        (&scene.ana, Some(START.plus(2))),
        (&scene.ben, Some(START.plus(1))),
    ] {
        let erasure = Erasure {
            due_at,
            stays: Stays::default(),
            asked_at: START,
        };
        unit.keep_erasure(who.id, &erasure).await.expect("kept");
    }
    commit(unit).await;
    let mut reader = read(store).await;
    let due = reader.due_erasures(START.plus(9), 9).await.expect("a list");
    let ids: Vec<_> = due.iter().map(|(member, _)| *member).collect();
    assert_eq!(ids, [scene.ben.id, scene.ana.id]);
    let due = reader.due_erasures(START.plus(1), 9).await.expect("a list");
    assert_eq!(due.len(), 1);
}

pub async fn who_signs_in_again_stays(store: &dyn Store) {
    let scene = scene(store).await;
    let comes_back = async |now| {
        let mut unit = begin(store).await;
        privacy::call_off(&mut *unit, scene.ana.id, now).await?;
        commit(unit).await;
        Ok(())
    };
    comes_back(START).await.expect("nothing was asked for");
    let asked = scene.asks(store, &scene.ana, false, Stays::default()).await;
    let due = asked.expect("asked");
    comes_back(due.plus(-1)).await.expect("called off");
    scene.erased(store, due.plus(GRACE)).await;
    assert!(is_there(store, &scene.ana).await);
    // Whose time is over does not come in any more.
    let asked = scene.asks(store, &scene.ana, true, Stays::default()).await;
    let due = asked.expect("asked");
    assert_eq!(refused(comes_back(due).await), Refusal::WrongSignIn);
    scene.erased(store, due).await;
    assert!(!is_there(store, &scene.ana).await);
}

pub async fn words_go_or_stay_as_was_chosen(store: &dyn Store) {
    let scene = scene(store).await;
    let theirs = scene.tells(store, &scene.ben, false).await;
    let story = scene.tells(store, &scene.ana, false).await;
    let first = scene
        .says(store, &scene.ana, theirs.into(), None, false)
        .await;
    let reply = scene
        .says(store, &scene.ben, theirs.into(), Some(first), false)
        .await;
    let last = scene
        .says(store, &scene.ana, theirs.into(), None, false)
        .await;
    let stays = Stays::default().with(Words::Stories);
    scene
        .asks(store, &scene.ana, true, stays)
        .await
        .expect("asked");
    scene.erased(store, START).await;
    assert_eq!(byline(store, story).await, Some(Byline::Former));
    let mut reader = read(store).await;
    let gap = reader.comment(first).await.expect("read").expect("a gap");
    assert_eq!(gap.state, CommentState::Gap);
    assert_eq!(gap.author.writer, None);
    assert!(gap.body.is_empty());
    assert!(reader.comment(reply).await.expect("read").is_some());
    assert!(reader.comment(last).await.expect("read").is_none());
    assert_eq!(
        reader.comment_count(theirs.into()).await.expect("a count"),
        1
    );
}

/// If it went with the rest, the moment would tell who wrote it.
pub async fn what_was_anonymous_leaves_at_a_moment_of_its_own(store: &dyn Store) {
    let scene = scene(store).await;
    let mut hidden = Vec::new();
    for _ in 0..5 {
        hidden.push(scene.tells(store, &scene.ana, true).await);
    }
    let named = scene.tells(store, &scene.ana, false).await;
    let asked = scene.asks(store, &scene.ana, true, Stays::default()).await;
    asked.expect("asked");
    let mut left = Vec::new();
    for step in 0..=28 {
        scene.erased(store, START.plus(step * SPREAD / 28)).await;
        let mut standing = 0;
        for id in &hidden {
            if let Some(byline) = byline(store, *id).await {
                assert_eq!(byline, Byline::Anonymous);
                standing += 1;
            }
        }
        left.push(hidden.len() - standing);
    }
    assert_eq!(byline(store, named).await, None);
    assert_eq!(left.first(), Some(&0), "none goes with the account");
    assert_eq!(left.last(), Some(&5));
    let steps = left.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(steps > 1, "they go one by one: {left:?}");
}

/// What stays anonymously looks afterwards as it did before.
pub async fn what_stays_anonymous_says_nothing_of_a_former_member(store: &dyn Store) {
    let scene = scene(store).await;
    let hidden = scene.tells(store, &scene.ana, true).await;
    let stays = Stays::default().with(Words::Stories);
    scene
        .asks(store, &scene.ana, true, stays)
        .await
        .expect("asked");
    scene.erased(store, START).await;
    let mut reader = read(store).await;
    let story = reader.story(hidden).await.expect("read").expect("a story");
    assert_eq!(story.author.byline(), Byline::Anonymous);
    assert_eq!((story.author.writer, story.author.name), (None, None));
    assert_eq!(story.edited_at, None);
}

pub async fn what_is_nobody_elses_goes_too(store: &dyn Store) {
    let scene = scene(store).await;
    let theirs = scene.tells(store, &scene.ben, false).await;
    let actor = Actor::Member(scene.ana.clone());
    let writer = Writer::Member(scene.ana.id);
    let form = FormName::parse("stories.new").expect("a name");
    let key = OnceKey::sent(writer, "stories.share", "a key", START);
    let mut unit = begin(store).await;
    unit.keep_draft(writer, &form, &Kept::default(), START)
        .await
        .expect("a draft");
    unit.keep_answer(&key, "{\"words\":1}", START)
        .await
        .expect("an answer");
    unit.replace_codes(scene.ana.id, &["hash".into()])
        .await
        .expect("codes");
    unit.keep_reset_link(scene.ana.id, "hash", START.plus(GRACE))
        .await
        .expect("a link");
    support::give(
        &mut *unit,
        scene.act(&actor),
        theirs.into(),
        SupportKind::ThankYou,
    )
    .await
    .expect("given");
    commit(unit).await;
    let asked = scene.asks(store, &scene.ana, true, Stays::default()).await;
    asked.expect("asked");
    scene.erased(store, START).await;
    let mut unit = begin(store).await;
    assert_eq!(unit.draft(writer, &form).await.expect("read"), None);
    assert_eq!(unit.earlier_answer(&key).await.expect("read"), None);
    assert_eq!(unit.codes_left(scene.ana.id).await.expect("read"), 0);
    assert_eq!(unit.reset_link("hash", START).await.expect("read"), None);
    let counts = unit.support_counts(&[theirs.into()]).await.expect("read");
    assert!(counts.is_empty());
}

/// A call names nobody, so it leaves as what was anonymous does; and one about
/// a post closes when the post goes.
pub async fn calls_for_help_leave_at_a_moment_of_their_own(store: &dyn Store) {
    let scene = scene(store).await;
    let actor = Actor::Member(scene.ana.clone());
    let story = scene.tells(store, &scene.ana, false).await;
    let hidden = scene.tells(store, &scene.ana, true).await;
    let mut unit = begin(store).await;
    let ask = Ask {
        code: CallCode::from_bytes(&scene.chance.bytes()).hash(),
        body: CallBody::parse("I need help.").expect("words"),
        audience: Audience::Everyone,
    };
    let asked = care::ask(&mut *unit, scene.act(&actor), ask).await;
    let asked = asked.expect("asked");
    let mut noticed = Vec::new();
    for id in [story, hidden] {
        let raise = Raise {
            origin: Origin::Noticed,
            post: Post {
                subject: id.into(),
                comment: None,
            },
            writer: Some(Writer::Member(scene.ana.id)),
            severity: Severity::Call,
            words: None,
        };
        let id = care::raise(&mut *unit, scene.act(&actor), raise).await;
        noticed.push(id.expect("raised"));
    }
    commit(unit).await;
    let stays = Stays::default().with(Words::Rituals);
    scene
        .asks(store, &scene.ana, true, stays)
        .await
        .expect("asked");
    scene.erased(store, START).await;
    let call = async |id| read(store).await.call(id).await.expect("read");
    let waiting = call(asked).await.expect("it waits still");
    assert_eq!(waiting.writer, None);
    assert!(waiting.closed.is_none() && waiting.waiting_since.is_some());
    let closed = call(noticed[0]).await.expect("a call").closed;
    assert_eq!(closed.map(|(_, why)| why), Some(Closing::TakenBack));
    assert!(call(noticed[1]).await.expect("a call").closed.is_none());
    // By then the story has left, and all that was asked.
    scene.erased(store, START.plus(SPREAD)).await;
    assert_eq!(byline(store, hidden).await, None);
    for id in [asked, noticed[0], noticed[1]] {
        assert_eq!(call(id).await, None);
    }
    for queue in Queue::ALL {
        assert_eq!(read(store).await.waiting_count(*queue).await.expect("a count"), 0);
    }
}

/// A story may stay; what was anonymous and its call may go before the call does.
pub async fn a_call_closes_when_its_post_leaves(store: &dyn Store) {
    let scene = scene(store).await;
    let actor = Actor::Member(scene.ana.clone());
    let hidden = scene.tells(store, &scene.ana, true).await;
    let raise = Raise {
        origin: Origin::Noticed,
        post: Post {
            subject: hidden.into(),
            comment: None,
        },
        writer: Some(Writer::Member(scene.ana.id)),
        severity: Severity::Call,
        words: None,
    };
    let mut unit = begin(store).await;
    let noticed = care::raise(&mut *unit, scene.act(&actor), raise).await;
    let noticed = noticed.expect("raised");
    commit(unit).await;
    let stays = Stays::default().with(Words::Calls);
    scene
        .asks(store, &scene.ana, true, stays)
        .await
        .expect("asked");
    scene.erased(store, START).await;
    scene.erased(store, START.plus(SPREAD)).await;
    assert_eq!(byline(store, hidden).await, None);
    let mut reader = read(store).await;
    let call = reader.call(noticed).await.expect("read").expect("a call");
    assert_eq!(call.closed.map(|(_, why)| why), Some(Closing::TakenBack));
    let entries = reader.entries(noticed, None, 9).await.expect("entries");
    assert!(
        entries.iter().all(|entry| entry.body.is_empty()),
        "{entries:?}"
    );
}

/// An older backup knows nothing of who went since.
pub async fn who_was_brought_back_is_erased_again(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.tells(store, &scene.ana, false).await;
    let stays = Stays::default().with(Words::Stories);
    let mut unit = begin(store).await;
    unit.remember_erased(scene.ana.id, stays, START.plus(-1))
        .await
        .expect("remembered");
    commit(unit).await;
    let found = read(store).await.brought_back(9).await.expect("a list");
    assert_eq!(found, [(scene.ana.id, stays)]);
    scene.erased(store, START).await;
    assert!(!is_there(store, &scene.ana).await);
    assert!(is_there(store, &scene.ben).await);
    assert_eq!(byline(store, story).await, Some(Byline::Former));
    let found = read(store).await.brought_back(9).await.expect("a list");
    assert_eq!(found, []);
}

pub async fn every_mention_is_handed_over(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.tells(store, &scene.ana, true).await;
    scene.tells(store, &scene.ben, false).await;
    scene
        .says(store, &scene.ana, story.into(), None, false)
        .await;
    let mut reader = read(store).await;
    let mut counts = Vec::new();
    for mention in MENTIONS {
        let mut rows = Vec::new();
        let mut take = |row| {
            rows.push(row);
            Ok(())
        };
        reader
            .each_mention(mention, scene.ana.id, &mut take)
            .await
            .expect("read");
        let key = Value::Text(mention.key(scene.ana.id));
        let named = (mention.column.to_owned(), key);
        assert!(rows.iter().all(|row| row.contains(&named)), "{rows:?}");
        if mention.table == "stories" {
            let has = |name: &str, value| rows[0].contains(&(name.to_owned(), value));
            assert!(has("title", Value::Text("A day".into())));
            assert!(has("anonymous", Value::Number(1)));
            assert!(has("edited_at", Value::Nothing));
        }
        counts.push((mention.table, rows.len()));
    }
    counts.retain(|(_, count)| *count > 0);
    assert_eq!(counts, [("stories", 1), ("comments", 1), ("members", 1)]);
    // Whoever takes may say that it is enough.
    let mut taken = 0;
    let mut full = |_| {
        taken += 1;
        Err(StoreError::Full)
    };
    let account = MENTIONS.last().expect("the account");
    let stopped = reader.each_mention(account, scene.ana.id, &mut full).await;
    assert!(matches!(stopped, Err(StoreError::Full)), "{stopped:?}");
    assert_eq!(taken, 1);
}

pub async fn a_handle_rests_before_another_may_have_it(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.asks(store, &scene.ana, true, Stays::default()).await;
    asked.expect("asked");
    scene.erased(store, START).await;
    let joins = async |handle: &str| {
        let parsed = Handle::parse(handle).expect("a handle");
        let mut unit = begin(store).await;
        let new = domain::accounts::Member {
            id: domain::ids::MemberId::random(&scene.chance),
            handle: handle.to_owned(),
            password: Some("$none$".to_owned()),
            roles: Roles::default(),
            state: MemberState::Active,
            barred_until: None,
            opaque: domain::ids::OpaqueId::random(&scene.chance),
            created_at: START,
        };
        let joined = unit.insert_member(&new, &parsed).await.expect("an answer");
        commit(unit).await;
        joined
    };
    scene.erased(store, START.plus(HANDLE_RESTS - 1)).await;
    assert!(!joins("ana").await);
    assert!(!joins("Aña").await, "nor what looks like it");
    scene.erased(store, START.plus(HANDLE_RESTS)).await;
    assert!(joins("ana").await);
}

pub async fn the_only_host_stays_until_another_follows(store: &dyn Store) {
    let scene = scene(store).await;
    let host = Roles::default().with(Role::Host);
    let hanna = member_with(store, &scene.chance, "hanna", host, MemberState::Active).await;
    let stays = Stays::default();
    let alone = scene.asks(store, &hanna, true, stays).await;
    assert_eq!(refused(alone), Refusal::OnlyHost);
    member_with(store, &scene.chance, "held", host, MemberState::Waiting).await;
    let alone = scene.asks(store, &hanna, true, stays).await;
    assert_eq!(refused(alone), Refusal::OnlyHost, "who waits cannot follow");
    let hugo = member_with(store, &scene.chance, "hugo", host, MemberState::Active).await;
    scene
        .asks(store, &hanna, false, stays)
        .await
        .expect("asked");
    // Hanna is about to go, so Hugo is the last.
    let alone = scene.asks(store, &hugo, false, stays).await;
    assert_eq!(refused(alone), Refusal::OnlyHost);
    // She may still change how she goes.
    scene.asks(store, &hanna, true, stays).await.expect("asked");
}

pub async fn of_two_hosts_who_go_at_once_one_stays(store: &dyn Store) {
    let scene = scene(store).await;
    let mut unit = begin(store).await;
    let host = Roles::default().with(Role::Host);
    for who in [&scene.ana, &scene.ben] {
        unit.set_roles(who.id, host).await.expect("given");
    }
    commit(unit).await;
    let goes = async |who: &ActingMember| {
        let who = ActingMember {
            roles: host,
            ..who.clone()
        };
        scene.asks(store, &who, true, Stays::default()).await
    };
    let (first, second) = join!(goes(&scene.ana), goes(&scene.ben));
    assert!(first.is_ok() != second.is_ok(), "one of two");
}

/// Two programs look for what is due at the same time.
pub async fn two_erase_no_more_than_one(store: &dyn Store) {
    let scene = scene(store).await;
    let theirs = scene.tells(store, &scene.ben, false).await;
    for _ in 0..60 {
        scene
            .says(store, &scene.ana, theirs.into(), None, false)
            .await;
    }
    let stays = Stays::default();
    scene
        .asks(store, &scene.ana, true, stays)
        .await
        .expect("asked");
    let erases = async || privacy::erase_due(store, &scene.chance, START).await;
    let (first, second) = join!(erases(), erases());
    first.and(second).expect("erased");
    assert!(!is_there(store, &scene.ana).await);
    let mut reader = read(store).await;
    assert_eq!(
        reader.comment_count(theirs.into()).await.expect("a count"),
        0
    );
}
