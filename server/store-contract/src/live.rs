//! Live: what is new is told where it can be seen, once it is kept.

use crate::support::{FixedChance, START, begin, commit, guest, member, member_with, read};
use domain::{
    accounts::{MemberState, Session},
    actor::{ActingMember, Actor, Role, Roles, Writer},
    care::{self, Ask, Audience, CallBody, CallCode, CallKey, CallNote, Seen},
    clock::Timestamp,
    comments::{CommentState, CommentToInsert, ImportedComment},
    ids::{
        CallId, Chance, CommentId, DecisionId, DeviceId, MemberId, NotificationId, StoryId, Subject,
    },
    live::{KeptNews, News, Position},
    moderation::{Decision, Ruling, Standing, Thing},
    notifications::{Address, Kind, NotificationToKeep},
    store::{Act, Store, Unit},
    stories::StoryText,
    support::SupportKind,
};
use std::{collections::HashSet, time::Duration};

/// How long to wait for what is kept: somebody else's unit may be under way.
const TRIES: u32 = 300;

struct Scene<'s> {
    store: &'s dyn Store,
    chance: FixedChance,
    ana: ActingMember,
    /// Whose roles change to mark where the news have come.
    buoy: MemberId,
    story: Subject,
}

async fn scene(store: &dyn Store) -> Scene<'_> {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await;
    let buoy = member(store, &chance, "buoy").await.id;
    let id = StoryId::random(&chance);
    let text = StoryText {
        anonymous: false,
        title: "The bench".into(),
        content_note: None,
        excerpt: "It was raining.".into(),
        body: "It was raining.".into(),
        html: "<p>It was raining.</p>".into(),
    };
    let mut unit = begin(store).await;
    unit.insert_story(id, ana.id, &text, START)
        .await
        .expect("a story");
    commit(unit).await;
    Scene {
        store,
        chance,
        ana,
        buoy,
        story: id.into(),
    }
}

