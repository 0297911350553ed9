//! Calls for help: who waits, what answers them, and what is never lost.

use crate::support::{FixedChance, START, begin, commit, guest, member, member_with, read};
use domain::{
    accounts::MemberState,
    actor::{ActingMember, Actor, Byline, Role, Roles},
    care::{
        self, Ask, Audience, Call, CallBody, CallCode, CallKey, CallNote, Closing, Entry,
        EntryKind, EntryState, Origin, Post, Queue, Raise, Reply, Seen, Severity, WriteBack,
    },
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, NewComment},
    ids::{CallId, Chance, CommentId, EntryId, StoryId, Subject},
    moderation::Standing,
    notifications::Kind,
    page::{Mark, Postmark},
    refusal::{Fault, Field, Reason, Refusal},
    store::{Act, Store, Unit},
    stories::{self, StoryText},
};

const MINUTE: i64 = Timestamp::MINUTE;

/// Mara and Edda are of the desk, Ana is a member, and there is a guest.
struct Scene<'s> {
    store: &'s dyn Store,
    chance: FixedChance,
    mara: Actor,
    edda: Actor,
    ana: Actor,
    guest: Actor,
}

async fn with_role(
    store: &dyn Store,
    chance: &FixedChance,
    handle: &str,
    role: Role,
) -> ActingMember {
    let roles = Roles::default().with(role);
    member_with(store, chance, handle, roles, MemberState::Active).await
}

async fn scene(store: &dyn Store) -> Scene<'_> {
    let chance = FixedChance::default();
    Scene {
        store,
        mara: Actor::Member(with_role(store, &chance, "mara", Role::PeerSupporter).await),
        edda: Actor::Member(with_role(store, &chance, "edda", Role::Editor).await),
        ana: Actor::Member(member(store, &chance, "ana").await),
        guest: Actor::Guest(guest(store, &chance).await),
        chance,
    }
}

fn at(minutes: i64) -> Timestamp {
    START.plus(minutes * MINUTE)
}

fn body(text: &str) -> CallBody {
    CallBody::parse(text).expect("words")
}

fn note(text: &str) -> CallNote {
    CallNote::parse(text).expect("a note")
}

fn refused<T: std::fmt::Debug>(result: Result<T, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn up_to(number: u32) -> Seen {
    Seen {
        number,
        edited_at: None,
    }
}

/// What was asked, and how to come back to it.
struct Asked {
    id: CallId,
    key: CallKey,
}

impl Scene<'_> {
    fn act<'a>(&'a self, actor: &'a Actor, minutes: i64) -> Act<'a> {
        Act {
            actor,
            now: at(minutes),
            chance: &self.chance,
        }
    }

    /// Does something in a unit of its own.
    async fn done<T>(&self, what: impl AsyncFnOnce(&mut dyn Unit) -> T) -> T {
        let mut unit = begin(self.store).await;
        let answer = what(&mut *unit).await;
        commit(unit).await;
        answer
    }

    async fn ask(&self, by: &Actor, minutes: i64, audience: Audience) -> Asked {
        let code = CallCode::from_bytes(&self.chance.bytes());
        let ask = Ask {
            code: code.hash(),
            body: body("I do not know how to get through tonight."),
            audience,
        };
        let id = self
            .done(async |unit| care::ask(unit, self.act(by, minutes), ask).await)
            .await
            .expect("asked");
        Asked {
            id,
            key: CallKey::Code(code.hash()),
        }
    }

    async fn write_back(&self, asked: &Asked, minutes: i64) {
        let words = WriteBack {
            key: asked.key.clone(),
            id: EntryId::random(&self.chance),
            body: body("It is worse now."),
        };
        let act = self.act(&self.guest, minutes);
        self.done(async |unit| care::write_back(unit, act, words).await)
            .await
            .expect("written back");
    }

    async fn answer(
        &self,
        by: &Actor,
        call: CallId,
        minutes: i64,
        seen: Seen,
    ) -> Result<Option<CommentId>, Fault> {
        let words = body("I am here. I read what you wrote.");
        let act = self.act(by, minutes);
        self.done(async |unit| care::answer(unit, act, call, &words, seen).await)
            .await
    }

    async fn close(
        &self,
        call: CallId,
        minutes: i64,
        closing: Closing,
        seen: Seen,
    ) -> Result<(), Fault> {
        let act = self.act(&self.mara, minutes);
        self.done(async |unit| care::close(unit, act, call, closing, None, seen).await)
            .await
    }

    async fn call(&self, id: CallId) -> Call {
        let call = read(self.store).await.call(id).await.expect("read");
        call.expect("the call")
    }

    async fn entries(&self, id: CallId) -> Vec<Entry> {
        let mut reader = read(self.store).await;
        reader.entries(id, None, 100).await.expect("entries")
    }

    async fn waiting(&self) -> Vec<CallId> {
        let mut reader = read(self.store).await;
        let mut waiting = Vec::new();
        for queue in Queue::ALL {
            let page = reader.waiting_calls(*queue, None, 50).await.expect("a page");
            let count = reader.waiting_count(*queue).await.expect("a count");
            assert_eq!(count, page.items.len() as u64);
            assert!(page.items.iter().all(|call| call.queue == *queue));
            waiting.extend(page.items);
        }
        waiting.sort_by_key(|call| (call.waiting_since, call.id));
        waiting.iter().map(|call| call.id).collect()
    }

    async fn queue(&self, id: CallId) -> Queue {
        self.call(id).await.queue
    }

    async fn story(&self, by: &Actor) -> StoryId {
        let id = StoryId::random(&self.chance);
        let text = StoryText {
            anonymous: false,
            title: "A day".into(),
            content_note: None,
            excerpt: "Words.".into(),
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
        };
        let member = by.member().expect("a member").id;
        self.done(async |unit| unit.insert_story(id, member, &text, START).await)
            .await
            .expect("a story");
        id
    }

    async fn say(
        &self,
        by: &Actor,
        subject: impl Into<Subject>,
        parent: Option<CommentId>,
        minutes: i64,
    ) -> CommentId {
        self.say_as(by, subject, parent, minutes, false).await
    }

    async fn say_as(
        &self,
        by: &Actor,
        subject: impl Into<Subject>,
        parent: Option<CommentId>,
        minutes: i64,
        anonymous: bool,
    ) -> CommentId {
        let new = NewComment {
            subject: subject.into(),
            parent,
            body: CommentBody::parse("Please, somebody.").expect("words"),
            anonymous,
        };
        let act = self.act(by, minutes);
        self.done(async |unit| comments::post(unit, act, new).await)
            .await
            .expect("a comment")
    }

    async fn raise(
        &self,
        subject: impl Into<Subject>,
        comment: Option<CommentId>,
        writer: &Actor,
        minutes: i64,
    ) -> CallId {
        self.raise_as(
            subject,
            comment,
            writer,
            minutes,
            (Origin::Noticed, Severity::Call),
        )
        .await
    }

    async fn raise_as(
        &self,
        subject: impl Into<Subject>,
        comment: Option<CommentId>,
        writer: &Actor,
        minutes: i64,
        (origin, severity): (Origin, Severity),
    ) -> CallId {
        let raise = Raise {
            origin,
            post: Post {
                subject: subject.into(),
                comment,
            },
            writer: Some(writer.writer()),
            severity,
            words: None,
        };
        let act = self.act(&self.guest, minutes);
        self.done(async |unit| care::raise(unit, act, raise).await)
            .await
            .expect("raised")
    }

    async fn take_back(&self, by: &Actor, comment: CommentId, minutes: i64) {
        let act = self.act(by, minutes);
        self.done(async |unit| comments::take_back(unit, act, comment).await)
            .await
            .expect("taken back");
    }
}

