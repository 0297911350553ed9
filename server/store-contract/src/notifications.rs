//! Notifications: what a member is told, once a thing, and of what.

use crate::support::{FixedChance, START, begin, commit, guest, member, read, verdict};
use domain::{
    actor::{ActingMember, Actor, Role, Roles},
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, NewComment},
    ids::{ArticleId, CommentId, MemberId, NotificationId, StoryId, Subject},
    moderation::{self, Ruling, Thing},
    notifications::{
        Address, Kind, Notification, NotificationToKeep, Place, ShareAuthor, mark_all_read, mark_read,
        want_only,
    },
    refusal::{Fault, Refusal},
    shout_outs::{self, Addressee, NewShoutOut, ShoutOutBody},
    store::{Act, Store},
    stories::StoryText,
    support::{self, SupportKind},
};

/// Ana has told a story; Ben and Carla come by.
struct Scene {
    chance: FixedChance,
    ana: ActingMember,
    ben: ActingMember,
    carla: ActingMember,
    story: StoryId,
}

async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let ben = member(store, &chance, "ben").await;
    let carla = member(store, &chance, "carla").await;
    let story = StoryId::random(&chance);
    let text = StoryText {
        anonymous: true,
        title: "The bench".to_owned(),
        content_note: None,
        excerpt: "Words.".to_owned(),
        body: "Words.".to_owned(),
        html: "<p>Words.</p>".to_owned(),
    };
    let mut unit = begin(store).await;
    unit.insert_story(story, ana.id, &text, START)
        .await
        .expect("a story");
    commit(unit).await;
    Scene {
        chance,
        ana,
        ben,
        carla,
        story,
    }
}

impl Scene {
    fn act<'a>(&'a self, actor: &'a Actor) -> Act<'a> {
        Act {
            actor,
            now: START,
            chance: &self.chance,
        }
    }

    fn subject(&self) -> Subject {
        self.story.into()
    }

    async fn says(
        &self,
        store: &dyn Store,
        by: &Actor,
        under: Subject,
        parent: Option<CommentId>,
    ) -> CommentId {
        let body = CommentBody::parse("I know that bench.").expect("words");
        let new = NewComment {
            subject: under,
            parent,
            body,
            anonymous: false,
        };
        let mut unit = begin(store).await;
        let id = comments::post(&mut *unit, self.act(by), new)
            .await
            .expect("a comment");
        commit(unit).await;
        id
    }

    async fn tell(
        &self,
        store: &dyn Store,
        to: MemberId,
        kind: Kind,
        address: &'static str,
        day: Timestamp,
    ) {
        let new = NotificationToKeep {
            id: NotificationId::random(&self.chance),
            member: to,
            kind,
            address: Address::page(address),
            day,
        };
        let mut unit = begin(store).await;
        unit.keep_notification(&new).await.expect("kept");
        commit(unit).await;
    }

    async fn mark_read(
        &self,
        store: &dyn Store,
        by: &ActingMember,
        line: &Notification,
    ) -> Result<(), Refusal> {
        let actor = Actor::Member(by.clone());
        let mut unit = begin(store).await;
        let done = mark_read(&mut *unit, self.act(&actor), line.id, line.number).await;
        commit(unit).await;
        done.map_err(refusal)
    }
}

fn refusal(fault: Fault) -> Refusal {
    match fault {
        Fault::Refused(refusal) => refusal,
        Fault::Store(error) => panic!("{error}"),
    }
}

async fn list(store: &dyn Store, of: &ActingMember) -> Vec<Notification> {
    read(store)
        .await
        .notifications(of.id, None, 50)
        .await
        .expect("a page")
        .items
}

async fn told(store: &dyn Store, of: &ActingMember) -> Vec<(Kind, String, u32)> {
    list(store, of)
        .await
        .into_iter()
        .map(|line| (line.kind, line.address, line.count))
        .collect()
}

