//! Moderation: what is reported and waits, what is decided, and what its author
//! can do about it.

use crate::support::{
    FixedChance, START, begin, commit, guest, member, member_with, read, verdict,
};
use domain::{
    accounts::{LoggedAbout, LoggedBy, MemberState},
    actor::{ActingMember, Actor, Role, Roles, Writer},
    care::{self, Origin, Post, Queue, Raise, Severity},
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, NewComment},
    ids::{CommentId, DecisionId, GuestId, ReportId, StoryId, Subject},
    moderation::{
        AppealWords, DecisionReason, FOR_EVER, NewReport, Reply, Report, ReportReason, ReportWords,
        Ruling, Standing, Thing, Verdict, agree_who, answer, appeal, ask_who, confirm, decide, find, lift, lock,
        may_answer, report, settle_bans,
    },
    notifications::Kind,
    page::{Mark, Page, Postmark},
    privacy::{self, SPREAD, Stays},
    refusal::{Fault, Field, Reason, Refusal},
    shout_outs::{self, Addressee, NewShoutOut, ShoutOutBody},
    store::{Act, Reader, Store, Unit},
    stories::StoryText,
};

/// Ana writes; Mia and Max keep the house; Gil is a guest.
struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    mia: Actor,
    max: Actor,
    gil: GuestId,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let keeper = Roles::default().with(Role::Moderator);
    let mia = member_with(store, &chance, "mia", keeper, MemberState::Active).await;
    let max = member_with(store, &chance, "max", keeper, MemberState::Active).await;
    let gil = guest(store, &chance).await;
    Scene {
        chance,
        ana,
        mia: Actor::Member(mia),
        max: Actor::Member(max),
        gil,
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn reason(words: &str) -> DecisionReason {
    DecisionReason::parse(words).expect("a reason")
}

fn writer(actor: &Actor) -> Writer {
    actor.writer()
}

impl Scene {
    fn act<'a>(&'a self, actor: &'a Actor, later: i64) -> Act<'a> {
        Act {
            actor,
            now: START.plus(later),
            chance: &self.chance,
        }
    }

    async fn story(&self, store: &dyn Store, by: &Actor, anonymous: bool) -> Thing {
        let id = StoryId::random(&self.chance);
        let text = StoryText {
            anonymous,
            title: "The bench".into(),
            content_note: None,
            excerpt: "Words.".into(),
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
        };
        let member = by.member().expect("a member").id;
        let mut unit = begin(store).await;
        unit.insert_story(id, member, &text, START)
            .await
            .expect("a story");
        commit(unit).await;
        Thing::Share(id.into())
    }

    fn ana(&self) -> Actor {
        Actor::Member(self.ana.clone())
    }

    fn guest(&self) -> Actor {
        Actor::Guest(self.gil)
    }

    /// A comment under a story, as [`comments::post`] leaves it.
    async fn comment(&self, store: &dyn Store, under: Thing, by: &Actor) -> Thing {
        let Thing::Share(subject) = under else {
            panic!("no share")
        };
        let new = NewComment {
            subject,
            parent: None,
            body: CommentBody::parse("With you.").expect("words"),
            anonymous: false,
        };
        let mut unit = begin(store).await;
        let id = comments::post(&mut *unit, self.act(by, 1), new).await;
        commit(unit).await;
        Thing::Comment(id.expect("a comment"))
    }

    async fn report(
        &self,
        store: &dyn Store,
        by: &Actor,
        thing: Thing,
        reason: ReportReason,
        later: i64,
    ) -> Result<(), Fault> {
        let new = NewReport {
            thing,
            reason,
            words: ReportWords::parse("It names me.").expect("words"),
        };
        let mut unit = begin(store).await;
        report(&mut *unit, self.act(by, later), &new).await?;
        commit(unit).await;
        Ok(())
    }

    /// Decides about a thing as it stands.
    async fn decide(
        &self,
        store: &dyn Store,
        by: &Actor,
        thing: Thing,
        ruling: Ruling,
        later: i64,
    ) -> Result<(), Fault> {
        let mut unit = begin(store).await;
        let verdict = verdict(&mut *unit, thing, ruling).await;
        decide(&mut *unit, self.act(by, later), &verdict).await?;
        commit(unit).await;
        Ok(())
    }

    async fn last(&self, store: &dyn Store, thing: Thing) -> DecisionId {
        let mut reader = read(store).await;
        let about = reader.decisions_about(thing, 1).await.expect("decisions");
        about.first().expect("a decision").id
    }

    async fn barred(&self, store: &dyn Store) -> Option<Timestamp> {
        let mut reader = read(store).await;
        let ana = reader.member(self.ana.id).await.expect("read");
        ana.expect("she is there").barred_until
    }
}

async fn seen(reader: &mut dyn Unit, thing: Thing) -> String {
    verdict(reader, thing, Ruling::Publish).await.seen
}

async fn standing(store: &dyn Store, thing: Thing) -> Option<Standing> {
    let mut reader = read(store).await;
    let found = find(&mut *reader, thing).await.expect("read");
    found.map(|found| found.standing)
}

async fn cases(reader: &mut dyn Reader) -> Vec<(Thing, u32)> {
    let page = reader.cases(None, 20).await.expect("the desk");
    page.items
        .iter()
        .map(|case| (case.thing, case.reports))
        .collect()
}

/// Reads a list to its end, two on a page.
macro_rules! all {
    ($reader:expr, $list:ident, $mark:ident) => {{
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page: Page<_> = $reader.$list(after, 2).await.expect("a page");
            assert!(page.items.len() <= 2);
            seen.extend(page.items);
            let Some(next) = page.next else { break seen };
            after = Some($mark::read(&next).expect("a cursor of ours"));
            assert!(seen.len() < 50, "the pages never end");
        }
    }};
}

