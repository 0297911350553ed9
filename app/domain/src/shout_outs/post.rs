use super::{KeptThanked, ShoutOutBody, ShoutOutText, Thanked, ThankedName};
use crate::{
    accounts::Handle,
    care,
    ids::{ShoutOutId, Subject, SubjectKind},
    markdown,
    moderation::Standing,
    notifications::{self, Address, Kind},
    people,
    refusal::{Fault, Field, Reason, Refusal},
    store::{Act, Stored, Unit},
};

/// Whom someone wants to thank, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// It began with `@`: a member, who must exist.
    Member(Handle),
    /// Any other name.
    Name(ThankedName),
}

impl Addressee {
    /// Reads the field.
    pub fn parse(input: &str) -> Result<Self, Reason> {
        let name = ThankedName::parse(input)?;
        match name.as_str().strip_prefix('@') {
            None => Ok(Self::Name(name)),
            Some(_) => Handle::parse(name.as_str())
                .map(Self::Member)
                .map_err(|_| Reason::NoSuchMember),
        }
    }
}

/// What someone wants to say, and to whom.
#[derive(Debug, Clone)]
pub struct NewShoutOut {
    pub to: Addressee,
    pub body: ShoutOutBody,
    pub anonymous: bool,
}

/// Thanks someone. What `waits` is held, and nobody is told of it yet.
pub async fn post(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewShoutOut,
    waits: bool,
) -> Result<ShoutOutId, Fault> {
    let author = act.actor.signed_in()?.id;
    let text = ready(unit, new).await?;
    let waits = !comes_through(unit, act, &text).await? || waits;
    let id = ShoutOutId::random(act.chance);
    unit.insert_shout_out(id, author, &text, act.now).await?;
    match waits {
        true => unit.set_standing(id.into(), Standing::Held).await?,
        false => tell_thanked(unit, act, id).await?,
    }
    care::notice(unit, act, id, &text.body).await?;
    Ok(id)
}

/// Does it come through to whom it names? To someone who blocked this actor it is
/// refused, as if they were not here. But no block swallows a call for help: such
/// words are read first.
pub(super) async fn comes_through(
    unit: &mut dyn Unit,
    act: Act<'_>,
    text: &ShoutOutText,
) -> Result<bool, Fault> {
    let KeptThanked::Member(member) = text.to else {
        return Ok(true);
    };
    let free = people::may_thank(unit, act, member, text.anonymous).await?;
    if !free && care::recognise(&text.body).is_none() {
        return Err(Refusal::field(Field::To, Reason::NoSuchMember).into());
    }
    Ok(free)
}

/// Tells the member who is thanked, unless they keep away from the author.
pub(super) async fn tell_thanked(unit: &mut dyn Unit, act: Act<'_>, id: ShoutOutId) -> Stored<()> {
    let Some(shout_out) = unit.shout_out(id).await? else {
        return Ok(());
    };
    let Thanked::Member { id: member, .. } = shout_out.to else {
        return Ok(());
    };
    if people::hears(unit, member, &shout_out.author).await? {
        let address = Address::of("/shout-outs", id);
        notifications::tell(unit, act, member, Kind::Thanks, address).await?;
    }
    Ok(())
}

/// A share that had waited is seen from now on. If it is a shout-out, the member
/// who is thanked is told: they could not have seen it before.
pub(crate) async fn published(unit: &mut dyn Unit, act: Act<'_>, share: Subject) -> Stored<()> {
    match share.kind {
        SubjectKind::ShoutOut => tell_thanked(unit, act, ShoutOutId::from_uuid(share.id)).await,
        _ => Ok(()),
    }
}

/// Finds the member who is thanked and renders the words.
pub(super) async fn ready(unit: &mut dyn Unit, new: NewShoutOut) -> Result<ShoutOutText, Fault> {
    let to = match new.to {
        Addressee::Name(name) => KeptThanked::Name(name.as_str().to_owned()),
        Addressee::Member(handle) => {
            let member = unit
                .member_by_skeleton(&handle.skeleton())
                .await?
                .ok_or_else(|| Refusal::field(Field::To, Reason::NoSuchMember))?;
            KeptThanked::Member(member.id)
        }
    };
    Ok(ShoutOutText {
        to,
        anonymous: new.anonymous,
        html: markdown::render(new.body.as_str()).into_string(),
        body: new.body.as_str().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_at_sign_means_a_member() {
        assert!(matches!(
            Addressee::parse(" @steady-oak "),
            Ok(Addressee::Member(_))
        ));
        assert!(matches!(
            Addressee::parse("the night nurse"),
            Ok(Addressee::Name(_))
        ));
        for nobody in ["@", "@two words", "@<b>"] {
            assert_eq!(
                Addressee::parse(nobody),
                Err(Reason::NoSuchMember),
                "{nobody}"
            );
        }
        assert_eq!(Addressee::parse(" "), Err(Reason::Empty));
        assert_eq!(
            Addressee::parse(&"a".repeat(61)),
            Err(Reason::TooLong {
                max: 60,
                length: 61
            })
        );
    }
}