pub async fn a_call_waits_until_it_is_answered(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    assert_eq!(scene.waiting().await, [asked.id]);
    let call = scene.call(asked.id).await;
    assert_eq!(
        (call.waiting_since, call.answered_at, call.writer),
        (Some(at(0)), None, None)
    );
    let refusal = refused(scene.answer(&scene.ana, asked.id, 1, up_to(1)).await);
    assert_eq!(refusal, Refusal::NotAllowed);
    let refusal = refused(scene.answer(&scene.guest, asked.id, 1, up_to(1)).await);
    assert_eq!(refusal, Refusal::SignInFirst);
    scene
        .answer(&scene.mara, asked.id, 7, up_to(1))
        .await
        .expect("answered");
    assert!(scene.waiting().await.is_empty());
    let call = scene.call(asked.id).await;
    assert_eq!(
        (call.waiting_since, call.answered_at, call.last),
        (None, Some(at(7)), 2)
    );
    let entries = scene.entries(asked.id).await;
    let said: Vec<_> = entries
        .iter()
        .map(|entry| (entry.number, entry.kind, entry.author.byline()))
        .collect();
    assert_eq!(
        said,
        [
            (1, EntryKind::Asked, Byline::Former),
            (2, EntryKind::Answer, Byline::Member("mara".into()))
        ]
    );
    assert!(entries[0].html.contains("through tonight"));
}

pub async fn what_is_kept_already_is_not_kept_twice(store: &dyn Store) {
    let scene = scene(store).await;
    let code = CallCode::from_bytes(&[1; 16]);
    let ask = async |text, minutes, audience| {
        let ask = Ask {
            code: code.hash(),
            body: body(text),
            audience,
        };
        scene
            .done(async |unit| care::ask(unit, scene.act(&scene.guest, minutes), ask).await)
            .await
            .expect("no fault")
    };
    let id = ask("First.", 0, Audience::Supporters).await;
    assert_eq!(ask("Again.", 9, Audience::Everyone).await, id);
    assert_eq!(scene.waiting().await, [id]);
    let asked = Asked {
        id,
        key: CallKey::Code(code.hash()),
    };
    let words = WriteBack {
        key: asked.key.clone(),
        id: EntryId::random(&scene.chance),
        body: body("More."),
    };
    for minutes in [1, 2] {
        let (words, act) = (words.clone(), scene.act(&scene.guest, minutes));
        scene
            .done(async |unit| care::write_back(unit, act, words).await)
            .await
            .expect("no fault");
    }
    assert_eq!(scene.entries(asked.id).await.len(), 2);
    assert_eq!(scene.call(asked.id).await.audience, Audience::Supporters);
}

pub async fn an_answer_counts_for_what_was_read(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    scene.write_back(&asked, 3).await;
    // Mara's page was from before they wrote again.
    scene
        .answer(&scene.mara, asked.id, 4, up_to(1))
        .await
        .expect("answered");
    let call = scene.call(asked.id).await;
    assert_eq!(call.waiting_since, Some(at(3)));
    assert_eq!(scene.waiting().await, [asked.id]);
    // What nobody can have read yet does not count as read.
    scene
        .answer(&scene.mara, asked.id, 5, up_to(900))
        .await
        .expect("answered");
    assert!(scene.waiting().await.is_empty());
    scene.write_back(&asked, 6).await;
    assert_eq!(scene.call(asked.id).await.waiting_since, Some(at(6)));
    assert_eq!(scene.call(asked.id).await.answered_at, Some(at(4)));
}

