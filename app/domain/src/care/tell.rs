//! Who is told that something happened in a call.

use super::{Call, EntryKind};
use crate::{
    actor::Writer,
    ids::MemberId,
    notifications::{Address, Kind, tell},
    store::{Act, Stored, Unit},
};
use std::collections::BTreeSet;

/// How much of a call is read to find those who answered in it.
const LATELY: u32 = 100;

/// Tells the member who asked that there is an answer. Whoever wrote a post is
/// told of the comment under it.
pub(super) async fn whoever_asked(unit: &mut dyn Unit, act: Act<'_>, call: &Call) -> Stored<()> {
    match (call.post, call.writer) {
        (None, Some(Writer::Member(member))) => {
            let address = Address::of("/help", call.id);
            tell(unit, act, member, Kind::CallAnswered, address).await
        }
        _ => Ok(()),
    }
}

/// Tells those who answered, and whom the call was handed to, that there is
/// more to read.
pub(super) async fn those_who_answer(unit: &mut dyn Unit, act: Act<'_>, call: &Call) -> Stored<()> {
    let entries = unit.entries(call.id, None, LATELY).await?;
    let answered = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Answer)
        .filter_map(|entry| match entry.author.writer {
            Some(Writer::Member(member)) => Some(member),
            _ => None,
        });
    let told: BTreeSet<MemberId> = answered.chain(call.handed_to).collect();
    for member in told {
        // Whoever asked may be of the desk as well.
        if call.writer != Some(Writer::Member(member)) {
            let address = Address::of("/care", call.id);
            tell(unit, act, member, Kind::CallerWrote, address).await?;
        }
    }
    Ok(())
}