/// Held things of every kind stand in one list, the oldest first.
pub async fn what_waits_is_read_oldest_first_and_once(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let mut held = Vec::new();
    for _ in 0..3 {
        let story = scene.story(store, &ana, false).await;
        held.push((0, scene.comment(store, story, &scene.guest()).await));
        held.push((1, story));
        let mut unit = begin(store).await;
        let Thing::Share(subject) = story else {
            panic!("no share")
        };
        unit.set_standing(subject, Standing::Held)
            .await
            .expect("held");
        commit(unit).await;
    }
    // Comments were written a moment later than the stories.
    held.sort_by_key(|(order, thing)| (1 - order, thing.uuid()));
    let expected: Vec<Thing> = held.into_iter().map(|(_, thing)| thing).collect();
    let mut reader = read(store).await;
    assert_eq!(all!(reader, held, Postmark), expected);
}

/// A queue goes on where a thing is gone meanwhile; what was posted on its day
/// is read again.
pub async fn a_queue_goes_on_where_one_is_gone(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), false).await;
    for _ in 0..3 {
        scene.comment(store, story, &scene.guest()).await;
    }
    let first = read(store).await.held(None, 2).await.expect("a page");
    let next = Postmark::read(&first.next.expect("a next page")).expect("a cursor of ours");
    let Thing::Comment(last) = first.items[1] else {
        panic!("no comment")
    };
    let mut unit = begin(store).await;
    unit.remove_comment(last).await.expect("gone");
    commit(unit).await;
    let page = read(store).await.held(Some(next), 9).await.expect("a page");
    assert_eq!(page.items.len(), 2);
    assert!(page.items.contains(&first.items[0]));
}

/// A report puts a thing on the desk; what may do harm stands first, and so
/// does what waits for long.
pub async fn what_is_reported_stands_on_the_desk_by_harm_and_age(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let mut things = Vec::new();
    for (reason, day) in [
        (ReportReason::Spam, 0),
        (ReportReason::Spam, 3),
        (ReportReason::Reveals, 3),
        (ReportReason::Methods, 2),
        (ReportReason::Sells, 5),
    ] {
        let thing = scene.story(store, &ana, false).await;
        let later = day * Timestamp::DAY;
        scene
            .report(store, &scene.mia, thing, reason, later)
            .await
            .expect("reported");
        things.push(thing);
    }
    let mut reader = read(store).await;
    let order: Vec<Thing> = all!(reader, cases, Mark)
        .into_iter()
        .map(|case| case.thing)
        .collect();
    let [spam, later_spam, reveals, methods, sells] = things[..] else {
        panic!("five")
    };
    assert_eq!(order, [methods, reveals, spam, later_spam, sells]);
}

/// A worry goes to those who answer calls, and to nobody who decides.
pub async fn a_worry_leads_to_care_and_not_to_the_desk(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), true).await;
    let comment = scene.comment(store, story, &scene.ana()).await;
    let Thing::Share(subject) = story else {
        panic!("no share")
    };
    for thing in [story, comment] {
        let reported = scene.report(store, &scene.mia, thing, ReportReason::Worried, 1);
        reported.await.expect("reported");
        let comment = match thing {
            Thing::Comment(id) => Some(id),
            Thing::Share(_) => None,
        };
        let mut reader = read(store).await;
        let call = reader.call_about(Post { subject, comment }).await;
        let call = call.expect("read").expect("a call");
        assert_eq!(call.origin, Origin::Worried);
        assert_eq!(cases(&mut *reader).await, []);
    }
}

/// One person counts once for a thing; members and guests count alike, and
/// what they said is read without who they are.
pub async fn one_person_reports_a_thing_once(store: &dyn Store) {
    let scene = scene(store).await;
    let thing = scene.story(store, &scene.ana(), false).await;
    for _ in 0..2 {
        for by in [&scene.mia, &scene.guest()] {
            let reported = scene.report(store, by, thing, ReportReason::Harms, 1);
            reported.await.expect("reported");
        }
    }
    let mut reader = read(store).await;
    assert_eq!(cases(&mut *reader).await, [(thing, 2)]);
    let report = Report {
        reason: ReportReason::Harms,
        words: "It names me.".into(),
    };
    let reports = reader.reports(thing).await.expect("reports");
    assert_eq!(reports, [report.clone(), report]);
    for (by, expected) in [
        (writer(&scene.mia), Some(ReportReason::Harms)),
        (Writer::Guest(scene.gil), Some(ReportReason::Harms)),
        (writer(&scene.max), None),
    ] {
        assert_eq!(reader.reported(thing, by).await.expect("read"), expected);
    }
}

/// What others cannot see cannot be reported, nor can one's own.
pub async fn only_what_others_wrote_and_everyone_sees_is_reported(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let thing = scene.story(store, &ana, true).await;
    let report = |by: Actor, thing: Thing| {
        let scene = &scene;
        async move {
            let spam = ReportReason::Spam;
            scene.report(store, &by, thing, spam, 1).await
        }
    };
    assert_eq!(refused(report(ana.clone(), thing).await), Refusal::Yours);
    let waits = scene.comment(store, thing, &scene.guest()).await;
    for unknown in [
        waits,
        Thing::Comment(CommentId::random(&scene.chance)),
        Thing::Share(StoryId::random(&scene.chance).into()),
    ] {
        let result = report(scene.max.clone(), unknown).await;
        assert_eq!(refused(result), Refusal::NotFound);
    }
    let hide = scene.decide(store, &scene.mia, thing, Ruling::Hide, 1);
    hide.await.expect("hidden");
    let result = report(scene.max.clone(), thing).await;
    assert_eq!(refused(result), Refusal::NotFound);
    assert_eq!(cases(&mut *read(store).await).await, []);
}

/// What was reported goes with the thing, whoever takes it out; a gap is as
/// good as gone.
pub async fn reports_go_with_the_thing(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let story = scene.story(store, &ana, false).await;
    let comment = scene.comment(store, story, &ana).await;
    let Thing::Comment(id) = comment else {
        panic!("no comment")
    };
    for thing in [story, comment] {
        let reported = scene.report(store, &scene.mia, thing, ReportReason::Spam, 1);
        reported.await.expect("reported");
    }
    let mut unit = begin(store).await;
    let Thing::Share(subject) = story else {
        panic!("no share")
    };
    let reply = NewComment {
        subject,
        parent: Some(id),
        body: CommentBody::parse("And you.").expect("words"),
        anonymous: false,
    };
    comments::post(&mut *unit, scene.act(&scene.mia, 2), reply)
        .await
        .expect("a reply");
    unit.remove_comment(id).await.expect("a gap");
    assert_eq!(find(&mut *unit, comment).await.expect("read"), None);
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(cases(&mut *reader).await, [(story, 1)]);
    assert_eq!(reader.reports(comment).await.expect("reports"), []);
    drop(reader);
    let mut unit = begin(store).await;
    let story_id = StoryId::from_uuid(subject.id);
    unit.remove_story(story_id).await.expect("gone");
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(cases(&mut *reader).await, []);
    assert_eq!(reader.reports(story).await.expect("reports"), []);
    let mia = writer(&scene.mia);
    assert_eq!(reader.reported(story, mia).await.expect("read"), None);
}

