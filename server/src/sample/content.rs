use super::AccountEntry;
use app::ctx::House;
use domain::{ids::MemberId, store::Unit};
use serde::Deserialize;
use std::{collections::HashMap, error::Error};

/// `server/sample/community.json`; its README says what the fields mean.
#[derive(Deserialize)]
pub struct Community {
    pub(super) accounts: Vec<AccountEntry>,
}

pub async fn fill(
    _house: &House,
    _unit: &mut dyn Unit,
    _community: &Community,
    _members: &HashMap<String, MemberId>,
) -> Result<(), Box<dyn Error>> {
    Ok(())
}
