//! Two units at once: one comes after the other, however the store keeps them
//! apart.

use crate::support::{
    FixedChance, START, begin, commit, guest, member, member_with, read, verdict,
};
use domain::{
    accounts::{
        Handle, Member, MemberState, Passkey, PasskeyAsk, Purpose, grant, remove_passkey,
    },
    actor::{ActingMember, Actor, Role, Roles, Writer},
    articles::{
        self, ArticleBody, ArticleDraft, ArticleSummary, ArticleTitle, Publication, SeriesTitle,
    },
    clock::Timestamp,
    comments::{self, CommentBody, CommentState, NewComment, Part},
    drafts::{FormName, Kept},
    house::{self, ChangeNote, HousePage, HouseText},
    ids::{
        ArticleId, AskId, CommentId, GuestId, InvitationId, MemberId, OpaqueId, PasskeyId, StoryId,
        Subject,
    },
    jobs::Job,
    moderation::{self, Ruling, Thing},
    once::OnceKey,
    refusal::{Fault, Refusal},
    store::{Act, Store},
    stories::StoryText,
};
use tokio::join;

/// How often two meet: they do not always meet at the same place.
const ROUNDS: u32 = 8;

struct Scene {
    chance: FixedChance,
    ana: Actor,
}

impl Scene {
    fn act<'a>(&'a self, actor: &'a Actor) -> Act<'a> {
        Act {
            actor,
            now: START,
            chance: &self.chance,
        }
    }

    async fn story(&self, store: &dyn Store) -> StoryId {
        let id = StoryId::random(&self.chance);
        let text = StoryText {
            anonymous: false,
            title: "A day".into(),
            content_note: None,
            excerpt: "Words.".into(),
            body: "Words.".into(),
            html: "<p>Words.</p>".into(),
        };
        let mut unit = begin(store).await;
        unit.insert_story(id, self.member().id, &text, START)
            .await
            .expect("a story");
        commit(unit).await;
        id
    }

    fn member(&self) -> &ActingMember {
        self.ana.member().expect("a member")
    }

    async fn says(
        &self,
        store: &dyn Store,
        actor: &Actor,
        subject: Subject,
        parent: Option<CommentId>,
    ) -> Result<CommentId, Fault> {
        let new = NewComment {
            subject,
            parent,
            body: CommentBody::parse("Words.").expect("words"),
            anonymous: false,
        };
        let mut unit = begin(store).await;
        let id = comments::post(&mut *unit, self.act(actor), new).await?;
        commit(unit).await;
        Ok(id)
    }

    async fn writes(&self, store: &dyn Store, title: &str) -> Result<ArticleId, Fault> {
        let mut unit = begin(store).await;
        let article = articles::write(&mut *unit, self.act(&self.ana), draft(title)).await?;
        commit(unit).await;
        Ok(article.id)
    }
}

/// Ana may do everything.
async fn scene(store: &dyn Store) -> Scene {
    let chance = FixedChance::default();
    let roles = Roles::default().with(Role::Editor).with(Role::Moderator);
    let ana = member_with(store, &chance, "ana", roles, MemberState::Active).await;
    Scene {
        chance,
        ana: Actor::Member(ana),
    }
}

fn draft(title: &str) -> ArticleDraft {
    ArticleDraft {
        series: SeriesTitle::parse("Ordinary days").expect("a title"),
        slug: None,
        week: None,
        title: ArticleTitle::parse(title).expect("a title"),
        summary: ArticleSummary::parse("").expect("nothing"),
        body: ArticleBody::parse("Words.").expect("words"),
        prompts: Vec::new(),
        publication: Publication::Draft,
    }
}

fn is_refused<T>(result: &Result<T, Fault>, with: &Refusal) -> bool {
    matches!(result, Err(Fault::Refused(refusal)) if refusal == with)
}

#[track_caller]
fn expect_one<T>(first: &Result<T, Fault>, second: &Result<T, Fault>, refusal: &Refusal) {
    assert!(first.is_ok() != second.is_ok(), "one of two");
    assert!(is_refused(first, refusal) || is_refused(second, refusal));
}

