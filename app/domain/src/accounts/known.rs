use super::{Handle, Member, secrets::hash};
use crate::store::{Reader, Stored};

/// What a browser keeps once its member was signed in on it, to be told from
/// strangers who try passwords. It lets nobody in. Only this house can make it,
/// nothing of the member can be read from it, and a new password makes it void.
/// Whoever has no password has none that could be tried.
pub fn device_mark(member: &Member) -> Option<String> {
    let password = member.password.as_ref()?;
    Some(hash(&format!("device {} {password}", member.id)))
}

/// Is this the mark of a browser that knows the handle's member?
pub async fn knows_device(reader: &mut dyn Reader, handle: &str, mark: &str) -> Stored<bool> {
    let Ok(handle) = Handle::parse(handle) else {
        return Ok(false);
    };
    let member = reader.member_by_skeleton(&handle.skeleton()).await?;
    // Hashed once more, so that the time tells nothing of the mark.
    let known = member.as_ref().and_then(device_mark);
    Ok(known.is_some_and(|known| hash(&known) == hash(mark)))
}