/// Each ruling does what it says, settles the reports, and is kept.
pub async fn a_ruling_is_carried_out_and_settles_what_was_reported(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let story = scene.story(store, &ana, true).await;
    let comment = scene.comment(store, story, &scene.guest()).await;
    let mut at = 1;
    for (thing, ruling, stands) in [
        (comment, Ruling::Publish, Some(Standing::Published)),
        (comment, Ruling::Hide, Some(Standing::Hidden)),
        (comment, Ruling::Hold, Some(Standing::Held)),
        (comment, Ruling::Publish, Some(Standing::Published)),
        (comment, Ruling::Remove, None),
        (story, Ruling::Hold, Some(Standing::Held)),
        (story, Ruling::Hide, Some(Standing::Hidden)),
        (story, Ruling::Publish, Some(Standing::Published)),
        (story, Ruling::Warn, Some(Standing::Published)),
        (story, Ruling::Publish, Some(Standing::Published)),
        (story, Ruling::Remove, None),
    ] {
        at += 1;
        if standing(store, thing).await == Some(Standing::Published) {
            let by = Actor::Guest(guest(store, &scene.chance).await);
            let reported = scene.report(store, &by, thing, ReportReason::Harms, at);
            reported.await.expect("reported");
        }
        scene
            .decide(store, &scene.mia, thing, ruling, at)
            .await
            .expect("decided");
        assert_eq!(standing(store, thing).await, stands, "{ruling:?}");
        let mut reader = read(store).await;
        assert_eq!(cases(&mut *reader).await, []);
        assert_eq!(reader.reports(thing).await.expect("reports"), []);
        let about = reader.decisions_about(thing, 1).await.expect("decisions");
        assert_eq!(about[0].ruling, ruling);
        assert_eq!(about[0].by, scene.mia.member().map(|mia| mia.id));
        assert_eq!(about[0].named, thing == comment);
        let why = reader.why(thing).await.expect("read");
        let says_why = matches!(stands, Some(Standing::Held | Standing::Hidden));
        assert_eq!(why.is_some(), says_why, "{ruling:?}");
        if let Some(why) = why {
            assert_eq!(why.reason, "It names someone.");
            assert_eq!(why.decision, about[0].id);
        }
    }
    let mut reader = read(store).await;
    let told = reader
        .decisions_for(Writer::Guest(scene.gil), None, 9)
        .await
        .expect("what the guest is told");
    let told: Vec<_> = told.items.iter().map(|told| told.ruling).collect();
    assert_eq!(told, [Ruling::Remove, Ruling::Hold, Ruling::Hide]);
    let on = reader.decisions_on(Writer::Guest(scene.gil), 3).await;
    let on: Vec<_> = on.expect("decisions").iter().map(|on| on.ruling).collect();
    assert_eq!(on, [Ruling::Remove, Ruling::Publish, Ruling::Hold]);
}

/// Its writer alone reads with a hidden comment why it is hidden.
pub async fn what_is_hidden_tells_its_writer_why(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), false).await;
    let comment = scene.comment(store, story, &scene.guest()).await;
    let Thing::Comment(id) = comment else {
        panic!("no comment")
    };
    let one = async || {
        let mut reader = read(store).await;
        let comment = reader.comment(id).await.expect("read");
        comment.expect("it is there")
    };
    assert_eq!(one().await.why, None, "nobody has read it");
    let hide = scene.decide(store, &scene.mia, comment, Ruling::Hide, 1);
    hide.await.expect("hidden");
    let hidden = one().await;
    assert_eq!(hidden.state, CommentState::Hidden);
    assert_eq!(hidden.why.expect("why").reason, "It names someone.");
    let publish = scene.decide(store, &scene.max, comment, Ruling::Publish, 2);
    publish.await.expect("published");
    assert_eq!(one().await.why, None);
    let mut reader = read(store).await;
    let Thing::Share(subject) = story else {
        panic!("no share")
    };
    assert_eq!(reader.comment_count(subject).await.expect("a count"), 1);
}

/// A decision is about what was read: how it stood, its words, and what was
/// decided before.
pub async fn a_decision_is_about_what_was_read(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), false).await;
    let comment = scene.comment(store, story, &scene.guest()).await;
    let Thing::Comment(id) = comment else {
        panic!("no comment")
    };
    let mut unit = begin(store).await;
    let first = seen(&mut *unit, comment).await;
    unit.edit_comment(id, "Other", "<p>Other</p>", START.plus(5))
        .await
        .expect("edited");
    let second = seen(&mut *unit, comment).await;
    commit(unit).await;
    let about = |ruling, seen: &str| Verdict {
        thing: comment,
        seen: seen.to_owned(),
        ruling,
        reason: Some(reason("No.")),
    };
    let decide = |by, ruling, seen| {
        let (scene, verdict) = (&scene, about(ruling, seen));
        async move {
            let mut unit = begin(store).await;
            let done = decide(&mut *unit, scene.act(by, 6), &verdict).await;
            commit(unit).await;
            done
        }
    };
    let (mia, max) = (&scene.mia, &scene.max);
    for old in [first.as_str(), "", "held"] {
        let result = decide(mia, Ruling::Publish, old).await;
        assert_eq!(refused(result), Refusal::Changed);
    }
    decide(mia, Ruling::Publish, &second).await.expect("done");
    // The same again is no fault; anything else is about something older.
    for by in [mia, max] {
        decide(by, Ruling::Publish, &second)
            .await
            .expect("so it is");
        for other in [Ruling::Hide, Ruling::Remove] {
            let result = decide(by, other, &second).await;
            assert_eq!(refused(result), Refusal::Changed);
        }
    }
    let mut reader = read(store).await;
    let about = reader.decisions_about(comment, 9).await.expect("decisions");
    assert_eq!(about.len(), 1);
}