/// A form that is sent twice at the same moment.
pub async fn the_same_key_twice_at_once_is_done_once(store: &dyn Store) {
    let scene = scene(store).await;
    let ana = Writer::Member(scene.member().id);
    for round in 0..ROUNDS {
        let key = OnceKey::sent(ana, "a.b", &format!("0123456789abcdef-{round}"), START);
        let send = async |mark: &str| {
            let mut unit = begin(store).await;
            if let Some(answer) = unit.earlier_answer(&key).await.expect("read") {
                return (answer, false);
            }
            let form = FormName::parse(&format!("{mark}.{round}")).expect("a name");
            unit.keep_draft(ana, &form, &Kept::default(), START)
                .await
                .expect("written");
            unit.keep_answer(&key, mark, START).await.expect("kept");
            commit(unit).await;
            (mark.to_owned(), true)
        };
        let (first, second) = join!(send("first"), send("second"));
        assert_eq!(first.0, second.0, "both are told the same");
        assert!(first.1 != second.1, "one of them did it");
    }
    let drafts = read(store).await.drafts(ana).await.expect("read");
    assert_eq!(drafts.len(), ROUNDS as usize);
}

pub async fn a_handle_is_taken_by_one_of_two(store: &dyn Store) {
    let chance = FixedChance::default();
    for round in 0..ROUNDS {
        let handle = Handle::parse(&format!("maria-{round}")).expect("a handle");
        let join_in = async || {
            let member = Member {
                id: MemberId::random(&chance),
                handle: handle.as_str().to_owned(),
                password: Some("$none$".to_owned()),
                roles: Roles::default(),
                state: MemberState::Active,
                barred_until: None,
                opaque: OpaqueId::random(&chance),
                created_at: START,
            };
            let mut unit = begin(store).await;
            let there = unit.member_by_skeleton(&handle.skeleton()).await;
            if there.expect("read").is_some() {
                return false;
            }
            let joined = unit.insert_member(&member, &handle).await.expect("asked");
            commit(unit).await;
            joined
        };
        let (first, second) = join!(join_in(), join_in());
        assert!(first != second, "one of two");
    }
}

pub async fn every_comment_has_a_place_of_its_own(store: &dyn Store) {
    let scene = scene(store).await;
    let subject = Subject::from(scene.story(store).await);
    let root = scene.says(store, &scene.ana, subject, None).await;
    let root = root.expect("said");
    for _ in 0..ROUNDS {
        let say = |parent| scene.says(store, &scene.ana, subject, parent);
        let (first, second, third) = join!(say(None), say(Some(root)), say(Some(root)));
        for said in [first, second, third] {
            said.expect("said");
        }
    }
    let mut reader = read(store).await;
    let said = 3 * u64::from(ROUNDS) + 1;
    assert_eq!(reader.comment_count(subject).await.expect("a count"), said);
    let page = reader
        .thread_page(
            subject,
            Part::Whole { replies: u32::MAX },
            scene.ana.writer(),
            None,
            100,
        )
        .await
        .expect("a page");
    assert_eq!(page.items.len() as u64, said);
    assert!(
        page.items[1..=2 * ROUNDS as usize]
            .iter()
            .all(|comment| comment.parent == Some(root))
    );
}

pub async fn a_recovery_code_works_for_one_of_two(store: &dyn Store) {
    let chance = FixedChance::default();
    let ana = member(store, &chance, "ana").await.id;
    for round in 0..ROUNDS {
        let code = format!("code-{round}");
        let mut unit = begin(store).await;
        unit.replace_codes(ana, std::slice::from_ref(&code))
            .await
            .expect("kept");
        commit(unit).await;
        let come_back = async || {
            let mut unit = begin(store).await;
            let used = unit.use_code(ana, &code).await.expect("asked");
            commit(unit).await;
            used
        };
        let (first, second) = join!(come_back(), come_back());
        assert!(first != second, "one of two");
    }
}

pub async fn a_question_is_answered_by_one_of_two(store: &dyn Store) {
    let chance = FixedChance::default();
    for _ in 0..ROUNDS {
        let ask = PasskeyAsk {
            id: AskId::random(&chance),
            browser: GuestId::random(&chance),
            purpose: Purpose::SignIn,
            state: "{}".to_owned(),
            expires_at: START.plus(1),
        };
        let mut unit = begin(store).await;
        unit.keep_passkey_ask(&ask).await.expect("kept");
        commit(unit).await;
        let answer = async || {
            let mut unit = begin(store).await;
            let used = unit.use_passkey_ask(ask.id, START).await.expect("asked");
            commit(unit).await;
            used
        };
        let (first, second) = join!(answer(), answer());
        assert!(first != second, "one of two");
    }
}