impl Scene<'_> {
    /// Does something in a unit of its own, and says what is told of it.
    async fn told(&self, what: impl AsyncFnOnce(&mut dyn Unit)) -> Vec<News> {
        let kept = self.kept(what).await;
        kept.into_iter().map(|kept| kept.news).collect()
    }

    async fn kept(&self, what: impl AsyncFnOnce(&mut dyn Unit)) -> Vec<KeptNews> {
        let (_, before) = self.news_after_a_mark().await;
        let mut unit = begin(self.store).await;
        what(&mut *unit).await;
        commit(unit).await;
        let (news, _) = self.news_after_a_mark().await;
        news.into_iter().filter(|kept| kept.position > before).collect()
    }

    /// Leaves a mark and waits until it is told; says what came before it, and
    /// where it is.
    async fn news_after_a_mark(&self) -> (Vec<KeptNews>, Position) {
        let mark = News::Standing(self.buoy);
        let count = |news: &[KeptNews]| news.iter().filter(|kept| kept.news == mark).count();
        let all = async || {
            let mut reader = read(self.store).await;
            reader
                .news_after(Position::START, 10_000)
                .await
                .expect("news")
        };
        let before = count(&all().await);
        let mut unit = begin(self.store).await;
        unit.set_roles(self.buoy, Roles::default())
            .await
            .expect("a mark");
        commit(unit).await;
        for _ in 0..TRIES {
            let mut news = all().await;
            if count(&news) > before {
                let last = news.iter().rposition(|kept| kept.news == mark);
                let at = news[last.expect("the mark")].position;
                news.retain(|kept| kept.news != mark && kept.position < at);
                return (news, at);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the mark is not told");
    }

    fn comment(&self, state: CommentState) -> CommentToInsert {
        CommentToInsert {
            id: CommentId::random(&self.chance),
            subject: self.story,
            parent: None,
            writer: Writer::Member(self.ana.id),
            anonymous: false,
            state,
            body: "I know it.".into(),
            html: "<p>I know it.</p>".into(),
            created_at: START,
        }
    }

    fn news_of(&self, id: CommentId) -> News {
        News::Comment {
            under: self.story,
            id,
        }
    }

    fn act<'a>(&'a self, actor: &'a Actor) -> Act<'a> {
        Act {
            actor,
            now: START,
            chance: &self.chance,
        }
    }
}

pub async fn a_comment_that_everyone_sees_is_told(store: &dyn Store) {
    let scene = scene(store).await;
    let shown = scene.comment(CommentState::Published);
    let told = scene
        .told(async |unit| unit.insert_comment(&shown).await.expect("a comment"))
        .await;
    assert_eq!(told, [scene.news_of(shown.id)]);

    let held = scene.comment(CommentState::Held);
    let told = scene
        .told(async |unit| unit.insert_comment(&held).await.expect("a comment"))
        .await;
    assert_eq!(told, [News::Moderation], "it is held");
    for (state, expected) in [
        (CommentState::Hidden, vec![]),
        (CommentState::Published, vec![scene.news_of(held.id)]),
        (CommentState::Published, vec![]),
        (CommentState::Held, vec![News::Moderation]),
        (CommentState::Held, vec![]),
    ] {
        let told = scene
            .told(async |unit| {
                unit.set_comment_state(held.id, state)
                    .await
                    .expect("changed");
            })
            .await;
        assert_eq!(told, expected, "{state:?}");
    }

    let imported = ImportedComment {
        id: CommentId::random(&scene.chance),
        subject: scene.story,
        parent: None,
        writer: None,
        state: CommentState::Published,
        body: "Long ago.".into(),
        html: "<p>Long ago.</p>".into(),
        created_at: START,
        source: "elsewhere 1".into(),
    };
    let told = scene
        .told(async |unit| {
            unit.insert_imported_comment(&imported)
                .await
                .expect("a comment");
            unit.edit_comment(shown.id, "Still.", "<p>Still.</p>", START)
                .await
                .expect("edited");
            unit.remove_comment(shown.id).await.expect("removed");
        })
        .await;
    assert_eq!(told, [], "nothing of it is new");
}

pub async fn a_unit_that_goes_away_tells_nothing(store: &dyn Store) {
    let scene = scene(store).await;
    scene.news_after_a_mark().await;
    let mut unit = begin(store).await;
    unit.insert_comment(&scene.comment(CommentState::Published))
        .await
        .expect("a comment");
    drop(unit);
    let (news, _) = scene.news_after_a_mark().await;
    assert_eq!(news, []);
}

pub async fn support_is_told_when_it_changes(store: &dyn Store) {
    let scene = scene(store).await;
    let ben = member(store, &scene.chance, "ben").await.id;
    let kind = SupportKind::WithYou;
    let carla = member(store, &scene.chance, "carla").await.id;
    // The author has blocked Carla: what she gives is not seen.
    for (giver, seen, again, expected) in [
        (ben, true, false, 1),
        (ben, true, true, 0),
        (carla, false, false, 0),
    ] {
        let told = scene
            .told(async |unit| {
                let new = unit.give_support(scene.story, kind, giver, seen, START);
                assert_eq!(new.await.expect("given"), !again);
            })
            .await;
        assert_eq!(told, vec![News::Support(scene.story); expected]);
    }
    for (giver, expected) in [(ben, 1), (ben, 0), (carla, 0)] {
        let told = scene
            .told(async |unit| {
                let done = unit.take_back_support(scene.story, kind, giver);
                done.await.expect("taken back");
            })
            .await;
        assert_eq!(told, vec![News::Support(scene.story); expected]);
    }
}

pub async fn whoever_asked_hears_of_what_they_can_see(store: &dyn Store) {
    let scene = scene(store).await;
    let chance = &scene.chance;
    let roles = Roles::default().with(Role::PeerSupporter);
    let mara = member_with(store, chance, "mara", roles, MemberState::Active).await;
    let (mara, asker) = (
        Actor::Member(mara),
        Actor::Guest(guest(store, chance).await),
    );
    let mut asked: Option<CallId> = None;
    let told = scene
        .told(async |unit| {
            let ask = Ask {
                code: CallCode::from_bytes(&chance.bytes()).hash(),
                body: CallBody::parse("I do not know how to get through tonight.").expect("words"),
                audience: Audience::Supporters,
            };
            asked = Some(care::ask(unit, scene.act(&asker), ask).await.expect("asked"));
        })
        .await;
    let id = asked.expect("a call");
    let of_call = |told: &[News]| told.iter().filter(|news| **news == News::Call(id)).count();
    assert!(told.contains(&News::Desk), "{told:?}");
    assert_eq!(of_call(&told), 0, "they asked it themselves");

    let told = scene
        .told(async |unit| {
            let note = CallNote::parse("I asked Edda.").expect("a note");
            let act = scene.act(&mara);
            care::claim(unit, act, id).await.expect("claimed");
            care::escalate(unit, act, id, &note).await.expect("escalated");
        })
        .await;
    assert!(told.contains(&News::Desk), "{told:?}");
    assert_eq!(of_call(&told), 0, "the desk keeps that to itself");

    let told = scene
        .told(async |unit| {
            let words = CallBody::parse("I am here.").expect("words");
            let seen = Seen {
                number: 1,
                edited_at: None,
            };
            care::answer(unit, scene.act(&mara), id, &words, seen)
                .await
                .expect("answered");
        })
        .await;
    assert!(told.contains(&News::Desk), "{told:?}");
    assert_eq!(of_call(&told), 1, "{told:?}");
}

pub async fn a_member_hears_of_their_own(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = scene.ana.id;
    let line = NotificationToKeep {
        id: NotificationId::random(&scene.chance),
        member: ana,
        kind: Kind::Answer,
        address: Address::page("/stories"),
        day: START,
    };
    for _ in 0..2 {
        let told = scene
            .told(async |unit| unit.keep_notification(&line).await.expect("kept"))
            .await;
        assert_eq!(told, [News::Notifications(ana)]);
    }
    let told = scene
        .told(async |unit| {
            unit.read_notifications(ana, i64::MAX).await.expect("read");
        })
        .await;
    assert_eq!(told, [News::Notifications(ana)], "on all devices");

    let roles = Roles::default().with(Role::Editor);
    let told = scene
        .told(async |unit| unit.set_roles(ana, roles).await.expect("roles"))
        .await;
    assert_eq!(told, [News::Standing(ana)]);

    let session = Session {
        hash: "0a".to_owned(),
        device: DeviceId::random(&scene.chance),
        member: Some(ana),
        record: "{}".to_owned(),
        name: "Firefox on Linux".to_owned(),
        created_at: START,
        last_used_at: START,
        expires_at: START.plus(Timestamp::DAY),
    };
    let told = scene
        .told(async |unit| unit.insert_session(&session).await.expect("a session"))
        .await;
    assert_eq!(told, []);
    let told = scene
        .told(async |unit| {
            unit.drop_devices(ana, None).await.expect("signed out");
        })
        .await;
    assert_eq!(told, [News::SignedOut("0a".to_owned())]);
}

pub async fn those_who_keep_the_house_hear_of_what_comes_to_wait(store: &dyn Store) {
    let scene = scene(store).await;
    let (ana, story) = (scene.ana.id, scene.story);
    let thing = Thing::Share(story);
    for (standing, expected) in [
        (Standing::Held, vec![News::Moderation]),
        (Standing::Held, vec![]),
        (Standing::Hidden, vec![]),
        (Standing::Published, vec![]),
    ] {
        let told = scene
            .told(async |unit| unit.set_standing(story, standing).await.expect("set"))
            .await;
        assert_eq!(told, expected, "{standing:?}");
    }
    for _ in 0..2 {
        let told = scene
            .told(async |unit| unit.open_case(thing, START).await.expect("a case"))
            .await;
        assert_eq!(told, [News::Moderation], "each report counts");
    }
    let told = scene
        .told(async |unit| unit.close_case(thing, START).await.expect("closed"))
        .await;
    assert_eq!(told, [], "it waits no more");

    for (ruling, expected) in [(Ruling::Warn, vec![]), (Ruling::Ban, vec![News::Moderation])] {
        let decision = Decision {
            id: DecisionId::random(&scene.chance),
            at: START,
            by: Some(scene.buoy),
            thing,
            about: Some(Writer::Member(ana)),
            named: true,
            ruling,
            reason: Some("Please rest.".into()),
            until: None,
            confirmed_at: None,
            lifted_at: None,
            lifted_because: None,
            appeal: None,
        };
        let told = scene
            .told(async |unit| unit.keep_decision(&decision).await.expect("kept"))
            .await;
        assert_eq!(told, expected, "{ruling:?}");
        let told = scene
            .told(async |unit| {
                let new = unit.keep_appeal(decision.id, "I meant well.", START).await;
                assert!(new.expect("kept"));
            })
            .await;
        assert_eq!(told, [News::Moderation], "somebody has to answer");
        let told = scene
            .told(async |unit| {
                let answered = unit.answer_appeal(decision.id, "It stays.").await;
                assert!(answered.expect("kept"));
            })
            .await;
        assert_eq!(told, [], "it is answered");
    }

    let told = scene
        .told(async |unit| {
            unit.set_member_state(ana, MemberState::Waiting)
                .await
                .expect("not let in");
        })
        .await;
    assert!(told.contains(&News::Moderation), "{told:?}");
    let told = scene
        .told(async |unit| {
            unit.set_member_state(ana, MemberState::Active)
                .await
                .expect("let in");
        })
        .await;
    assert_eq!(told, [News::Standing(ana)]);
}

pub async fn what_everyone_is_asked_is_told_as_they_see_it(store: &dyn Store) {
    let scene = scene(store).await;
    let chance = &scene.chance;
    let roles = Roles::default().with(Role::PeerSupporter);
    let mara = member_with(store, chance, "mara", roles, MemberState::Active).await;
    let (mara, asker) = (
        Actor::Member(mara),
        Actor::Guest(guest(store, chance).await),
    );
    for (audience, is_told) in [(Audience::Supporters, false), (Audience::Everyone, true)] {
        let code = CallCode::from_bytes(&chance.bytes()).hash();
        let key = CallKey::Code(code.clone());
        let mut asked: Option<CallId> = None;
        let mut told = vec![
            scene
                .told(async |unit| {
                    let body = CallBody::parse("I cannot sleep.").expect("words");
                    let ask = Ask {
                        code: code.clone(),
                        body,
                        audience,
                    };
                    asked = Some(care::ask(unit, scene.act(&asker), ask).await.expect("asked"));
                })
                .await,
        ];
        let id = asked.expect("a call");
        let among_themselves = scene
            .told(async |unit| {
                let note = CallNote::parse("I asked Edda.").expect("a note");
                let act = scene.act(&mara);
                care::claim(unit, act, id).await.expect("claimed");
                care::escalate(unit, act, id, &note).await.expect("escalated");
            })
            .await;
        assert!(!among_themselves.contains(&News::Asking), "{among_themselves:?}");
        told.push(
            scene
                .told(async |unit| {
                    let words = CallBody::parse("I am here.").expect("words");
                    let seen = Seen {
                        number: 1,
                        edited_at: None,
                    };
                    care::answer(unit, scene.act(&mara), id, &words, seen)
                        .await
                        .expect("answered");
                })
                .await,
        );
        told.push(
            scene
                .told(async |unit| {
                    let hidden = care::only_supporters(unit, scene.act(&asker), &key).await;
                    hidden.expect("hidden");
                })
                .await,
        );
        for told in told {
            assert_eq!(told.contains(&News::Asking), is_told, "{audience:?}: {told:?}");
        }
    }
}

pub async fn news_have_an_order_and_names_without_one(store: &dyn Store) {
    let scene = scene(store).await;
    let comments: Vec<CommentToInsert> = (0..4)
        .map(|_| scene.comment(CommentState::Published))
        .collect();
    let mut kept = Vec::new();
    for comment in &comments {
        kept.extend(
            scene
                .kept(async |unit| unit.insert_comment(comment).await.expect("a comment"))
                .await,
        );
    }
    let told: Vec<_> = kept.iter().map(|kept| kept.news.clone()).collect();
    let expected: Vec<_> = comments.iter().map(|new| scene.news_of(new.id)).collect();
    assert_eq!(told, expected);
    assert!(kept.is_sorted_by(|a, b| a.position < b.position));
    let names: HashSet<_> = kept.iter().map(|kept| &kept.id).collect();
    assert!(names.iter().all(|id| id.len() == 32));
    assert_eq!(names.len(), kept.len());

    let mut reader = read(store).await;
    let later = reader.news_after(kept[1].position, 10_000).await;
    assert!(later.expect("news").contains(&kept[2]));
    let first = reader.news_after(kept[0].position, 1).await.expect("news");
    assert_eq!(first.len(), 1);
    let now = reader.news_position().await.expect("a position");
    assert!(now >= kept[3].position);
    assert_eq!(reader.news_after(now, 1).await.expect("news"), []);
}

pub async fn news_are_forgotten(store: &dyn Store) {
    let scene = scene(store).await;
    scene.news_after_a_mark().await;
    let forget = async |before| {
        let mut unit = begin(store).await;
        let count = unit.forget_news(before).await.expect("forgotten");
        commit(unit).await;
        count
    };
    assert_eq!(forget(START).await, 0, "they are not that old");
    assert!(forget(Timestamp(i64::MAX)).await > 0);
    let mut reader = read(store).await;
    assert_eq!(
        reader.news_after(Position::START, 10).await.expect("news"),
        []
    );
    drop(reader);
    let told = scene
        .told(async |unit| {
            unit.set_roles(scene.ana.id, Roles::default())
                .await
                .expect("roles");
        })
        .await;
    assert_eq!(told, [News::Standing(scene.ana.id)], "it goes on");
}