/// Only those who keep the house decide, not about their own, with a reason
/// where its author has to be told, and about a guest's words only.
pub async fn who_decides_has_to_be_someone_else_with_a_reason(store: &dyn Store) {
    let scene = scene(store).await;
    let own = scene.story(store, &scene.mia, true).await;
    let story = scene.story(store, &scene.ana(), false).await;
    let comment = scene.comment(store, story, &scene.guest()).await;
    let hide = |by: Actor, thing| {
        let scene = &scene;
        async move { scene.decide(store, &by, thing, Ruling::Hide, 1).await }
    };
    assert_eq!(refused(hide(scene.ana(), story).await), Refusal::NotAllowed);
    assert_eq!(
        refused(hide(scene.guest(), story).await),
        Refusal::SignInFirst
    );
    assert_eq!(refused(hide(scene.mia.clone(), own).await), Refusal::Yours);
    for ruling in [Ruling::Warn, Ruling::Suspend1, Ruling::Ban] {
        let result = scene.decide(store, &scene.mia, comment, ruling, 1).await;
        let expected = Refusal::field(Field::Kind, Reason::NotAChoice);
        assert_eq!(refused(result), expected);
    }
    let mut unit = begin(store).await;
    for ruling in Ruling::CHOICES {
        let verdict = Verdict {
            thing: story,
            seen: seen(&mut *unit, story).await,
            ruling,
            reason: None,
        };
        let result = decide(&mut *unit, scene.act(&scene.mia, 1), &verdict).await;
        match ruling {
            Ruling::Publish => result.expect("no reason is needed"),
            _ => assert_eq!(
                refused(result),
                Refusal::field(Field::Reason, Reason::Empty)
            ),
        }
    }
    commit(unit).await;
}

/// Whoever is suspended cannot write until the longest of it is over; what is
/// lifted does not count.
pub async fn the_longest_suspension_counts_until_it_is_lifted(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let named = scene.story(store, &ana, false).await;
    let anonymous = scene.story(store, &ana, true).await;
    assert_eq!(scene.barred(store).await, None);
    for (thing, ruling, days) in [
        (named, Ruling::Suspend7, 7),
        (anonymous, Ruling::Suspend30, 30),
        (named, Ruling::Suspend1, 30),
    ] {
        let done = scene.decide(store, &scene.mia, thing, ruling, 0);
        done.await.expect("decided");
        let until = START.plus(days * Timestamp::DAY);
        assert_eq!(scene.barred(store).await, Some(until), "{ruling:?}");
    }
    let long = scene.last(store, anonymous).await;
    for _ in 0..2 {
        let mut unit = begin(store).await;
        lift(&mut *unit, scene.act(&scene.max, 1), long, None)
            .await
            .expect("lifted");
        commit(unit).await;
    }
    let week = START.plus(7 * Timestamp::DAY);
    assert_eq!(scene.barred(store).await, Some(week));
    let mut unit = begin(store).await;
    let late = 8 * Timestamp::DAY;
    let short = unit.decisions_about(named, 1).await.expect("decisions")[0].id;
    lift(&mut *unit, scene.act(&scene.max, late), short, None)
        .await
        .expect("lifted");
    commit(unit).await;
    assert_eq!(scene.barred(store).await, None, "all of it is over");
    let mut reader = read(store).await;
    let log = reader.log(None, 9).await.expect("the log").items;
    let lifts = log.iter().filter(|entry| entry.action.ends_with("lift"));
    assert_eq!(lifts.count(), 2, "what was lifted is not lifted again");
}

/// What was decided by way of something anonymous is read with that thing
/// alone.
pub async fn an_anonymous_thing_is_not_linked_to_its_authors_others(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let quiet = [
        scene.story(store, &ana, true).await,
        scene.story(store, &ana, true).await,
    ];
    let named = [
        scene.story(store, &ana, false).await,
        scene.story(store, &ana, false).await,
    ];
    for thing in [quiet[0], named[0]] {
        let done = scene.decide(store, &scene.mia, thing, Ruling::Suspend7, 1);
        done.await.expect("decided");
    }
    let mut reader = read(store).await;
    let on = reader.decisions_on(writer(&ana), 9).await;
    let on: Vec<Thing> = on.expect("decisions").iter().map(|on| on.thing).collect();
    assert_eq!(on, [named[0]]);
    for (thing, count) in [(quiet[0], 1), (quiet[1], 0), (named[1], 0)] {
        let about = reader.decisions_about(thing, 9).await.expect("decisions");
        assert_eq!(about.len(), count);
    }
    let told = reader.decisions_for(writer(&ana), None, 9).await;
    assert_eq!(told.expect("what she is told").items.len(), 2);
}

/// A ban keeps its author from writing at once, and lasts once a second person
/// has agreed.
pub async fn a_ban_lasts_when_a_second_person_agrees(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), true).await;
    let ban = scene.decide(store, &scene.mia, story, Ruling::Ban, 0);
    ban.await.expect("asked for");
    let week = START.plus(7 * Timestamp::DAY);
    assert_eq!(scene.barred(store).await, Some(week));
    let id = scene.last(store, story).await;
    let waiting = |now| async move {
        let mut reader = read(store).await;
        let bans = reader.waiting_bans(now, 9).await.expect("bans");
        bans.iter().map(|ban| ban.id).collect::<Vec<_>>()
    };
    assert_eq!(waiting(START).await, [id]);
    assert_eq!(waiting(week).await, []);
    let confirm = |by: Actor, id, later| {
        let scene = &scene;
        async move {
            let mut unit = begin(store).await;
            let done = confirm(&mut *unit, scene.act(&by, later), id).await;
            commit(unit).await;
            done
        }
    };
    let alone = confirm(scene.mia.clone(), id, 1).await;
    assert_eq!(refused(alone), Refusal::AnotherPerson);
    assert_eq!(
        refused(confirm(scene.ana(), id, 1).await),
        Refusal::NotAllowed
    );
    let unknown = DecisionId::random(&scene.chance);
    let result = confirm(scene.max.clone(), unknown, 1).await;
    assert_eq!(refused(result), Refusal::NotFound);
    let late = 8 * Timestamp::DAY;
    let result = confirm(scene.max.clone(), id, late).await;
    assert_eq!(refused(result), Refusal::TooLate);
    for _ in 0..2 {
        let agreed = confirm(scene.max.clone(), id, Timestamp::DAY);
        agreed.await.expect("agreed");
        assert_eq!(scene.barred(store).await, Some(FOR_EVER));
    }
    assert_eq!(waiting(START).await, []);
}