pub async fn of_two_last_passkeys_one_stays(store: &dyn Store) {
    let chance = FixedChance::default();
    for round in 0..ROUNDS {
        let name = format!("ana-{round}");
        let handle = Handle::parse(&name).expect("a handle");
        let ana = Member {
            id: MemberId::random(&chance),
            handle: name.clone(),
            password: None,
            roles: Roles::default(),
            state: MemberState::Active,
            barred_until: None,
            opaque: OpaqueId::random(&chance),
            created_at: START,
        };
        let passkey = |which: &str| Passkey {
            id: PasskeyId::random(&chance),
            owner: ana.id,
            credential_id: format!("{which}-{round}"),
            credential: "{}".to_owned(),
            name: which.to_owned(),
            created_at: START,
            last_used_at: None,
        };
        let both = [passkey("one"), passkey("two")];
        let mut unit = begin(store).await;
        unit.insert_member(&ana, &handle).await.expect("a member");
        for passkey in &both {
            unit.insert_passkey(passkey).await.expect("a passkey");
        }
        commit(unit).await;
        let actor = Actor::Member(ActingMember {
            id: ana.id,
            handle: name,
            roles: Roles::default(),
        });
        let act = Act {
            actor: &actor,
            now: START,
            chance: &chance,
        };
        let remove = async |id| {
            let mut unit = begin(store).await;
            let done = remove_passkey(&mut *unit, act, id, None).await;
            commit(unit).await;
            done.is_ok()
        };
        let (first, second) = join!(remove(both[0].id), remove(both[1].id));
        assert!(first != second, "one of two");
        let left = read(store).await.passkeys(ana.id).await.expect("read");
        assert_eq!(left.len(), 1);
    }
}

pub async fn an_invitation_works_for_one_of_two(store: &dyn Store) {
    let chance = FixedChance::default();
    for round in 0..ROUNDS {
        let hash = format!("hash-{round}");
        let mut unit = begin(store).await;
        unit.insert_invitation(InvitationId::random(&chance), &hash, None, START.plus(1))
            .await
            .expect("kept");
        commit(unit).await;
        let come_in = async || {
            let mut unit = begin(store).await;
            let used = unit.use_invitation(&hash, START).await.expect("asked");
            commit(unit).await;
            used
        };
        let (first, second) = join!(come_in(), come_in());
        assert!(first != second, "one of two");
    }
}

pub async fn of_two_editors_one_is_told(store: &dyn Store) {
    let scene = scene(store).await;
    let id = scene.writes(store, "One").await.expect("written");
    for _ in 0..ROUNDS {
        let seen = read(store).await.article(id).await.expect("read");
        let seen = seen.expect("an article").updated_at;
        let revise = async |title: &str| {
            let mut unit = begin(store).await;
            let act = scene.act(&scene.ana);
            let article = articles::revise(&mut *unit, act, id, draft(title), Some(seen)).await?;
            commit(unit).await;
            Ok(article.title)
        };
        let (first, second) = join!(revise("Two"), revise("Three"));
        expect_one(&first, &second, &Refusal::Changed);
        let kept = read(store).await.article(id).await.expect("read");
        assert_eq!(kept.map(|article| article.title), first.or(second).ok());
    }
}

pub async fn two_articles_of_one_name_have_two_addresses(store: &dyn Store) {
    let scene = scene(store).await;
    for round in 0..ROUNDS {
        let title = format!("The same {round}");
        let (first, second) = join!(scene.writes(store, &title), scene.writes(store, &title));
        let mut reader = read(store).await;
        let mut slugs = Vec::new();
        for id in [first.expect("written"), second.expect("written")] {
            let article = reader.article(id).await.expect("read");
            slugs.push(article.expect("an article").slug);
        }
        slugs.sort();
        let expected = [format!("the-same-{round}"), format!("the-same-{round}-2")];
        assert_eq!(slugs, expected);
    }
    let series = read(store).await.all_series().await.expect("read");
    assert_eq!(series.len(), 1, "and one series");
    assert!(series[0].current);
}