pub async fn closing_is_refused_when_they_have_written_meanwhile(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    let refusal = refused(
        scene
            .close(asked.id, 1, Closing::Settled, up_to(1))
            .await,
    );
    assert_eq!(
        refusal,
        Refusal::field(Field::Kind, Reason::NotAnsweredYet)
    );
    let refusal = refused(scene.close(asked.id, 1, Closing::Helped, up_to(1)).await);
    assert_eq!(refusal, Refusal::field(Field::Kind, Reason::NotAChoice));
    scene
        .answer(&scene.mara, asked.id, 2, up_to(1))
        .await
        .expect("answered");
    scene.write_back(&asked, 3).await;
    let refusal = refused(scene.close(asked.id, 4, Closing::Settled, up_to(2)).await);
    assert_eq!(refusal, Refusal::WrittenMeanwhile);
    assert_eq!(scene.waiting().await, [asked.id]);
    for _ in 0..2 {
        scene
            .close(asked.id, 5, Closing::Elsewhere, up_to(3))
            .await
            .expect("closed");
    }
    let refusal = refused(scene.close(asked.id, 6, Closing::NoCall, up_to(3)).await);
    assert_eq!(refusal, Refusal::Changed);
    let call = scene.call(asked.id).await;
    assert_eq!(call.closed, Some((at(5), Closing::Elsewhere)));
    assert!(scene.waiting().await.is_empty());
    assert_eq!(scene.entries(asked.id).await.len(), 4);
}

pub async fn a_closed_call_opens_again(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    scene
        .close(asked.id, 1, Closing::NoCall, up_to(1))
        .await
        .expect("closed");
    for minutes in [2, 3] {
        let act = scene.act(&scene.edda, minutes);
        scene
            .done(async |unit| care::reopen(unit, act, asked.id).await)
            .await
            .expect("open");
    }
    let call = scene.call(asked.id).await;
    assert_eq!((call.closed, call.waiting_since), (None, Some(at(2))));
    scene
        .close(asked.id, 4, Closing::NoCall, up_to(3))
        .await
        .expect("closed");
    scene.write_back(&asked, 5).await;
    let call = scene.call(asked.id).await;
    assert_eq!((call.closed, call.waiting_since), (None, Some(at(5))));
}

pub async fn whoever_asked_says_how_it_is(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    let helped = async |minutes| {
        let act = scene.act(&scene.guest, minutes);
        scene
            .done(async |unit| care::helped(unit, act, &asked.key).await)
            .await
            .expect("closed")
    };
    let still = async |minutes| {
        let act = scene.act(&scene.guest, minutes);
        scene
            .done(async |unit| care::still_waiting(unit, act, &asked.key).await)
            .await
            .expect("heard")
    };
    helped(1).await;
    let closed = scene.call(asked.id).await.closed;
    assert_eq!(closed, Some((at(1), Closing::Withdrawn)));
    still(2).await;
    still(3).await;
    let call = scene.call(asked.id).await;
    assert_eq!((call.closed, call.waiting_since), (None, Some(at(2))));
    assert_eq!(call.last, 3);
    scene
        .answer(&scene.mara, asked.id, 4, up_to(3))
        .await
        .expect("answered");
    still(5).await;
    assert_eq!(scene.call(asked.id).await.waiting_since, Some(at(5)));
    helped(6).await;
    helped(7).await;
    let closed = scene.call(asked.id).await.closed;
    assert_eq!(closed, Some((at(6), Closing::Helped)));
}

pub async fn a_code_opens_its_own_call_only(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    let other = scene.ask(&scene.ana, 1, Audience::Supporters).await;
    let mut reader = read(store).await;
    for (key, actor, found) in [
        (asked.key.clone(), &scene.ana, Some(asked.id)),
        (other.key, &scene.guest, Some(other.id)),
        (CallKey::Own(other.id), &scene.ana, Some(other.id)),
        (CallKey::Own(other.id), &scene.mara, None),
        (CallKey::Own(asked.id), &scene.guest, None),
        (
            CallKey::Code(CallCode::from_bytes(&[3; 16]).hash()),
            &scene.guest,
            None,
        ),
    ] {
        let opened = care::own_call(&mut *reader, actor, &key).await;
        assert_eq!(opened.ok().map(|call| call.id), found, "{key:?}");
    }
    let ana = scene.ana.member().expect("a member").id;
    let own = reader.calls_of(ana, 9).await.expect("calls");
    assert_eq!(own.iter().map(|call| call.id).collect::<Vec<_>>(), [other.id]);
}

pub async fn those_concerned_are_told(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.ana, 0, Audience::Supporters).await;
    let told = async |of: &Actor| {
        let member = of.member().expect("a member").id;
        let mut reader = read(store).await;
        let list = reader.notifications(member, None, 9).await.expect("a list");
        list.items
            .iter()
            .map(|line| (line.kind, line.address.clone()))
            .collect::<Vec<_>>()
    };
    scene
        .answer(&scene.mara, asked.id, 1, up_to(1))
        .await
        .expect("answered");
    // The account opens it, so that no code has to be kept.
    let own_page = format!("/help/{}", asked.id);
    assert_eq!(told(&scene.ana).await, [(Kind::CallAnswered, own_page)]);
    assert!(told(&scene.mara).await.is_empty());
    scene.write_back(&asked, 2).await;
    let desk = format!("/care/{}", asked.id);
    assert_eq!(told(&scene.mara).await, [(Kind::CallerWrote, desk)]);
    assert!(told(&scene.edda).await.is_empty());
}