/// Nobody waits for a second person where there is none: a day is enough then.
pub async fn where_one_person_keeps_the_house_a_ban_waits_for_a_day(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), false).await;
    let ban = scene.decide(store, &scene.mia, story, Ruling::Ban, 0);
    ban.await.expect("asked for");
    let week = Some(START.plus(7 * Timestamp::DAY));
    let settle = |later| {
        let scene = &scene;
        async move {
            let mut unit = begin(store).await;
            settle_bans(&mut *unit, START.plus(later), &scene.chance)
                .await
                .expect("settled");
            commit(unit).await;
            scene.barred(store).await
        }
    };
    let day = Timestamp::DAY;
    assert_eq!(settle(day).await, week, "Max could agree");
    let mut unit = begin(store).await;
    let max = scene.max.member().expect("a member").id;
    unit.set_roles(max, Roles::default()).await.expect("set");
    commit(unit).await;
    assert_eq!(settle(day - 1).await, week);
    for _ in 0..2 {
        assert_eq!(settle(day).await, Some(FOR_EVER));
    }
    let mut reader = read(store).await;
    let log = reader.log(None, 9).await.expect("the log").items;
    let confirmed = log.iter().filter(|entry| entry.action.ends_with("confirm"));
    assert_eq!(confirmed.count(), 1);
}

/// Those who keep the house and can write: nobody else counts as a second
/// person.
pub async fn who_keeps_the_house_is_counted(store: &dyn Store) {
    let scene = scene(store).await;
    let none = Roles::default();
    let host = none.with(Role::Host).with(Role::Editor);
    let hanna = member_with(store, &scene.chance, "hanna", host, MemberState::Active).await;
    for (handle, roles, state) in [
        ("edda", none.with(Role::Editor), MemberState::Active),
        ("pia", none.with(Role::PeerSupporter), MemberState::Active),
        ("wim", none.with(Role::Moderator), MemberState::Waiting),
    ] {
        member_with(store, &scene.chance, handle, roles, state).await;
    }
    let keepers = |later| async move {
        let mut reader = read(store).await;
        let mut keepers = reader.keepers(START.plus(later)).await.expect("keepers");
        keepers.sort();
        keepers
    };
    let id = |actor: &Actor| actor.member().expect("a member").id;
    let mut all = vec![id(&scene.mia), id(&scene.max), hanna.id];
    all.sort();
    assert_eq!(keepers(0).await, all);
    let story = scene.story(store, &scene.max, false).await;
    let out = scene.decide(store, &scene.mia, story, Ruling::Suspend1, 0);
    out.await.expect("suspended");
    let without: Vec<_> = all
        .iter()
        .copied()
        .filter(|k| *k != id(&scene.max))
        .collect();
    assert_eq!(keepers(1).await, without);
    assert_eq!(keepers(Timestamp::DAY).await, all);
}

/// An author appeals once, against what was decided about them; someone else
/// than who decided answers, and what is lifted is as if it had not been.
pub async fn an_appeal_is_answered_by_someone_else(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let story = scene.story(store, &ana, true).await;
    let comment = scene.comment(store, story, &scene.guest()).await;
    for thing in [story, comment] {
        let hide = scene.decide(store, &scene.mia, thing, Ruling::Hide, 0);
        hide.await.expect("hidden");
    }
    let ids = [
        scene.last(store, story).await,
        scene.last(store, comment).await,
    ];
    let words = AppealWords::parse("It is about my own cat.").expect("words");
    let ask = |by: Actor, id, later| {
        let (scene, words) = (&scene, &words);
        async move {
            let mut unit = begin(store).await;
            let done = appeal(&mut *unit, scene.act(&by, later), id, words).await;
            commit(unit).await;
            done
        }
    };
    for (by, id) in [
        (scene.guest(), ids[0]),
        (ana.clone(), ids[1]),
        (scene.max.clone(), ids[0]),
        (ana.clone(), DecisionId::random(&scene.chance)),
    ] {
        assert_eq!(refused(ask(by, id, 1).await), Refusal::NotFound);
    }
    ask(ana.clone(), ids[0], 1).await.expect("asked");
    assert_eq!(
        refused(ask(ana.clone(), ids[0], 2).await),
        Refusal::Appealed
    );
    ask(scene.guest(), ids[1], 2).await.expect("asked");
    let mut reader = read(store).await;
    let open = all!(reader, appealed, Mark);
    let mut waiting: Vec<_> = open.iter().map(|decision| decision.id).collect();
    waiting.sort();
    let mut expected = ids.to_vec();
    expected.sort();
    assert_eq!(waiting, expected);
    let said = open[0].appeal.clone().expect("an appeal");
    assert_eq!(said.words, "It is about my own cat.");
    assert_eq!(said.at, START.day_began(), "no minute of it is known");
    let log = reader.log(None, 9).await.expect("the log").items;
    assert_eq!(log.len(), 2, "the log does not say who appealed");
    drop(reader);

    let reply = |by: Actor, id, lift, later| {
        let scene = &scene;
        let reply = Reply {
            decision: id,
            lift,
            words: reason("Thank you for telling us."),
        };
        async move {
            let mut unit = begin(store).await;
            let done = answer(&mut *unit, scene.act(&by, later), &reply).await;
            commit(unit).await;
            done
        }
    };
    let result = reply(scene.mia.clone(), ids[0], true, 3).await;
    assert_eq!(refused(result), Refusal::AnotherPerson);
    assert_eq!(
        refused(reply(ana.clone(), ids[0], true, 3).await),
        Refusal::NotAllowed
    );
    for _ in 0..2 {
        reply(scene.max.clone(), ids[0], true, 3)
            .await
            .expect("answered");
    }
    assert_eq!(
        refused(reply(scene.max.clone(), ids[0], false, 4).await),
        Refusal::Changed
    );
    assert_eq!(standing(store, story).await, Some(Standing::Published));
    let mut reader = read(store).await;
    let decision = reader.decision(ids[0]).await.expect("read");
    let decision = decision.expect("it is there");
    assert_eq!(decision.lifted_at, Some(START.plus(3)));
    assert_eq!(
        decision.lifted_because.as_deref(),
        Some("Thank you for telling us.")
    );
    let answer = decision.appeal.expect("an appeal").answer;
    assert_eq!(answer.as_deref(), Some("Thank you for telling us."));
    drop(reader);
    // Whoever decided may answer when nobody else has for a week.
    let week = 7 * Timestamp::DAY;
    let early = week - Timestamp::DAY;
    let result = reply(scene.mia.clone(), ids[1], false, early).await;
    assert_eq!(refused(result), Refusal::AnotherPerson);
    reply(scene.mia.clone(), ids[1], false, week)
        .await
        .expect("answered");
    assert_eq!(standing(store, comment).await, Some(Standing::Hidden));
    assert_eq!(all!(read(store).await, appealed, Mark), []);
}