pub async fn of_two_decisions_one_counts(store: &dyn Store) {
    let scene = scene(store).await;
    let subject = Subject::from(scene.story(store).await);
    let asker = Actor::Guest(guest(store, &scene.chance).await);
    for _ in 0..ROUNDS {
        let id = scene.says(store, &asker, subject, None).await;
        let id = id.expect("said");
        let mut reader = read(store).await;
        let thing = Thing::Comment(id);
        let publish = verdict(&mut *reader, thing, Ruling::Publish).await;
        let hide = verdict(&mut *reader, thing, Ruling::Hide).await;
        drop(reader);
        let decide = async |verdict| {
            let mut unit = begin(store).await;
            moderation::decide(&mut *unit, scene.act(&scene.ana), verdict).await?;
            commit(unit).await;
            Ok(())
        };
        let (approved, refused) = join!(decide(&publish), decide(&hide));
        expect_one(&approved, &refused, &Refusal::Changed);
        let comment = read(store).await.comment(id).await.expect("read");
        let state = comment.expect("a comment").state;
        assert_eq!(state == CommentState::Published, approved.is_ok());
    }
}

pub async fn what_is_said_under_a_story_that_goes_goes_with_it(store: &dyn Store) {
    let scene = scene(store).await;
    for _ in 0..ROUNDS {
        let story = scene.story(store).await;
        let subject = Subject::from(story);
        let remove = async || {
            let mut unit = begin(store).await;
            domain::stories::remove(&mut *unit, scene.act(&scene.ana), story)
                .await
                .expect("removed");
            commit(unit).await;
        };
        let (said, ()) = join!(scene.says(store, &scene.ana, subject, None), remove());
        let mut reader = read(store).await;
        assert_eq!(reader.comment_count(subject).await.expect("a count"), 0);
        match said {
            Ok(id) => assert_eq!(reader.comment(id).await.expect("read"), None),
            Err(Fault::Refused(refusal)) => assert_eq!(refusal, Refusal::NotFound),
            Err(Fault::Store(error)) => panic!("{error}"),
        }
    }
}

pub async fn roles_given_at_once_are_all_kept(store: &dyn Store) {
    let chance = FixedChance::default();
    for round in 0..ROUNDS {
        let handle = format!("ben-{round}");
        let ben = member(store, &chance, &handle).await.id;
        let give = async |role| {
            let mut unit = begin(store).await;
            grant(&mut *unit, &chance, START, &handle, role, false)
                .await
                .expect("given");
            commit(unit).await;
        };
        join!(give(Role::Editor), give(Role::Moderator));
        let roles = read(store).await.member(ben).await.expect("read");
        let roles = roles.expect("a member").roles;
        assert!(roles.has(Role::Editor) && roles.has(Role::Moderator));
    }
}

pub async fn a_job_is_claimed_by_one_of_two(store: &dyn Store) {
    let job = Job {
        name: "sweeping",
        every: Timestamp::HOUR,
    };
    for round in 0..ROUNDS {
        let now = START.plus(i64::from(round) * Timestamp::HOUR);
        let claim = async || {
            let mut unit = begin(store).await;
            let is_ours = unit.claim_job(job, now).await.expect("an answer");
            commit(unit).await;
            is_ours
        };
        let (first, second) = join!(claim(), claim());
        assert!(first != second, "one of two");
    }
}

pub async fn of_two_hosts_one_is_told(store: &dyn Store) {
    let chance = FixedChance::default();
    let roles = Roles::default().with(Role::Host);
    let host = member_with(store, &chance, "hanna", roles, MemberState::Active).await;
    let scene = Scene {
        chance,
        ana: Actor::Member(host),
    };
    let note = ChangeNote::parse("").expect("nothing");
    for round in 0..i64::from(ROUNDS) {
        let revise = async |text: &str| {
            let mut unit = begin(store).await;
            let act = scene.act(&scene.ana);
            let text = HouseText::parse(text).expect("a text");
            let page = HousePage::Rules;
            house::revise(&mut *unit, act, page, Some(text), &note, Some(round)).await?;
            commit(unit).await;
            Ok(())
        };
        let (first, second) = join!(revise("One."), revise("Two."));
        expect_one(&first, &second, &Refusal::Changed);
    }
}
