use super::{Erasure, GRACE, HANDLE_RESTS, Posted, REMEMBERED, SPREAD, Stays, Words};
use crate::{
    accounts::Handle,
    actor::{ActingMember, Actor, Role},
    care,
    clock::Timestamp,
    ids::{
        CallId, Chance, CommentId, GuestId, MemberId, PostId, ReflectionId, RitualId, ShoutOutId,
        StoryId, Subject,
    },
    refusal::{Fault, Refusal},
    store::{Act, Store, Stored, Unit},
};

/// What one unit of work takes back at most, so that nobody waits for it long.
const STEP: u32 = 50;

/// Asks to be erased, at once or after [`GRACE`]; says when. Every device is
/// signed out. The only host has to let another one follow first.
pub async fn ask(
    unit: &mut dyn Unit,
    act: Act<'_>,
    at_once: bool,
    stays: Stays,
) -> Result<Timestamp, Fault> {
    let member = act.actor.signed_in()?;
    if member.roles.has(Role::Host) {
        let hosts = unit.lasting_hosts().await?;
        if !hosts.iter().any(|host| *host != member.id) {
            return Err(Refusal::OnlyHost.into());
        }
    }
    let due_at = match at_once {
        true => act.now,
        false => act.now.plus(GRACE),
    };
    let erasure = Erasure {
        due_at: Some(due_at),
        stays,
        asked_at: act.now,
    };
    unit.keep_erasure(member.id, &erasure).await?;
    unit.drop_devices(member.id, None).await?;
    Ok(due_at)
}

/// Someone signs in: if they had asked to be erased, that is called off. Whose
/// time is over does not come in any more.
pub async fn call_off(unit: &mut dyn Unit, member: MemberId, now: Timestamp) -> Result<(), Fault> {
    let Some(erasure) = unit.erasure(member).await? else {
        return Ok(());
    };
    match erasure.due_at {
        Some(due_at) if due_at <= now => Err(Refusal::WrongSignIn.into()),
        Some(_) => {
            let called_off = Erasure {
                due_at: None,
                ..erasure
            };
            Ok(unit.keep_erasure(member, &called_off).await?)
        }
        None => Ok(()),
    }
}

/// Erases whoever is to be erased by now, and what is to leave by now. Any
/// number of programs may do it at once; what one of them left undone, the next
/// does.
///
/// # Errors
///
/// The first that was met, after everything else was done.
pub async fn erase_due(store: &dyn Store, chance: &dyn Chance, now: Timestamp) -> Stored<()> {
    let mut met = Ok(());
    let mut due = store.read().await?.due_erasures(now, STEP).await?;
    due.extend(store.read().await?.brought_back(STEP).await?);
    for (member, stays) in due {
        let done = erase(store, chance, now, member, stays).await;
        met = met.and(done);
    }
    let leaving = store.read().await?.due_to_leave(now, STEP).await?;
    for (words, id) in leaving {
        met = met.and(leave(store, chance, now, words, id).await);
    }
    let mut unit = store.begin().await?;
    unit.forget_decisions(now).await?;
    unit.forget_erased(now, now.plus(-REMEMBERED)).await?;
    unit.commit().await?;
    store.wipe().await?;
    met
}

/// Erases a member: first what they posted, a little at a time, and then the
/// account with all that hangs on it.
pub async fn erase(
    store: &dyn Store,
    chance: &dyn Chance,
    now: Timestamp,
    member: MemberId,
    stays: Stays,
) -> Stored<()> {
    for words in Words::ALL {
        if !stays.has(words) {
            while take_back_some(store, chance, now, member, words).await? {}
        }
    }
    while cut_off_some(store, chance, now, member).await? {}
    let mut unit = store.begin().await?;
    // Another program may have been quicker.
    if let Some(account) = unit.member(member).await? {
        if let Ok(handle) = Handle::parse(&account.handle) {
            unit.rest_handle(&handle, now.plus(HANDLE_RESTS)).await?;
        }
        unit.forget_member(member).await?;
        unit.remember_erased(member, stays, now).await?;
    }
    unit.commit().await
}