pub async fn a_reply_waits_until_someone_of_the_desk_has_read_it(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Everyone).await;
    let reply = |seen, anonymous| Reply {
        call: asked.id,
        body: body("I have been there."),
        anonymous,
        seen,
    };
    let says = async |by: &Actor, minutes, reply| {
        let act = scene.act(by, minutes);
        scene
            .done(async |unit| care::reply(unit, act, reply).await)
            .await
    };
    says(&scene.ana, 1, reply(1, false)).await.expect("said");
    let refusal = refused(says(&scene.guest, 1, reply(1, false)).await);
    assert_eq!(refusal, Refusal::SignInFirst);
    // Mara signs as nobody here, and so does not speak for the desk.
    says(&scene.mara, 2, reply(1, true)).await.expect("said");
    assert_eq!(scene.waiting().await, [asked.id]);
    let held = read(store).await.held_replies(9).await.expect("replies");
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|entry| entry.state == EntryState::Held));
    assert_eq!(held[1].author.byline(), Byline::Anonymous);
    let decide = async |by: &Actor, entry: EntryId, passes: bool| {
        let act = scene.act(by, 3);
        scene
            .done(async |unit| match passes {
                true => care::confirm(unit, act, entry, None).await,
                false => care::decline(unit, act, entry).await,
            })
            .await
    };
    let refusal = refused(decide(&scene.mara, held[1].id, true).await);
    assert_eq!(refusal, Refusal::NotAllowed, "one's own reply");
    let refusal = refused(decide(&scene.ana, held[0].id, true).await);
    assert_eq!(refusal, Refusal::NotAllowed);
    decide(&scene.edda, held[1].id, false).await.expect("read");
    assert_eq!(scene.waiting().await, [asked.id]);
    for _ in 0..2 {
        decide(&scene.edda, held[0].id, true).await.expect("read");
    }
    let refusal = refused(decide(&scene.mara, held[0].id, false).await);
    assert_eq!(refusal, Refusal::Changed);
    assert!(scene.waiting().await.is_empty());
    assert_eq!(scene.call(asked.id).await.answered_at, Some(at(3)));
    // Confirming an old reply does not answer what was asked after it.
    scene.write_back(&asked, 4).await;
    says(&scene.ana, 5, reply(1, false)).await.expect("said");
    let held = read(store).await.held_replies(9).await.expect("replies");
    decide(&scene.mara, held[0].id, true).await.expect("read");
    assert_eq!(scene.waiting().await, [asked.id]);
}

pub async fn someone_of_the_desk_answers_in_public(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.ana, 0, Audience::Everyone).await;
    let hidden = scene.ask(&scene.ana, 0, Audience::Supporters).await;
    let says = async |by: &Actor, call| {
        let reply = Reply {
            call,
            body: body("Here I am."),
            anonymous: false,
            seen: 1,
        };
        let act = scene.act(by, 2);
        scene
            .done(async |unit| care::reply(unit, act, reply).await)
            .await
    };
    let refusal = refused(says(&scene.mara, hidden.id).await);
    assert_eq!(refusal, Refusal::NotFound);
    // Her own words are no reply to herself.
    says(&scene.ana, asked.id).await.expect("said");
    assert_eq!(scene.entries(asked.id).await[1].kind, EntryKind::Asked);
    says(&scene.mara, asked.id).await.expect("said");
    assert_eq!(scene.entries(asked.id).await[2].kind, EntryKind::Answer);
    assert_eq!(scene.call(asked.id).await.waiting_since, Some(at(2)));
    let mut reader = read(store).await;
    let seen = reader.public_calls(None, 9).await.expect("a page").items;
    assert_eq!(seen.iter().map(|call| call.id).collect::<Vec<_>>(), [asked.id]);
    let act = scene.act(&scene.guest, 3);
    scene
        .done(async |unit| care::only_supporters(unit, act, &asked.key).await)
        .await
        .expect("hidden");
    let mut reader = read(store).await;
    assert!(reader.public_calls(None, 9).await.expect("a page").items.is_empty());
    assert_eq!(refused(says(&scene.mara, asked.id).await), Refusal::NotFound);
}

pub async fn nobody_answers_what_they_asked(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.mara, 0, Audience::Supporters).await;
    let refusal = refused(scene.answer(&scene.mara, asked.id, 1, up_to(1)).await);
    assert_eq!(refusal, Refusal::NotAllowed);
    let refusal = refused(scene.close(asked.id, 1, Closing::NoCall, up_to(1)).await);
    assert_eq!(refusal, Refusal::NotAllowed);
    // Handing it to whoever asked is as good as to anyone: no answer tells.
    let act = scene.act(&scene.edda, 2);
    scene
        .done(async |unit| care::hand_over(unit, act, asked.id, "mara", &note("Yours?")).await)
        .await
        .expect("handed over");
    assert_eq!(scene.waiting().await, [asked.id]);
}

pub async fn one_supporter_looks_after_a_call(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    let claim = async |by: &Actor, minutes| {
        let act = scene.act(by, minutes);
        scene
            .done(async |unit| care::claim(unit, act, asked.id).await)
            .await
    };
    let mara = scene.mara.member().expect("a member").id;
    claim(&scene.mara, 1).await.expect("claimed");
    claim(&scene.mara, 5).await.expect("still");
    assert_eq!(refused(claim(&scene.edda, 6).await), Refusal::LookedAfter);
    let call = scene.call(asked.id).await;
    assert_eq!(call.looked_after(at(14)), Some(mara));
    assert_eq!(call.looked_after(at(15)), None);
    // Nobody takes it from her, and she does not take it from anybody.
    for by in [&scene.edda, &scene.mara] {
        let act = scene.act(by, 7);
        scene
            .done(async |unit| care::let_go(unit, act, asked.id).await)
            .await
            .expect("no fault");
        let claimed = scene.call(asked.id).await.claim.is_some();
        assert_eq!(claimed, by == &scene.edda);
    }
    claim(&scene.edda, 8).await.expect("claimed");
    claim(&scene.mara, 18).await.expect("hers has gone stale");
    scene
        .answer(&scene.mara, asked.id, 19, up_to(1))
        .await
        .expect("answered");
    assert_eq!(scene.call(asked.id).await.claim, None);
}

