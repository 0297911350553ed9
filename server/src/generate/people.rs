//! Members and guests.

use super::{
    dice::{Dice, Throw},
    plan::{Kind, Plan},
    sheet::{Sheet, number, text},
};
use domain::{
    accounts::{Handle, guests},
    actor::{Role, Roles},
    ids::{Chance, OpaqueId},
    store::{StoreError, Stored},
    tables::{Row, Table, Value},
};
use std::sync::Mutex;

/// A hash in the usual form that was made by hashing nothing: no password
/// leads to it, and nobody signs in as someone who was generated.
const NO_PASSWORD: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyBpdA$\
                           QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE";

const FIRST: [&str; 16] = [
    "amber", "birch", "calm", "cedar", "clear", "early", "fern", "gentle", "golden", "hazel",
    "maple", "quiet", "rowan", "steady", "still", "willow",
];
const SECOND: [&str; 16] = [
    "bay", "bridge", "brook", "cloud", "dune", "field", "gate", "harbour", "lake", "meadow",
    "moss", "path", "river", "shore", "stone", "wave",
];

/// The tables of people.
pub struct People {
    pub members: Sheet,
    pub guests: Sheet,
}

impl People {
    pub fn of(tables: &[Table]) -> Stored<Self> {
        let members = [
            "id",
            "handle",
            "skeleton",
            "password",
            "roles",
            "state",
            "barred_until",
            "opaque_id",
            "created_at",
        ];
        Ok(Self {
            members: Sheet::of(tables, "members", &members)?,
            guests: Sheet::of(tables, "guests", &["id", "pseudonym", "created_at"])?,
        })
    }

    pub fn member(&self, plan: &Plan, which: u64) -> Stored<Row> {
        let mut dice = Dice::new(plan.seed, Throw::Member, 0, which);
        let name = format!("{}-{}-{which}", dice.one(&FIRST), dice.one(&SECOND));
        let handle = Handle::parse(&name)
            .map_err(|reason| StoreError::new(format!("{name} is no handle: {reason:?}")))?;
        Ok(self.members.row([
            text(plan.id(Kind::Member, which)),
            text(handle.as_str()),
            text(handle.skeleton()),
            text(NO_PASSWORD),
            number(roles(which).bits()),
            text("active"),
            Value::Nothing,
            text(OpaqueId::random(&Thrown(Mutex::new(dice))).to_string()),
            number(plan.began(Kind::Member, which)),
        ]))
    }

    pub fn guest(&self, plan: &Plan, which: u64) -> Row {
        let thrown = Thrown(Mutex::new(Dice::new(plan.seed, Throw::Guest, 0, which)));
        self.guests.row([
            text(plan.id(Kind::Guest, which)),
            text(guests::pseudonym(&thrown)),
            number(plan.began(Kind::Guest, which)),
        ])
    }
}

/// The first few keep the house.
fn roles(which: u64) -> Roles {
    match which {
        0 => Roles::default().with(Role::Editor),
        1 => Roles::default().with(Role::Moderator),
        2 => Roles::default().with(Role::PeerSupporter),
        _ => Roles::default(),
    }
}

/// Dice where the house asks for chance.
struct Thrown(Mutex<Dice>);

impl Chance for Thrown {
    fn bytes(&self) -> [u8; 16] {
        let mut dice = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let bits = u128::from(dice.bits()) << 64 | u128::from(dice.bits());
        bits.to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{Argon2, PasswordHash, PasswordVerifier};

    #[test]
    fn the_hash_reads_as_one_and_fits_no_password() {
        let hash = PasswordHash::new(NO_PASSWORD).expect("a hash");
        for tried in ["", "nobody has it", "AAAAAAAAAAAA"] {
            let verified = Argon2::default().verify_password(tried.as_bytes(), &hash);
            assert_eq!(verified, Err(argon2::password_hash::Error::Password));
        }
    }
}
