use super::{KeptThanked, ShoutOutBody, ShoutOutText, ThankedName};
use crate::{
    accounts::Handle,
    actor::Author,
    ids::ShoutOutId,
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

/// Thanks someone.
pub async fn post(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewShoutOut,
) -> Result<ShoutOutId, Fault> {
    let (id, text) = add(unit, act, new).await?;
    tell_thanked(unit, act, id, &text).await?;
    Ok(id)
}

/// Thanks someone, once it was read: until then nobody is told.
pub async fn post_held(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewShoutOut,
) -> Result<ShoutOutId, Fault> {
    let (id, _) = add(unit, act, new).await?;
    unit.set_standing(id.into(), Standing::Held).await?;
    Ok(id)
}

async fn add(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewShoutOut,
) -> Result<(ShoutOutId, ShoutOutText), Fault> {
    let author = act.actor.signed_in()?.id;
    let text = ready(unit, act, new).await?;
    let id = ShoutOutId::random(act.chance);
    unit.insert_shout_out(id, author, &text, act.now).await?;
    Ok((id, text))
}

/// Tells the member who is thanked, unless they keep away from this actor.
pub(super) async fn tell_thanked(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ShoutOutId,
    text: &ShoutOutText,
) -> Stored<()> {
    let KeptThanked::Member(member) = text.to else {
        return Ok(());
    };
    let by = Author {
        writer: Some(act.actor.writer()),
        name: None,
        anonymous: text.anonymous,
    };
    if people::hears(unit, member, &by).await? {
        let address = Address::of("/shout-outs", id);
        notifications::tell(unit, act, member, Kind::Thanks, address).await?;
    }
    Ok(())
}

/// Finds the member who is thanked and renders the words.
pub(super) async fn ready(
    unit: &mut dyn Unit,
    act: Act<'_>,
    new: NewShoutOut,
) -> Result<ShoutOutText, Fault> {
    let to = match new.to {
        Addressee::Name(name) => KeptThanked::Name(name.as_str().to_owned()),
        Addressee::Member(handle) => {
            let member = unit
                .member_by_skeleton(&handle.skeleton())
                .await?
                .ok_or_else(|| Refusal::field(Field::To, Reason::NoSuchMember))?;
            // To someone they blocked it is as if they were not here.
            if !people::may_thank(unit, act, member.id, new.anonymous).await? {
                return Err(Refusal::field(Field::To, Reason::NoSuchMember).into());
            }
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