async fn unread(store: &dyn Store, of: &ActingMember) -> u32 {
    read(store)
        .await
        .unread_notifications(of.id, 9)
        .await
        .expect("a count")
}

/// Three answers to one story are one line, and an anonymous author is told
/// like any other.
pub async fn answers_to_one_share_are_one_line(store: &dyn Store) {
    let scene = scene(store).await;
    let (ben, carla) = (
        Actor::Member(scene.ben.clone()),
        Actor::Member(scene.carla.clone()),
    );
    for by in [&ben, &carla, &ben] {
        scene.says(store, by, scene.subject(), None).await;
    }
    let lines = list(store, &scene.ana).await;
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (lines[0].kind, lines[0].count, lines[0].unread),
        (Kind::Answer, 3, true)
    );
    assert_eq!(lines[0].address, format!("/stories/{}", scene.story));
    assert_eq!(lines[0].day, START.day_began(), "no minute is kept");
    assert_eq!(unread(store, &scene.ana).await, 1);
    assert_eq!(told(store, &scene.ben).await, []);
}

/// Both are told, each once, and nobody of their own words.
pub async fn an_answer_tells_whom_it_answers(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = Actor::Member(scene.ana.clone());
    let (ben, carla) = (
        Actor::Member(scene.ben.clone()),
        Actor::Member(scene.carla.clone()),
    );
    let story = (Kind::Answer, format!("/stories/{}", scene.story), 1);
    let first = scene.says(store, &ben, scene.subject(), None).await;
    let to_first = |count| (Kind::Answer, format!("/comments/{first}"), count);
    scene.says(store, &ben, scene.subject(), Some(first)).await;
    assert_eq!(told(store, &scene.ben).await, [], "not of one's own answer");
    scene
        .says(store, &carla, scene.subject(), Some(first))
        .await;
    scene.says(store, &ana, scene.subject(), Some(first)).await;
    assert_eq!(told(store, &scene.ben).await, [to_first(2)]);
    assert_eq!(
        told(store, &scene.ana).await,
        [(story.0, story.1.clone(), 3)]
    );
    // Ana is the writer above and the share's author: one line.
    let anas = scene.says(store, &ana, scene.subject(), None).await;
    scene.says(store, &ben, scene.subject(), Some(anas)).await;
    let to_anas = (Kind::Answer, format!("/comments/{anas}"), 1);
    assert_eq!(
        told(store, &scene.ana).await,
        [to_anas, (story.0, story.1, 3)]
    );
    // An article has no member to tell.
    let mut reader = read(store).await;
    let article = ArticleId::random(&scene.chance).into();
    assert_eq!(reader.share_author(article).await.expect("an answer"), None);
    assert_eq!(
        reader
            .share_author(scene.subject())
            .await
            .expect("an answer"),
        Some(ShareAuthor {
            member: scene.ana.id,
            anonymous: true,
        })
    );
}

/// What waits for review tells nobody until it can be read.
pub async fn a_held_answer_tells_nobody_until_it_is_published(store: &dyn Store) {
    let scene = scene(store).await;
    let guest = Actor::Guest(guest(store, &scene.chance).await);
    let ben = Actor::Member(scene.ben.clone());
    let bens = scene.says(store, &ben, scene.subject(), None).await;
    let held = scene.says(store, &guest, scene.subject(), Some(bens)).await;
    assert_eq!(told(store, &scene.ben).await, []);
    let keeper = ActingMember {
        roles: Roles::default().with(Role::Moderator),
        ..scene.carla.clone()
    };
    let keeper = Actor::Member(keeper);
    let mut unit = begin(store).await;
    let approval = verdict(&mut *unit, Thing::Comment(held), Ruling::Publish).await;
    for _ in 0..2 {
        moderation::decide(&mut *unit, scene.act(&keeper), &approval)
            .await
            .expect("approved");
    }
    commit(unit).await;
    assert_eq!(
        told(store, &scene.ben).await,
        [(Kind::Answer, format!("/comments/{bens}"), 1)]
    );
    assert_eq!(told(store, &scene.ana).await[0].2, 2);
    let state = read(store)
        .await
        .comment(held)
        .await
        .expect("read")
        .expect("it is there")
        .state;
    assert_eq!(state, CommentState::Published);
}