pub async fn a_call_is_handed_over_and_escalated(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    let hand = async |to: &str| {
        let act = scene.act(&scene.mara, 1);
        scene
            .done(async |unit| care::hand_over(unit, act, asked.id, to, &note("Day shift.")).await)
            .await
    };
    for (to, reason) in [
        ("nobody-here", Reason::NoSuchMember),
        ("ana", Reason::NotOnTheDesk),
        ("", Reason::NoSuchMember),
    ] {
        assert_eq!(refused(hand(to).await), Refusal::field(Field::To, reason));
    }
    hand("@Edda").await.expect("handed over");
    for minutes in [2, 3] {
        let act = scene.act(&scene.mara, minutes);
        scene
            .done(async |unit| care::escalate(unit, act, asked.id, &note("Please look.")).await)
            .await
            .expect("escalated");
    }
    let call = scene.call(asked.id).await;
    let edda = scene.edda.member().expect("a member").id;
    assert_eq!(
        (call.handed_to, call.escalated_at, call.waiting_since),
        (Some(edda), Some(at(2)), Some(at(0)))
    );
    let kinds: Vec<_> = scene
        .entries(asked.id)
        .await
        .iter()
        .map(|entry| (entry.kind, entry.kind.is_said()))
        .collect();
    assert_eq!(
        kinds,
        [
            (EntryKind::Asked, true),
            (EntryKind::HandedOver, false),
            (EntryKind::Escalated, false),
            (EntryKind::Escalated, false)
        ]
    );
}

pub async fn the_longest_waiting_comes_first_and_all_are_counted(store: &dyn Store) {
    let scene = scene(store).await;
    let mut asked = Vec::new();
    for minutes in [5, 1, 1, 3, 1] {
        let call = scene.ask(&scene.guest, minutes, Audience::Everyone).await;
        asked.push((minutes, call.id));
    }
    asked.sort();
    let oldest_first: Vec<CallId> = asked.into_iter().map(|(_, id)| id).collect();
    let mut reader = read(store).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = reader
            .waiting_calls(Queue::Asked, after, 2)
            .await
            .expect("a page");
        seen.extend(page.items.iter().map(|call| call.id));
        let Some(next) = page.next else { break };
        after = Some(Mark::read(&next).expect("a cursor of ours"));
        assert!(seen.len() < 10, "the pages never end");
    }
    assert_eq!(seen, oldest_first);
    assert_eq!(reader.waiting_count(Queue::Asked).await.expect("a count"), 5);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = reader.public_calls(after, 2).await.expect("a page");
        seen.extend(page.items.iter().map(|call| call.id));
        let Some(next) = page.next else { break };
        after = Some(Postmark::read(&next).expect("a cursor of ours"));
        assert!(seen.len() < 10, "the pages never end");
    }
    seen.reverse();
    assert_eq!(seen, oldest_first);
}

pub async fn those_who_asked_stand_before_what_was_only_noticed(store: &dyn Store) {
    let scene = scene(store).await;
    let mut noticed = Vec::new();
    for minutes in [3, 1, 2] {
        let story = scene.story(&scene.ana).await;
        noticed.push((minutes, scene.raise(story, None, &scene.ana, minutes).await));
    }
    noticed.sort();
    let noticed: Vec<CallId> = noticed.into_iter().map(|(_, id)| id).collect();
    let asked = scene.ask(&scene.guest, 9, Audience::Supporters).await;
    let mut reader = read(store).await;
    let mut waits = async |queue, after| {
        let page = reader.waiting_calls(queue, after, 2).await.expect("a page");
        let ids: Vec<CallId> = page.items.iter().map(|call| call.id).collect();
        (ids, page.next)
    };
    assert_eq!(waits(Queue::Asked, None).await, (vec![asked.id], None));
    let (first, next) = waits(Queue::Noticed, None).await;
    assert_eq!(first, noticed[..2]);
    let mark = Mark::read(&next.expect("there is more")).expect("a cursor of ours");
    assert_eq!(waits(Queue::Noticed, Some(mark)).await, (vec![noticed[2]], None));
    let story = scene.story(&scene.ana).await;
    let crisis = (Origin::Noticed, Severity::Crisis);
    let danger = scene.raise_as(story, None, &scene.ana, 4, crisis).await;
    assert_eq!(waits(Queue::Danger, None).await, (vec![danger], None));
    let count = async |queue| read(store).await.waiting_count(queue).await.expect("a count");
    assert_eq!(count(Queue::Asked).await, 1);
    assert_eq!(count(Queue::Noticed).await, 3);
}

