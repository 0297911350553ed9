//! Sample content for a first look: people, a series and what they share.

use app::ctx::House;
use domain::{
    accounts::{Handle, Member, MemberState},
    actor::{Role, Roles},
    ids::{MemberId, OpaqueId},
    store::{StoreError, Unit},
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, error::Error, path::Path};

mod content;

/// An account of the sample, with its password: made by chance, so that no
/// two installations share it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SampleAccount {
    pub roles: String,
    pub handle: String,
    pub password: String,
}

#[derive(Deserialize)]
struct AccountEntry {
    handle: String,
    roles: Vec<String>,
}

/// Fills an empty community and says the accounts. One that is not empty stays
/// as it is; if it was filled from the sample earlier, its accounts are said
/// again. They are noted in the file `note`, readable by its owner alone.
pub async fn fill(house: &House, note: &Path) -> Result<Vec<SampleAccount>, Box<dyn Error>> {
    if house.store.read().await?.any_member().await? {
        return Ok(match std::fs::read_to_string(note) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(_) => Vec::new(),
        });
    }
    let community: content::Community =
        serde_json::from_str(include_str!("../sample/community.json"))?;
    let mut accounts = Vec::new();
    let mut hashes = Vec::new();
    for entry in &community.accounts {
        let password = password(house);
        hashes.push(house.passwords.hash(password.clone()).await?);
        accounts.push(SampleAccount {
            roles: entry.roles.join(", "),
            handle: entry.handle.clone(),
            password,
        });
    }
    let mut unit = house.store.begin().await?;
    let mut members = HashMap::new();
    for (entry, hash) in community.accounts.iter().zip(hashes) {
        members.insert(
            entry.handle.clone(),
            join(house, &mut *unit, entry, hash).await?,
        );
    }
    content::fill(house, &mut *unit, &community, &members).await?;
    keep_note(note, &serde_json::to_string_pretty(&accounts)?)
        .map_err(|error| format!("{} cannot be written: {error}", note.display()))?;
    unit.commit().await?;
    Ok(accounts)
}

async fn join(
    house: &House,
    unit: &mut dyn Unit,
    entry: &AccountEntry,
    password: String,
) -> Result<MemberId, Box<dyn Error>> {
    let handle = Handle::parse(&entry.handle)
        .map_err(|reason| StoreError::new(format!("{}: {reason:?}", entry.handle)))?;
    let roles = entry
        .roles
        .iter()
        .filter_map(|name| name.parse::<Role>().ok())
        .fold(Roles::default(), Roles::with);
    let member = Member {
        id: MemberId::random(&*house.chance),
        handle: entry.handle.clone(),
        password: Some(password),
        roles,
        state: MemberState::Active,
        barred_until: None,
        opaque: OpaqueId::random(&*house.chance),
        created_at: house.clock.now(),
    };
    unit.insert_member(&member, &handle).await?;
    Ok(member.id)
}

/// Four groups of four letters and digits that are hard to mix up.
fn password(house: &House) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let letters: Vec<char> = house
        .chance
        .bytes()
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect();
    letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

fn keep_note(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