/// Who is thanked hears of it, also when they are named later; a second look at
/// the words tells nothing new.
pub async fn who_is_thanked_is_told(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = Actor::Member(scene.ana.clone());
    let thanks = |to: &str| NewShoutOut {
        to: Addressee::parse(to).expect("someone"),
        body: ShoutOutBody::parse("Thank you.").expect("words"),
        anonymous: true,
    };
    let mut unit = begin(store).await;
    let id = shout_outs::post(&mut *unit, scene.act(&ana), thanks("@ben"), false)
        .await
        .expect("thanks");
    for to in ["@ben", "@carla", "the night nurse", "@ana"] {
        shout_outs::edit(&mut *unit, scene.act(&ana), id, thanks(to), false)
            .await
            .expect("edited");
    }
    commit(unit).await;
    for thanked in [&scene.ben, &scene.carla] {
        let line = (Kind::Thanks, format!("/shout-outs/{id}"), 1);
        assert_eq!(told(store, thanked).await, [line]);
    }
    assert_eq!(told(store, &scene.ana).await, []);
}

/// Support tells its author once, however often it is given again.
pub async fn support_tells_the_author(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = Actor::Member(scene.ben.clone());
    let mut unit = begin(store).await;
    for kind in [
        SupportKind::WithYou,
        SupportKind::WithYou,
        SupportKind::Strength,
    ] {
        support::give(&mut *unit, scene.act(&ben), scene.subject(), kind)
            .await
            .expect("given");
    }
    commit(unit).await;
    let line = (Kind::Support, format!("/stories/{}", scene.story), 2);
    assert_eq!(told(store, &scene.ana).await, [line]);
}

/// What was read begins anew and comes first again.
pub async fn a_line_that_was_read_begins_anew(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana.id;
    for address in ["/one", "/one", "/two"] {
        scene.tell(store, ana, Kind::House, address, START).await;
    }
    let lines = list(store, &scene.ana).await;
    assert_eq!(lines[0].address, "/two");
    for _ in 0..2 {
        assert_eq!(scene.mark_read(store, &scene.ana, &lines[1]).await, Ok(()));
        assert_eq!(unread(store, &scene.ana).await, 1);
    }
    let later = START.plus(3 * Timestamp::DAY);
    scene.tell(store, ana, Kind::House, "/one", later).await;
    let again = list(store, &scene.ana).await;
    assert_eq!(again.len(), 2);
    assert_eq!(
        (again[0].id, again[0].count, again[0].unread),
        (lines[1].id, 1, true)
    );
    assert_eq!(again[0].day, later);
    // The page from before knows nothing of it and does not read it away.
    assert_eq!(scene.mark_read(store, &scene.ana, &lines[1]).await, Ok(()));
    assert_eq!(unread(store, &scene.ana).await, 2);
}

/// One reads one's own, and only what one has seen.
pub async fn everyone_reads_their_own(store: &dyn Store) {
    let scene = scene(store).await;
    for to in [&scene.ana, &scene.ben] {
        scene.tell(store, to.id, Kind::House, "/one", START).await;
        scene
            .tell(store, to.id, Kind::Decision, "/one", START)
            .await;
    }
    let of_ana = list(store, &scene.ana).await;
    assert_eq!(of_ana.len(), 2, "another kind is another line");
    assert_eq!(
        scene.mark_read(store, &scene.ben, &of_ana[0]).await,
        Err(Refusal::NotFound)
    );
    scene
        .tell(store, scene.ana.id, Kind::House, "/late", START)
        .await;
    let actor = Actor::Member(scene.ana.clone());
    let mut unit = begin(store).await;
    mark_all_read(&mut *unit, scene.act(&actor), of_ana[0].number)
        .await
        .expect("read");
    let stranger = Actor::Guest(domain::accounts::guests::from_secret("someone"));
    let refused = mark_all_read(&mut *unit, scene.act(&stranger), 9).await;
    assert_eq!(refused.map_err(refusal), Err(Refusal::SignInFirst));
    commit(unit).await;
    assert_eq!(
        unread(store, &scene.ana).await,
        1,
        "what came later is unread"
    );
    assert_eq!(unread(store, &scene.ben).await, 2);
    assert_eq!(
        read(store)
            .await
            .unread_notifications(scene.ben.id, 1)
            .await
            .expect("a count"),
        1
    );
}