/// Each of these tells that it is more than words that read like a call.
pub async fn what_somebody_takes_for_a_call_stands_with_those_who_asked(store: &dyn Store) {
    let scene = scene(store).await;
    let noticed = async || {
        let story = scene.story(&scene.ana).await;
        let call = scene.raise(story, None, &scene.ana, 0).await;
        assert_eq!(scene.queue(call).await, Queue::Noticed);
        (story, call)
    };
    // Looked at, said again, closed and answered in passing, it stays apart.
    let (story, call) = noticed().await;
    scene.raise(story, None, &scene.ana, 1).await;
    for claims in [true, false] {
        let act = scene.act(&scene.mara, 1);
        scene
            .done(async |unit| match claims {
                true => care::claim(unit, act, call).await,
                false => care::let_go(unit, act, call).await,
            })
            .await
            .expect("no fault");
    }
    let comment = scene.say(&scene.mara, story, None, 2).await;
    scene.say(&scene.ana, story, Some(comment), 3).await;
    let kept = scene.call(call).await;
    assert_eq!((kept.queue, kept.waiting_since), (Queue::Noticed, Some(at(3))));
    let seen = up_to(kept.last);
    scene
        .close(call, 4, Closing::NoCall, seen)
        .await
        .expect("closed");
    assert_eq!(scene.queue(call).await, Queue::Noticed);

    let act = scene.act(&scene.mara, 5);
    scene
        .done(async |unit| care::reopen(unit, act, call).await)
        .await
        .expect("opened");
    assert_eq!(scene.queue(call).await, Queue::Asked);

    let (story, call) = noticed().await;
    scene
        .raise_as(story, None, &scene.ana, 6, (Origin::Worried, Severity::Call))
        .await;
    let kept = scene.call(call).await;
    assert_eq!((kept.queue, kept.waiting_since), (Queue::Asked, Some(at(0))));

    let (story, call) = noticed().await;
    scene
        .raise_as(story, None, &scene.ana, 6, (Origin::Noticed, Severity::Crisis))
        .await;
    assert_eq!(scene.queue(call).await, Queue::Danger);
    scene
        .raise_as(story, None, &scene.ana, 7, (Origin::Worried, Severity::Call))
        .await;
    assert_eq!(scene.queue(call).await, Queue::Asked);

    let (_, call) = noticed().await;
    let act = scene.act(&scene.mara, 7);
    scene
        .done(async |unit| care::hand_over(unit, act, call, "edda", &note("Yours.")).await)
        .await
        .expect("handed over");
    assert_eq!(scene.queue(call).await, Queue::Asked);

    let (_, call) = noticed().await;
    scene
        .done(async |unit| care::escalate(unit, act, call, &note("Look.")).await)
        .await
        .expect("escalated");
    assert_eq!(scene.queue(call).await, Queue::Asked);

    // Answered from the desk: what they write back is heard like any other call.
    let (story, call) = noticed().await;
    let answer = scene.answer(&scene.mara, call, 8, up_to(1)).await;
    let answer = answer.expect("answered").expect("a comment");
    scene.say(&scene.ana, story, Some(answer), 9).await;
    let kept = scene.call(call).await;
    assert_eq!((kept.queue, kept.waiting_since), (Queue::Asked, Some(at(9))));
}

pub async fn calls_that_do_not_wait_are_read_latest_first(store: &dyn Store) {
    let scene = scene(store).await;
    let mut settled = Vec::new();
    for minutes in 0..3 {
        let asked = scene.ask(&scene.guest, minutes, Audience::Supporters).await;
        scene
            .answer(&scene.mara, asked.id, minutes + 10, up_to(1))
            .await
            .expect("answered");
        settled.insert(0, asked.id);
    }
    scene.ask(&scene.guest, 0, Audience::Supporters).await;
    let mut reader = read(store).await;
    let first = reader.settled_calls(None, 2).await.expect("a page");
    let next = first.next.expect("there is more");
    let mark = Mark::read(&next).expect("a cursor of ours");
    let second = reader.settled_calls(Some(mark), 2).await.expect("a page");
    assert_eq!(second.next, None);
    let seen: Vec<CallId> = first.items.iter().chain(&second.items).map(|call| call.id).collect();
    assert_eq!(seen, settled);
}

pub async fn how_long_people_waited_is_known(store: &dyn Store) {
    let scene = scene(store).await;
    for (asked, answered) in [(0, 4), (10, 11), (20, 50)] {
        let call = scene.ask(&scene.guest, asked, Audience::Supporters).await;
        for minutes in [answered, answered + 5] {
            scene
                .answer(&scene.mara, call.id, minutes, up_to(1))
                .await
                .expect("answered");
        }
    }
    scene.ask(&scene.guest, 0, Audience::Supporters).await;
    // Of what was only noticed nobody asked for an answer: a kind word under it
    // counts for no figure.
    let story = scene.story(&scene.ana).await;
    scene.raise(story, None, &scene.ana, 0).await;
    scene.say(&scene.mara, story, None, 55).await;
    let mut reader = read(store).await;
    let waits = async |reader: &mut dyn domain::store::Reader, since| {
        let mut waits = reader.first_waits(since, 9).await.expect("waits");
        waits.sort_unstable();
        waits
    };
    assert_eq!(
        waits(&mut *reader, START).await,
        [MINUTE, 4 * MINUTE, 30 * MINUTE]
    );
    assert_eq!(waits(&mut *reader, at(12)).await, [30 * MINUTE]);
    assert_eq!(reader.first_waits(START, 2).await.expect("waits").len(), 2);
}

pub async fn entries_are_read_page_by_page(store: &dyn Store) {
    let scene = scene(store).await;
    let asked = scene.ask(&scene.guest, 0, Audience::Supporters).await;
    for minutes in 1..5 {
        scene.write_back(&asked, minutes).await;
    }
    let mut reader = read(store).await;
    let mut numbers = async |before| {
        let entries = reader.entries(asked.id, before, 2).await.expect("entries");
        entries.iter().map(|entry| entry.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None).await, [4, 5]);
    assert_eq!(numbers(Some(4)).await, [2, 3]);
    assert_eq!(numbers(Some(2)).await, [1]);
    assert!(numbers(Some(1)).await.is_empty());
}