/// That an anonymous author keeps the house shows in no count.
pub async fn an_anonymous_keeper_is_counted_like_anyone(store: &dyn Store) {
    let scene = scene(store).await;
    for (anonymous, alone) in [(true, false), (false, true)] {
        let story = scene.story(store, &scene.max, anonymous).await;
        let warn = scene.decide(store, &scene.mia, story, Ruling::Warn, 0);
        warn.await.expect("warned");
        let id = scene.last(store, story).await;
        let words = AppealWords::parse("Please look again.").expect("words");
        let mut unit = begin(store).await;
        appeal(&mut *unit, scene.act(&scene.max, 1), id, &words)
            .await
            .expect("asked");
        let decision = unit.decision(id).await.expect("read").expect("there");
        let may = may_answer(&mut *unit, &scene.mia, &decision, START.plus(1));
        assert_eq!(may.await.expect("an answer"), alone);
        commit(unit).await;
    }
}

/// A thread is locked and unlocked by way of anything that stands in it.
pub async fn a_thread_is_locked_by_those_who_keep_the_house(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), false).await;
    let comment = scene.comment(store, story, &scene.ana()).await;
    let Thing::Share(subject) = story else {
        panic!("no share")
    };
    for (thing, locked) in [(comment, true), (comment, true), (story, false)] {
        let mut unit = begin(store).await;
        lock(&mut *unit, scene.act(&scene.mia, 1), thing, locked)
            .await
            .expect("done");
        commit(unit).await;
        let mut reader = read(store).await;
        assert_eq!(reader.is_locked(subject).await.expect("read"), locked);
    }
    let mut unit = begin(store).await;
    let ana = scene.ana();
    let result = lock(&mut *unit, scene.act(&ana, 1), story, true).await;
    assert_eq!(refused(result), Refusal::NotAllowed);
    let unknown = Thing::Comment(CommentId::random(&scene.chance));
    let result = lock(&mut *unit, scene.act(&scene.mia, 1), unknown, true).await;
    assert_eq!(refused(result), Refusal::NotFound);
    let log = unit.log(None, 9).await.expect("the log").items;
    let actions: Vec<_> = log.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions.len(), 2, "{actions:?}");
    commit(unit).await;
}

/// A decision stays when the thing goes, and goes with its author.
pub async fn a_decision_goes_with_its_author(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), false).await;
    let warn = scene.decide(store, &scene.mia, story, Ruling::Warn, 0);
    warn.await.expect("warned");
    let id = scene.last(store, story).await;
    let words = AppealWords::parse("Please look again.").expect("words");
    let mut unit = begin(store).await;
    let ana = scene.ana();
    appeal(&mut *unit, scene.act(&ana, 1), id, &words)
        .await
        .expect("asked");
    let Thing::Share(Subject { id: story_id, .. }) = story else {
        panic!("no share")
    };
    unit.remove_story(StoryId::from_uuid(story_id))
        .await
        .expect("gone");
    assert!(unit.decision(id).await.expect("read").is_some());
    unit.remove_member(scene.ana.id).await.expect("erased");
    assert_eq!(unit.decision(id).await.expect("read"), None);
    commit(unit).await;
}

/// An identifier of a report says nothing: the second of one person is not
/// kept.
pub async fn a_second_report_is_not_kept(store: &dyn Store) {
    let scene = scene(store).await;
    let new = NewReport {
        thing: scene.story(store, &scene.ana(), false).await,
        reason: ReportReason::Spam,
        words: ReportWords::parse("").expect("none"),
    };
    let mut unit = begin(store).await;
    for kept in [true, false] {
        let id = ReportId::random(&scene.chance);
        let done = unit
            .insert_report(id, &new, writer(&scene.mia), START)
            .await;
        assert_eq!(done.expect("an answer"), kept);
    }
    commit(unit).await;
}

/// Where no name stood, what was decided does not go with the account: the
/// moment would tell whose words they were.
pub async fn what_was_decided_about_someone_unnamed_leaves_by_itself(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let quiet = scene.story(store, &ana, true).await;
    let named = scene.story(store, &ana, false).await;
    for thing in [quiet, named] {
        let done = scene.decide(store, &scene.mia, thing, Ruling::Suspend1, 0);
        done.await.expect("decided");
    }
    privacy::erase(
        store,
        &scene.chance,
        START.plus(1),
        scene.ana.id,
        Stays::default(),
    )
    .await
    .expect("erased");
    let left = |thing, later| {
        let scene = &scene;
        async move {
            privacy::erase_due(store, &scene.chance, START.plus(later))
                .await
                .expect("the house keeps itself");
            let mut reader = read(store).await;
            reader.decisions_about(thing, 9).await.expect("decisions")
        }
    };
    assert_eq!(left(named, 1).await, []);
    let [decision] = &left(quiet, 1).await[..] else {
        panic!("one is left")
    };
    assert_eq!((decision.about, decision.ruling), (None, Ruling::Suspend1));
    assert_eq!(left(quiet, SPREAD).await, []);
}

