use super::{ChangeNote, HostsWords, HousePage, HouseText, KeptPage};
use crate::{
    accounts::{About, AuditEntry},
    actor::Role,
    ids::AuditId,
    markdown,
    refusal::{Fault, Refusal},
    store::{Act, Reader, Stored, Unit},
};

/// What a page says until a host writes something else.
pub const fn default_text(page: HousePage) -> &'static str {
    match page {
        HousePage::Privacy => include_str!("privacy.md"),
        HousePage::Rules => include_str!("rules.md"),
        HousePage::Guide => include_str!("guide.md"),
    }
}

/// A page as it stands: what a host wrote, or what comes with Chorus. The
/// version of one that was never changed is 0.
pub async fn read(
    reader: &mut dyn Reader,
    page: HousePage,
) -> Stored<(HostsWords, Option<KeptPage>)> {
    let kept = reader.house_page(page).await?;
    let written = kept.as_ref().and_then(|kept| kept.words.clone());
    let words = written.unwrap_or_else(|| {
        let body = default_text(page).trim();
        HostsWords {
            body: body.to_owned(),
            html: markdown::render(body).into_string(),
        }
    });
    Ok((words, kept))
}

/// Changes what a page says; without a text it says again what comes with
/// Chorus. `seen` is the version that was read; none writes over any.
pub async fn revise(
    unit: &mut dyn Unit,
    act: Act<'_>,
    page: HousePage,
    text: Option<HouseText>,
    note: &ChangeNote,
    seen: Option<i64>,
) -> Result<(), Fault> {
    let by = act.actor.with_role(Role::Host)?.id;
    let version = unit.house_page(page).await?.map_or(0, |kept| kept.version);
    if seen.is_some_and(|seen| seen != version) {
        return Err(Refusal::Changed.into());
    }
    let words = text.map(|text| HostsWords {
        html: markdown::render(text.as_str()).into_string(),
        body: text.as_str().to_owned(),
    });
    let action = match words {
        Some(_) => "house.revise",
        None => "house.restore",
    };
    let kept = KeptPage {
        words,
        version: version + 1,
        changed_at: act.now,
    };
    unit.keep_house_page(page, &kept).await?;
    let note = note.as_str();
    unit.audit(&AuditEntry {
        id: AuditId::random(act.chance),
        at: act.now,
        by: Some(by),
        action: action.to_owned(),
        about: About::Other(page.name().to_owned()),
        reason: (!note.is_empty()).then(|| note.to_owned()),
    })
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_comes_with_words_that_could_be_saved() {
        for page in HousePage::ALL {
            let text = HouseText::parse(default_text(page)).expect("it fits");
            let html = markdown::render(text.as_str()).into_string();
            assert!(html.contains("<h2>"), "{page:?}");
            // A line break inside of a paragraph would show as one.
            assert!(!html.contains("<br"), "{page:?}");
            assert_eq!(page.name().parse(), Ok(page));
        }
        assert_eq!(
            "imprint".parse::<HousePage>(),
            Err(super::super::NoSuchPage)
        );
    }
}