/// Takes back some of a member's posts; says whether there may be more. What
/// stands there anonymously is cut off from the member now and goes at a moment
/// of its own: if it went with the rest, the moment would tell who wrote it.
async fn take_back_some(
    store: &dyn Store,
    chance: &dyn Chance,
    now: Timestamp,
    member: MemberId,
    words: Words,
) -> Stored<bool> {
    let mut unit = store.begin().await?;
    let Some(account) = unit.member(member).await? else {
        return Ok(false);
    };
    let actor = Actor::Member(ActingMember {
        id: member,
        handle: account.handle,
        roles: account.roles,
    });
    let act = Act {
        actor: &actor,
        now,
        chance,
    };
    let posted = unit.posted(member, words, STEP).await?;
    for Posted { id, anonymous } in &posted {
        match anonymous {
            true => {
                let at = now.plus(some_time(chance));
                unit.let_leave(words, *id, at).await?;
            }
            false => remove(&mut *unit, act, words, *id).await?,
        }
    }
    unit.commit().await?;
    Ok(posted.len() == STEP as usize)
}

/// Cuts off some of what was decided about a member where no name stood; says
/// whether there may be more. If it went with the account, the moment would tell
/// those who keep the house whose words they were.
async fn cut_off_some(
    store: &dyn Store,
    chance: &dyn Chance,
    now: Timestamp,
    member: MemberId,
) -> Stored<bool> {
    let mut unit = store.begin().await?;
    let decisions = unit.unnamed_decisions(member, STEP).await?;
    for decision in &decisions {
        let at = now.plus(some_time(chance));
        unit.let_decision_leave(*decision, at).await?;
    }
    unit.commit().await?;
    Ok(decisions.len() == STEP as usize)
}

fn some_time(chance: &dyn Chance) -> i64 {
    let [a, b, c, d, ..] = chance.bytes();
    i64::from(u32::from_be_bytes([a, b, c, d])) % SPREAD
}

async fn leave(
    store: &dyn Store,
    chance: &dyn Chance,
    now: Timestamp,
    words: Words,
    id: PostId,
) -> Stored<()> {
    // Whose it was is forgotten.
    let nobody = Actor::Guest(GuestId::random(chance));
    let act = Act {
        actor: &nobody,
        now,
        chance,
    };
    let mut unit = store.begin().await?;
    remove(&mut *unit, act, words, id).await?;
    unit.has_left(words, id).await?;
    unit.commit().await
}

/// Takes a post out. A call for help that it was closes with it.
async fn remove(unit: &mut dyn Unit, act: Act<'_>, words: Words, id: PostId) -> Stored<()> {
    let id = id.uuid();
    let subject: Subject = match words {
        Words::Stories => StoryId::from_uuid(id).into(),
        Words::Reflections => ReflectionId::from_uuid(id).into(),
        Words::ShoutOuts => ShoutOutId::from_uuid(id).into(),
        Words::Rituals => RitualId::from_uuid(id).into(),
        Words::Comments => return remove_comment(unit, act, CommentId::from_uuid(id)).await,
        Words::Calls => return unit.remove_call(CallId::from_uuid(id)).await,
    };
    let calls = care::leaving(unit, subject).await?;
    match words {
        Words::Stories => unit.remove_story(StoryId::from_uuid(id)).await?,
        Words::Reflections => unit.remove_reflection(ReflectionId::from_uuid(id)).await?,
        Words::ShoutOuts => unit.remove_shout_out(ShoutOutId::from_uuid(id)).await?,
        _ => unit.remove_ritual(RitualId::from_uuid(id)).await?,
    }
    calls.gone(unit, act).await
}

async fn remove_comment(unit: &mut dyn Unit, act: Act<'_>, id: CommentId) -> Stored<()> {
    if let Some(comment) = unit.comment(id).await? {
        care::taken_back(unit, act, &comment).await?;
    }
    unit.remove_comment(id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_words_is_chosen_for_itself() {
        let stays = Stays::default().with(Words::Stories).with(Words::Comments);
        assert!(stays.has(Words::Stories) && stays.has(Words::Comments));
        assert!(!stays.has(Words::Rituals));
        assert_eq!(Stays::from_bits(stays.bits()), stays);
        for words in Words::ALL {
            assert_eq!(words.name().parse(), Ok(words));
        }
    }

    #[test]
    fn what_leaves_by_itself_has_left_within_its_time() {
        struct Most;
        impl Chance for Most {
            fn bytes(&self) -> [u8; 16] {
                [0xff; 16]
            }
        }
        assert!((0..SPREAD).contains(&some_time(&Most)));
        // Every moment of it can be met.
        assert!(i64::from(u32::MAX) > SPREAD);
    }
}