/// As many have reported a thing, and for the same reasons, whoever of them is
/// still here.
pub async fn whoever_reported_and_is_gone_is_not_told_by_it(store: &dyn Store) {
    let scene = scene(store).await;
    let thing = scene.story(store, &scene.max, false).await;
    for by in [&scene.ana(), &scene.guest()] {
        let reported = scene.report(store, by, thing, ReportReason::Harms, 0);
        reported.await.expect("reported");
    }
    let before = read(store).await.reports(thing).await.expect("reports");
    let mut unit = begin(store).await;
    unit.forget_member(scene.ana.id).await.expect("erased");
    commit(unit).await;
    let mut reader = read(store).await;
    assert_eq!(reader.reports(thing).await.expect("reports"), before);
    assert_eq!(cases(&mut *reader).await, [(thing, 2)]);
}

/// A worry is settled for those who decide as soon as it is with those who
/// answer calls.
pub async fn what_was_reported_is_forgotten_once_it_is_settled(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let story = scene.story(store, &ana, false).await;
    let spam = scene.report(store, &scene.mia, story, ReportReason::Spam, 0);
    spam.await.expect("reported");
    let worry = scene.report(store, &scene.max, story, ReportReason::Worried, 0);
    worry.await.expect("reported");
    let reports = read(store).await.reports(story).await.expect("reports");
    let reasons: Vec<_> = reports.iter().map(|report| report.reason).collect();
    assert_eq!(reasons, [ReportReason::Spam], "no worry is read here");
    let remembered = |later| {
        let scene = &scene;
        async move {
            let mut unit = begin(store).await;
            unit.forget_reports(START.plus(later))
                .await
                .expect("forgotten");
            let mut known = Vec::new();
            for by in [&scene.mia, &scene.max] {
                let reported = unit.reported(story, by.writer()).await.expect("read");
                known.push(reported.is_some());
            }
            commit(unit).await;
            known
        }
    };
    assert_eq!(remembered(0).await, [true, true]);
    assert_eq!(remembered(1).await, [true, false], "one waits");
    let done = scene.decide(store, &scene.max, story, Ruling::Warn, 2);
    assert_eq!(done.await.map_err(|_| ()), Ok(()));
    assert_eq!(remembered(2).await, [true, false]);
    assert_eq!(remembered(3).await, [false, false]);
}

/// As long as a shout-out waits, nobody is told of what they cannot see.
pub async fn whoever_is_thanked_is_told_when_it_can_be_seen(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    let ben = member(store, &scene.chance, "ben").await;
    let to = |to: &str| NewShoutOut {
        to: Addressee::parse(to).expect("somebody"),
        body: ShoutOutBody::parse("For the lift home.").expect("words"),
        anonymous: false,
    };
    let mut unit = begin(store).await;
    let id = shout_outs::post(&mut *unit, scene.act(&ana, 0), to("the harbour"), false)
        .await
        .expect("posted");
    commit(unit).await;
    let thing = Thing::Share(id.into());
    let hold = scene.decide(store, &scene.mia, thing, Ruling::Hold, 1);
    hold.await.expect("held");
    let mut unit = begin(store).await;
    shout_outs::edit(&mut *unit, scene.act(&ana, 2), id, to("@ben"), false)
        .await
        .expect("changed");
    commit(unit).await;
    let told = || async {
        let mut reader = read(store).await;
        let lines = reader.notifications(ben.id, None, 9).await.expect("lines");
        lines.items.into_iter().map(|line| line.kind).collect::<Vec<_>>()
    };
    assert_eq!(told().await, []);
    let publish = scene.decide(store, &scene.mia, thing, Ruling::Publish, 3);
    publish.await.expect("published");
    assert_eq!(told().await, [Kind::Thanks]);
}

/// Someone of the desk answered a call. When their answer is taken out of sight
/// the call waits again, until it is back.
pub async fn an_answer_that_nobody_sees_answers_nothing(store: &dyn Store) {
    let scene = scene(store).await;
    let story = scene.story(store, &scene.ana(), false).await;
    let Thing::Share(subject) = story else {
        panic!("no share")
    };
    let mut unit = begin(store).await;
    let raise = Raise {
        origin: Origin::Noticed,
        post: Post {
            subject,
            comment: None,
        },
        writer: Some(scene.ana().writer()),
        severity: Severity::Call,
        words: None,
    };
    care::raise(&mut *unit, scene.act(&scene.ana(), 0), raise)
        .await
        .expect("on the desk");
    commit(unit).await;
    let answer = scene.comment(store, story, &scene.max).await;
    let waits = || async {
        let waiting = read(store).await.waiting_count(Queue::Noticed).await.expect("a count");
        waiting == 1
    };
    assert!(!waits().await);
    for (ruling, waiting) in [
        (Ruling::Hide, true),
        (Ruling::Publish, false),
        (Ruling::Hold, true),
        (Ruling::Publish, false),
        (Ruling::Remove, true),
    ] {
        let done = scene.decide(store, &scene.mia, answer, ruling, 2);
        done.await.expect("decided");
        assert_eq!(waits().await, waiting, "{ruling:?}");
    }
}

/// Whoever asked for help in words that had to go is still there: the words
/// stay with those who answer.
pub async fn a_call_that_is_removed_still_waits(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana();
    for in_comment in [true, false] {
        let story = scene.story(store, &ana, false).await;
        let thing = match in_comment {
            true => scene.comment(store, story, &ana).await,
            false => story,
        };
        let worry = scene.report(store, &scene.mia, thing, ReportReason::Worried, 0);
        worry.await.expect("reported");
        let post = match (thing, story) {
            (Thing::Comment(id), Thing::Share(subject)) => Post {
                subject,
                comment: Some(id),
            },
            (Thing::Share(subject), _) => Post {
                subject,
                comment: None,
            },
            _ => panic!("no share"),
        };
        let call = read(store).await.call_about(post).await.expect("read");
        let call = call.expect("a call").id;
        let gone = scene.decide(store, &scene.max, thing, Ruling::Remove, 1);
        gone.await.expect("removed");
        let mut reader = read(store).await;
        let standing = reader.call(call).await.expect("read").expect("there");
        assert!(standing.waiting_since.is_some(), "{in_comment}");
        let entries = reader.entries(call, None, 9).await.expect("entries");
        let words = entries.iter().map(|entry| entry.body.as_str());
        let expected = if in_comment { "With you." } else { "Words." };
        assert!(words.into_iter().any(|words| words == expected));
    }
}