pub async fn a_post_comes_to_the_desk_once(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.ana).await;
    let comment = scene.say(&scene.guest, story, None, 0).await;
    let call = scene.raise(story, Some(comment), &scene.guest, 0).await;
    assert_eq!(scene.raise(story, Some(comment), &scene.guest, 1).await, call);
    let about_story = scene.raise(story, None, &scene.ana, 2).await;
    assert_ne!(about_story, call);
    assert_eq!(scene.waiting().await, [call, about_story]);
    assert_eq!(scene.entries(call).await.len(), 1);
    scene
        .close(call, 3, Closing::NoCall, up_to(1))
        .await
        .expect("closed");
    // Noticed once more it stays closed; someone who is worried opens it.
    scene.raise(story, Some(comment), &scene.guest, 4).await;
    assert_eq!(scene.waiting().await, [about_story]);
    let worry = (Origin::Worried, Severity::Call);
    scene
        .raise_as(story, Some(comment), &scene.guest, 5, worry)
        .await;
    assert_eq!(scene.waiting().await, [about_story, call]);
    let kept = scene.call(call).await;
    assert_eq!(
        (kept.origin, kept.waiting_since),
        (Origin::Noticed, Some(at(5)))
    );
    scene
        .close(call, 6, Closing::NoCall, up_to(3))
        .await
        .expect("closed");
    let crisis = (Origin::Noticed, Severity::Crisis);
    scene
        .raise_as(story, Some(comment), &scene.guest, 7, crisis)
        .await;
    let kept = scene.call(call).await;
    assert_eq!(
        (kept.severity, kept.waiting_since),
        (Severity::Crisis, Some(at(7)))
    );
}

pub async fn a_comment_from_the_desk_answers_what_it_stands_under(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.edda).await;
    let first = scene.say(&scene.ana, story, None, 0).await;
    let call = scene.raise(story, Some(first), &scene.ana, 0).await;
    // Beside it, by herself, by a guest, by nobody's name: no answer.
    scene.say(&scene.mara, story, None, 1).await;
    let own = scene.say(&scene.ana, story, Some(first), 2).await;
    scene.say(&scene.guest, story, Some(first), 3).await;
    scene.say_as(&scene.mara, story, Some(first), 4, true).await;
    assert_eq!(scene.call(call).await.waiting_since, Some(at(0)));
    // Under her first words, but not under her later ones.
    scene.say(&scene.mara, story, Some(first), 5).await;
    assert_eq!(scene.call(call).await.waiting_since, Some(at(2)));
    scene.say(&scene.mara, story, Some(own), 6).await;
    let kept = scene.call(call).await;
    assert_eq!((kept.waiting_since, kept.answered_at), (None, Some(at(5))));
    // She writes again below: it waits again.
    scene.say(&scene.ana, story, Some(own), 7).await;
    assert_eq!(scene.call(call).await.waiting_since, Some(at(7)));
    // At the desk what was read counts, wherever it stands. Nobody has to leave
    // someone alone because others were told to stop.
    scene
        .done(async |unit| unit.lock_thread(story.into(), true).await)
        .await
        .expect("locked");
    let seen = up_to(scene.call(call).await.last);
    let comment = scene.answer(&scene.edda, call, 8, seen).await.expect("said");
    let kept = read(store).await.comment(comment.expect("a comment")).await;
    assert_eq!(kept.expect("read").expect("it").parent, Some(first));
    assert!(scene.waiting().await.is_empty());
}

pub async fn a_members_reply_in_a_room_counts_once_confirmed(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.edda).await;
    let first = scene.say(&scene.guest, story, None, 0).await;
    let call = scene.raise(story, Some(first), &scene.guest, 0).await;
    scene
        .done(async |unit| unit.set_comment_state(first, CommentState::Published).await)
        .await
        .expect("published");
    let reply = scene.say(&scene.ana, story, Some(first), 1).await;
    assert_eq!(scene.waiting().await, [call]);
    // It stands in its room already, and not among what waits to be read.
    let mut reader = read(store).await;
    assert!(reader.held_replies(9).await.expect("replies").is_empty());
    let entry = reader.entries_in(reply).await.expect("entries")[0].clone();
    assert_eq!((entry.kind, entry.state), (EntryKind::Reply, EntryState::Held));
    let confirm = async |seen| {
        let act = scene.act(&scene.mara, 3);
        scene
            .done(async |unit| care::confirm(unit, act, entry.id, seen).await)
            .await
    };
    let act = scene.act(&scene.ana, 2);
    scene
        .done(async |unit| {
            let changed = CommentBody::parse("Other words.").expect("words");
            comments::edit(unit, act, reply, &changed, i64::MAX).await
        })
        .await
        .expect("edited");
    assert_eq!(refused(confirm(None).await), Refusal::Changed);
    assert_eq!(confirm(Some(at(2))).await.expect("confirmed"), call);
    assert!(scene.waiting().await.is_empty());
}

pub async fn an_answer_that_is_taken_back_leaves_the_call_waiting(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.edda).await;
    let first = scene.say(&scene.ana, story, None, 0).await;
    let call = scene.raise(story, Some(first), &scene.ana, 0).await;
    let answer = scene.say(&scene.mara, story, Some(first), 1).await;
    assert!(scene.waiting().await.is_empty());
    scene.take_back(&scene.mara, answer, 2).await;
    let kept = scene.call(call).await;
    assert_eq!((kept.waiting_since, kept.answered_at), (Some(at(0)), None));
    assert_eq!(scene.waiting().await, [call]);
}