/// A page after a page meets every line once.
pub async fn a_long_list_comes_in_pages(store: &dyn Store) {
    let scene = scene(store).await;
    for address in ["/a", "/b", "/c", "/d", "/e"] {
        scene
            .tell(store, scene.ana.id, Kind::House, address, START)
            .await;
        scene
            .tell(store, scene.ben.id, Kind::House, address, START)
            .await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = read(store)
            .await
            .notifications(scene.ana.id, after, 2)
            .await
            .expect("a page");
        seen.extend(page.items.into_iter().map(|line| line.address));
        let Some(next) = page.next else { break };
        after = Some(Place::read(&next).expect("a cursor of ours"));
        assert!(seen.len() < 10, "the pages never end");
    }
    assert_eq!(seen, ["/e", "/d", "/c", "/b", "/a"]);
}

/// What someone does not want to hear of does not come.
pub async fn unwanted_kinds_do_not_come(store: &dyn Store) {
    let scene = scene(store).await;
    let actor = Actor::Member(scene.ana.clone());
    let ben = Actor::Member(scene.ben.clone());
    let choose = async |wanted: &[Kind]| {
        let mut unit = begin(store).await;
        want_only(&mut *unit, scene.act(&actor), wanted)
            .await
            .expect("chosen");
        commit(unit).await;
        read(store)
            .await
            .unwanted_notifications(scene.ana.id)
            .await
            .expect("a list")
    };
    let mut unwanted = choose(&[Kind::Thanks, Kind::House]).await;
    unwanted.sort();
    assert_eq!(
        unwanted,
        [
            Kind::Answer,
            Kind::Support,
            Kind::CallAnswered,
            Kind::Decision
        ]
    );
    scene.says(store, &ben, scene.subject(), None).await;
    assert_eq!(told(store, &scene.ana).await, []);
    assert_eq!(
        choose(&[Kind::Thanks, Kind::House]).await.len(),
        4,
        "twice is once"
    );
    assert_eq!(choose(&Kind::ALL).await, []);
    scene.says(store, &ben, scene.subject(), None).await;
    assert_eq!(told(store, &scene.ana).await.len(), 1);
}

/// Old lines go, and all of them with their member.
pub async fn notifications_are_forgotten(store: &dyn Store) {
    let scene = scene(store).await;
    let today = START.day_began();
    scene
        .tell(
            store,
            scene.ana.id,
            Kind::House,
            "/old",
            today.plus(-Timestamp::DAY),
        )
        .await;
    scene
        .tell(store, scene.ana.id, Kind::House, "/new", today)
        .await;
    let mut unit = begin(store).await;
    assert_eq!(
        unit.forget_notifications(today).await.expect("forgotten"),
        1
    );
    assert_eq!(
        unit.forget_notifications(today).await.expect("forgotten"),
        0
    );
    commit(unit).await;
    assert_eq!(
        told(store, &scene.ana).await,
        [(Kind::House, "/new".to_owned(), 1)]
    );
    scene
        .tell(store, scene.carla.id, Kind::House, "/new", today)
        .await;
    let mut unit = begin(store).await;
    unit.remove_member(scene.carla.id).await.expect("gone");
    commit(unit).await;
    assert_eq!(told(store, &scene.carla).await, []);
}