/// One host asks and another agrees: then the two of them learn it, for a day.
pub async fn two_hosts_learn_together_who_wrote_something(store: &dyn Store) {
    let scene = scene(store).await;
    let host = Roles::default().with(Role::Host);
    let hanna = member_with(store, &scene.chance, "hanna", host, MemberState::Active).await;
    let hanna = Actor::Member(hanna);
    let quiet = scene.story(store, &scene.ana(), true).await;
    let named = scene.story(store, &scene.ana(), false).await;
    let asks = |by: Actor, thing, later| {
        let scene = &scene;
        async move {
            let mut unit = begin(store).await;
            let danger = reason("Somebody is in danger.");
            ask_who(&mut *unit, scene.act(&by, later), thing, &danger).await?;
            commit(unit).await;
            Ok(())
        }
    };
    let agrees = |by: Actor, later| {
        let scene = &scene;
        async move {
            let mut unit = begin(store).await;
            agree_who(&mut *unit, scene.act(&by, later), quiet).await?;
            commit(unit).await;
            Ok(())
        }
    };
    let alone = asks(hanna.clone(), quiet, 0).await;
    assert_eq!(refused(alone), Refusal::NeedsTwoHosts);
    let hugo = member_with(store, &scene.chance, "hugo", host, MemberState::Active).await;
    let hugo = Actor::Member(hugo);
    let own = scene.story(store, &hanna, true).await;
    assert_eq!(refused(agrees(hugo.clone(), 0).await), Refusal::NotFound);
    for (by, thing, refusal) in [
        (&scene.mia, quiet, Refusal::NotAllowed),
        (&scene.guest(), quiet, Refusal::SignInFirst),
        (&hanna, named, Refusal::NotFound),
        (&hanna, own, Refusal::Yours),
    ] {
        assert_eq!(refused(asks(by.clone(), thing, 0).await), refusal);
    }
    for _ in 0..2 {
        let asked: Result<(), Fault> = asks(hanna.clone(), quiet, 0).await;
        asked.expect("asked, and asked again");
    }
    assert_eq!(
        refused(asks(hugo.clone(), quiet, 1).await),
        Refusal::Changed
    );
    assert_eq!(
        refused(agrees(hanna.clone(), 1).await),
        Refusal::AnotherPerson
    );
    let week = 7 * Timestamp::DAY;
    assert_eq!(refused(agrees(hugo.clone(), week).await), Refusal::NotFound);
    let day = Timestamp::DAY;
    for _ in 0..2 {
        let agreed: Result<(), Fault> = agrees(hugo.clone(), day).await;
        agreed.expect("agreed, and agreed again");
    }
    let mut reader = read(store).await;
    let open = reader.reveal(quiet).await.expect("read").expect("there");
    assert!(open.is_open(START.plus(2 * day - 1)) && !open.is_open(START.plus(2 * day)));
    for (actor, learns) in [(&hanna, true), (&hugo, true), (&scene.mia, false)] {
        assert_eq!(open.is_answered_for(actor), learns);
    }
    let told = reader.decisions_for(writer(&scene.ana()), None, 9).await;
    let told = told.expect("what she is told").items;
    assert_eq!(told[0].ruling, Ruling::Reveal);
    assert_eq!(told[0].reason.as_deref(), Some("Somebody is in danger."));
    let log = reader.log(None, 9).await.expect("the log").items;
    let steps: Vec<_> = log
        .iter()
        .map(|entry| (entry.action.as_str(), &entry.by, &entry.about))
        .collect();
    let by = |handle: &str| LoggedBy::Member(handle.into());
    let about = LoggedAbout::Other(quiet.to_string());
    assert_eq!(
        steps,
        [
            ("moderation.reveal", &by("hugo"), &about),
            ("moderation.ask-who", &by("hanna"), &about),
        ]
    );
    drop(reader);
    // What is over can be asked anew, by whomever.
    let anew: Result<(), Fault> = asks(hugo, quiet, 2 * day).await;
    anew.expect("asked anew");
    let mut unit = begin(store).await;
    for (before, there) in [(2 * day, true), (2 * day + 1, false)] {
        unit.forget_reveals(START.plus(before))
            .await
            .expect("forgotten");
        let reveal = unit.reveal(quiet).await.expect("read");
        assert_eq!(reveal.is_some(), there);
    }
    commit(unit).await;
}

/// An author who is a host themself counts like anyone else, and never agrees to
/// be known.
pub async fn an_anonymous_host_is_no_exception(store: &dyn Store) {
    let scene = scene(store).await;
    let host = Roles::default().with(Role::Host);
    let hanna = member_with(store, &scene.chance, "hanna", host, MemberState::Active).await;
    let hanna = Actor::Member(hanna);
    let hugo = member_with(store, &scene.chance, "hugo", host, MemberState::Active).await;
    let hugo = Actor::Member(hugo);
    let quiet = scene.story(store, &hugo, true).await;
    let mut unit = begin(store).await;
    let danger = reason("Somebody is in danger.");
    ask_who(&mut *unit, scene.act(&hanna, 0), quiet, &danger)
        .await
        .expect("asked as of anyone");
    let agreed = agree_who(&mut *unit, scene.act(&hugo, 1), quiet).await;
    assert_eq!(refused(agreed), Refusal::Yours);
    // Whoever asked and is no host any more learns nothing.
    let max = scene.max.member().expect("a member").id;
    unit.set_roles(max, host).await.expect("set");
    let id = hanna.member().expect("a member").id;
    unit.set_roles(id, Roles::default()).await.expect("set");
    let max = Actor::Member(ActingMember {
        roles: host,
        ..scene.max.member().expect("a member").clone()
    });
    let agreed = agree_who(&mut *unit, scene.act(&max, 1), quiet).await;
    assert_eq!(refused(agreed), Refusal::NeedsTwoHosts);
    commit(unit).await;
}
