use crate::error::AppError;
use leptos::prelude::*;

/// Keeps what a member has typed so far. `fields` is the form, URL-encoded.
/// A guest's draft stays in the tab and is not sent.
#[server(prefix = "/api", endpoint = "/drafts/keep", output = crate::wire::Json)]
pub async fn keep_draft(form: String, fields: String) -> Result<(), AppError> {
    use crate::ctx;
    use domain::{
        drafts::{Fields, FormName, Kept, MAX_BYTES, NEVER_KEPT},
        refusal::Refusal,
    };
    let house = ctx::house();
    let look = ctx::look().await?;
    let member = look.actor.signed_in()?.id;
    drop(look.reader);
    ctx::keep_pace(&*ctx::exchange(), "drafts.keep", &look.actor).await?;
    let name = FormName::parse(&form).ok_or(Refusal::NotFound)?;
    if fields.len() > MAX_BYTES {
        return Err(AppError::TooLarge);
    }
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(&fields).map_err(|_| AppError::Unreadable)?;
    let page = pairs
        .iter()
        .find(|(name, _)| name == Kept::PAGE)
        .map(|(_, page)| ctx::local(page));
    let mut fields: Fields = pairs
        .into_iter()
        .filter(|(name, value)| !NEVER_KEPT.contains(&name.as_str()) && !value.is_empty())
        .take(40)
        .collect();
    if let Some(page) = page {
        fields.insert(Kept::PAGE.to_owned(), page);
    }
    let mut unit = house.store.begin().await?;
    let owner = domain::actor::Writer::Member(member);
    unit.keep_draft(
        owner,
        &name,
        &Kept {
            fields,
            refusal: None,
        },
        look.now,
    )
    .await?;
    Ok(unit.commit().await?)
}