pub async fn a_post_that_is_taken_back_closes_its_call(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.edda).await;
    for replies in [false, true] {
        let first = scene.say(&scene.ana, story, None, 0).await;
        let call = scene.raise(story, Some(first), &scene.ana, 0).await;
        if replies {
            scene.say(&scene.guest, story, Some(first), 1).await;
        }
        scene.take_back(&scene.ana, first, 2).await;
        let closed = scene.call(call).await.closed;
        assert_eq!(closed, Some((at(2), Closing::TakenBack)));
        let act = scene.act(&scene.mara, 3);
        let opened = scene
            .done(async |unit| care::reopen(unit, act, call).await)
            .await;
        assert_eq!(refused(opened), Refusal::NotAllowed);
    }
    assert!(scene.waiting().await.is_empty());
}

pub async fn calls_of_others_stay_when_a_share_goes(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.ana).await;
    let hers = scene.raise(story, None, &scene.ana, 0).await;
    let comment = scene.say(&scene.guest, story, None, 1).await;
    let theirs = scene.raise(story, Some(comment), &scene.guest, 1).await;
    let act = scene.act(&scene.ana, 2);
    scene
        .done(async |unit| stories::remove(unit, act, story).await)
        .await
        .expect("removed");
    let closed = scene.call(hers).await.closed;
    assert_eq!(closed, Some((at(2), Closing::TakenBack)));
    assert_eq!(scene.waiting().await, [theirs]);
    assert_eq!(scene.call(theirs).await.waiting_since, Some(at(1)));
    let words = scene.entries(theirs).await.pop().expect("an entry");
    assert_eq!(words.body, "Please, somebody.");
    let mut reader = read(store).await;
    let post = scene.call(theirs).await.post.expect("a post");
    assert_eq!(care::post_seen(&mut *reader, post).await.expect("read"), None);
    drop(reader);
    let refusal = refused(scene.answer(&scene.mara, theirs, 3, up_to(2)).await);
    assert_eq!(refusal, Refusal::NotFound);
    scene
        .close(theirs, 4, Closing::Unreachable, up_to(2))
        .await
        .expect("closed");
}

pub async fn a_held_comment_is_published_as_it_was_read(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.edda).await;
    let held = scene.say(&scene.guest, story, None, 0).await;
    let call = scene.raise(story, Some(held), &scene.guest, 0).await;
    let act = scene.act(&scene.guest, 1);
    scene
        .done(async |unit| {
            let changed = CommentBody::parse("My number is 555.").expect("words");
            comments::edit(unit, act, held, &changed, i64::MAX).await
        })
        .await
        .expect("edited");
    let refusal = refused(scene.answer(&scene.mara, call, 2, up_to(1)).await);
    assert_eq!(refusal, Refusal::WrittenMeanwhile);
    let state = async || {
        let comment = read(store).await.comment(held).await.expect("read");
        comment.expect("the comment").state
    };
    assert_eq!(state().await, CommentState::Held);
    let seen = Seen {
        number: 1,
        edited_at: Some(at(1)),
    };
    assert_eq!(seen.to_string().parse(), Ok(seen));
    scene
        .answer(&scene.mara, call, 3, seen)
        .await
        .expect("answered");
    assert_eq!(state().await, CommentState::Published);
    assert!(scene.waiting().await.is_empty());
    // So is a share. An answer to the version before leaves it waiting.
    let story = scene.story(&scene.ana).await;
    let call = scene.raise(story, None, &scene.ana, 4).await;
    scene
        .done(async |unit| unit.set_standing(story.into(), Standing::Held).await)
        .await
        .expect("held");
    scene
        .answer(&scene.edda, call, 4, up_to(1))
        .await
        .expect("answered");
    let kept = read(store).await.story(story).await.expect("read");
    assert!(kept.expect("the story").standing.is_published());
    scene.say(&scene.ana, story, None, 4).await;
    let text = StoryText {
        anonymous: false,
        title: "A day".into(),
        content_note: None,
        excerpt: "Worse.".into(),
        body: "Worse.".into(),
        html: "<p>Worse.</p>".into(),
    };
    scene
        .done(async |unit| unit.edit_story(story, &text, at(5)).await)
        .await
        .expect("edited");
    scene
        .answer(&scene.mara, call, 6, up_to(3))
        .await
        .expect("answered");
    assert_eq!(scene.waiting().await, [call]);
    let refusal = refused(scene.close(call, 7, Closing::Elsewhere, up_to(4)).await);
    assert_eq!(refusal, Refusal::WrittenMeanwhile);
}

pub async fn what_was_brought_in_counts_for_no_figure(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(&scene.edda).await;
    let comment = scene.say(&scene.ana, story, None, 0).await;
    let imported = (Origin::Imported, Severity::Call);
    let call = scene
        .raise_as(story, Some(comment), &scene.ana, 0, imported)
        .await;
    // Whoever answered elsewhere may have no account here.
    let answer = scene.say(&scene.guest, story, Some(comment), 1).await;
    let act = scene.act(&scene.guest, 1);
    scene
        .done(async |unit| {
            unit.set_comment_state(answer, CommentState::Published)
                .await?;
            care::commented(unit, act, story.into(), answer, true).await
        })
        .await
        .expect("heard");
    assert_eq!(scene.call(call).await.answered_at, Some(at(1)));
    assert_eq!(scene.entries(call).await[1].kind, EntryKind::Answer);
    let mut reader = read(store).await;
    assert!(reader.first_waits(START, 9).await.expect("waits").is_empty());
}
