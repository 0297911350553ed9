//! Who may come in and who may do what: invitations, roles, devices.

use super::{
    About, AuditEntry, Handle, Member, MemberState,
    secrets::{self, link_secret},
};
use crate::{
    actor::{ActingMember, Actor, Role},
    clock::Timestamp,
    ids::{AuditId, Chance, DeviceId, InvitationId, MemberId},
    refusal::{Fault, Refusal},
    store::{Act, Unit},
};

/// How long an invitation can be used, in milliseconds.
pub const INVITATION_FOR: i64 = 14 * Timestamp::DAY;

/// The member if they keep the house: moderators and hosts.
pub fn keeper(actor: &Actor) -> Result<&ActingMember, Refusal> {
    actor
        .with_role(Role::Moderator)
        .or_else(|_| actor.with_role(Role::Host))
}

/// The member with this handle, however it is written.
pub(crate) async fn by_handle(unit: &mut dyn Unit, handle: &str) -> Result<Member, Fault> {
    let handle = Handle::parse(handle).map_err(|_| Refusal::NotFound)?;
    let member = unit
        .member_by_skeleton(&handle.skeleton())
        .await?
        .ok_or(Refusal::NotFound)?;
    // A handle that only looks like it could be anyone's.
    let same = member.handle.to_lowercase() == handle.as_str().to_lowercase();
    if same {
        Ok(member)
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// Makes an invitation with this secret, which is not kept.
pub async fn invite(unit: &mut dyn Unit, act: Act<'_>, secret: &str) -> Result<(), Fault> {
    let by = keeper(act.actor)?.id;
    keep_invitation(unit, act.chance, act.now, Some(by), secret).await
}

/// Makes an invitation for whoever has the command line. Answers with its
/// secret.
pub async fn invite_from_console(
    unit: &mut dyn Unit,
    chance: &dyn Chance,
    now: Timestamp,
) -> Result<String, Fault> {
    let secret = link_secret(chance);
    keep_invitation(unit, chance, now, None, &secret).await?;
    Ok(secret)
}

async fn keep_invitation(
    unit: &mut dyn Unit,
    chance: &dyn Chance,
    now: Timestamp,
    by: Option<MemberId>,
    secret: &str,
) -> Result<(), Fault> {
    let id = InvitationId::random(chance);
    unit.insert_invitation(id, &secrets::hash(secret), by, now.plus(INVITATION_FOR))
        .await?;
    note(
        unit,
        chance,
        now,
        by,
        "accounts.invite",
        About::Other(id.to_string()),
    )
    .await
}

/// Gives a member a role, or takes it away. Doing it again changes nothing.
pub async fn grant(
    unit: &mut dyn Unit,
    chance: &dyn Chance,
    now: Timestamp,
    handle: &str,
    role: Role,
    revoke: bool,
) -> Result<Member, Fault> {
    let mut member = by_handle(unit, handle).await?;
    let roles = if revoke {
        member.roles.without(role)
    } else {
        member.roles.with(role)
    };
    if roles != member.roles {
        unit.set_roles(member.id, roles).await?;
        let action = format!(
            "accounts.{}.{}",
            if revoke { "revoke" } else { "grant" },
            role.name()
        );
        note(unit, chance, now, None, &action, About::Member(member.id)).await?;
    }
    member.roles = roles;
    Ok(member)
}

/// Lets in someone who waits. Doing it again changes nothing.
pub async fn let_in(unit: &mut dyn Unit, act: Act<'_>, id: MemberId) -> Result<(), Fault> {
    let by = keeper(act.actor)?.id;
    let member = unit.member(id).await?.ok_or(Refusal::NotFound)?;
    if member.state == MemberState::Waiting {
        unit.set_member_state(id, MemberState::Active).await?;
        note(
            unit,
            act.chance,
            act.now,
            Some(by),
            "accounts.let-in",
            About::Member(id),
        )
        .await?;
    }
    Ok(())
}

/// Turns away someone who waits: the account goes, and the handle is free.
pub async fn turn_away(unit: &mut dyn Unit, act: Act<'_>, id: MemberId) -> Result<(), Fault> {
    let by = keeper(act.actor)?.id;
    let member = unit.member(id).await?.ok_or(Refusal::NotFound)?;
    if member.state == MemberState::Active {
        return Err(Refusal::Changed.into());
    }
    note(
        unit,
        act.chance,
        act.now,
        Some(by),
        "accounts.turn-away",
        About::Member(id),
    )
    .await?;
    Ok(unit.remove_member(id).await?)
}

/// Signs out one of one's own devices. Someone else's is unknown.
pub async fn sign_out_device(
    unit: &mut dyn Unit,
    act: Act<'_>,
    device: DeviceId,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    if unit.drop_device(member, device).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// Signs out all of one's own devices but this one.
pub async fn sign_out_others(
    unit: &mut dyn Unit,
    act: Act<'_>,
    this: Option<DeviceId>,
) -> Result<(), Fault> {
    let member = act.actor.signed_in()?.id;
    Ok(unit.drop_devices(member, this).await?)
}

async fn note(
    unit: &mut dyn Unit,
    chance: &dyn Chance,
    at: Timestamp,
    by: Option<MemberId>,
    action: &str,
    about: About,
) -> Result<(), Fault> {
    let id = AuditId::random(chance);
    let entry = AuditEntry {
        id,
        at,
        by,
        action: action.to_owned(),
        about,
        reason: None,
    };
    Ok(unit.audit(&entry).await?)
}
