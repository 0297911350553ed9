use super::{
    Article, ArticleBody, ArticleSummary, ArticleTitle, ArticleToInsert, ArticleToUpdate,
    MAX_PROMPTS, Prompt, PromptText, PromptToPut, Publication, Series, SeriesSummary, SeriesTitle,
    SeriesToInsert, Slug, Standing,
};
use crate::{
    actor::{ActingMember, Role},
    clock::Timestamp,
    ids::{ArticleId, Chance, PromptId, SeriesId},
    markdown,
    refusal::{Fault, Field, Reason, Refusal},
    store::{Act, Stored, Unit},
};

/// What an editor wants an article to be.
#[derive(Debug, Clone)]
pub struct ArticleDraft {
    /// The title of a series; a new one is begun where there is none.
    pub series: SeriesTitle,
    /// Made from the title where there is none.
    pub slug: Option<Slug>,
    pub week: Option<u16>,
    pub title: ArticleTitle,
    pub summary: ArticleSummary,
    pub body: ArticleBody,
    pub prompts: Vec<PromptText>,
    pub publication: Publication,
}

/// Reads prompts, one a line. Blank lines are left out.
pub fn read_prompts(text: &str) -> Result<Vec<PromptText>, Reason> {
    let prompts = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(PromptText::parse)
        .collect::<Result<Vec<_>, _>>()?;
    if prompts.len() > MAX_PROMPTS {
        return Err(Reason::TooMany { max: MAX_PROMPTS });
    }
    Ok(prompts)
}

/// The prompts for these lines. One whose line stayed keeps its identity, and
/// so does one whose line was changed where it stood: answers stay with it.
pub fn prompts_of_lines(
    lines: &[impl AsRef<str>],
    before: &[Prompt],
    chance: &dyn Chance,
) -> Vec<PromptToPut> {
    let mut ids: Vec<Option<PromptId>> = vec![None; lines.len()];
    let mut free: Vec<&Prompt> = before.iter().collect();
    for (id, line) in ids.iter_mut().zip(lines) {
        if let Some(at) = free.iter().position(|prompt| prompt.text == line.as_ref()) {
            *id = Some(free.remove(at).id);
        }
    }
    for (index, id) in ids.iter_mut().enumerate().filter(|(_, id)| id.is_none()) {
        let here = |prompt: &&Prompt| prompt.position as usize == index + 1;
        if let Some(at) = free.iter().position(here) {
            *id = Some(free.remove(at).id);
        }
    }
    ids.into_iter()
        .zip(lines)
        .map(|(id, line)| PromptToPut {
            id: id.unwrap_or_else(|| PromptId::random(chance)),
            text: line.as_ref().to_owned(),
        })
        .collect()
}

fn editor<'a>(act: &Act<'a>) -> Result<&'a ActingMember, Refusal> {
    act.actor.with_role(Role::Editor)
}

/// Adds an article.
pub async fn write(
    unit: &mut dyn Unit,
    act: Act<'_>,
    draft: ArticleDraft,
) -> Result<Article, Fault> {
    let editor = editor(&act)?.id;
    let published_at = moment_of(&draft, None, act.now)?;
    let series = series_named(unit, act, &draft.series).await?;
    let id = ArticleId::random(act.chance);
    let slug = slug_for(unit, &series, &draft, id).await?;
    let html = markdown::render(draft.body.as_str()).into_string();
    unit.insert_article(&ArticleToInsert {
        id,
        series: series.id,
        slug: slug.as_str().to_owned(),
        week: draft.week,
        title: draft.title.as_str().to_owned(),
        summary: draft.summary.as_str().to_owned(),
        body: draft.body.as_str().to_owned(),
        html,
        published_at,
        created_at: act.now,
        updated_at: act.now,
        editor: Some(editor),
        source: None,
        categories: Vec::new(),
        prompts: prompts_of_lines(&lines(&draft), &[], act.chance),
    })
    .await?;
    unit.article(id).await?.ok_or(Refusal::NotFound.into())
}

/// Changes an article. `seen` is the version that the editor began from:
/// someone else's change meanwhile refuses this one. None writes over it.
pub async fn revise(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: ArticleId,
    draft: ArticleDraft,
    seen: Option<Timestamp>,
) -> Result<Article, Fault> {
    editor(&act)?;
    let article = unit.article(id).await?.ok_or(Refusal::NotFound)?;
    if seen.is_some_and(|seen| seen != article.updated_at) {
        return Err(Refusal::Changed.into());
    }
    let published_at = moment_of(&draft, article.published_at, act.now)?;
    let series = series_named(unit, act, &draft.series).await?;
    let slug = slug_for(unit, &series, &draft, id).await?;
    let html = markdown::render(draft.body.as_str()).into_string();
    let before = unit.prompts(id).await?;
    unit.update_article(&ArticleToUpdate {
        id,
        series: series.id,
        slug: slug.as_str().to_owned(),
        week: draft.week,
        title: draft.title.as_str().to_owned(),
        summary: draft.summary.as_str().to_owned(),
        body: draft.body.as_str().to_owned(),
        html,
        published_at,
        updated_at: act.now.max(article.updated_at.plus(1)),
        prompts: prompts_of_lines(&lines(&draft), &before, act.chance),
    })
    .await?;
    unit.article(id).await?.ok_or(Refusal::NotFound.into())
}

/// Deletes an article that nobody can read and nobody has answered. Doing it
/// again is no fault.
pub async fn delete(unit: &mut dyn Unit, act: Act<'_>, id: ArticleId) -> Result<(), Fault> {
    editor(&act)?;
    let Some(article) = unit.article(id).await? else {
        return Ok(());
    };
    if article.standing(act.now) == Standing::Published || unit.is_answered(id).await? {
        return Err(Refusal::Answered.into());
    }
    Ok(unit.delete_article(id).await?)
}

/// Puts a series on the first page.
pub async fn make_current(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: SeriesId,
) -> Result<Series, Fault> {
    editor(&act)?;
    unit.series(id).await?.ok_or(Refusal::NotFound)?;
    unit.set_current_series(id).await?;
    unit.series(id).await?.ok_or(Refusal::NotFound.into())
}

/// Changes what a series is called and what is said of it. Its address stays.
pub async fn revise_series(
    unit: &mut dyn Unit,
    act: Act<'_>,
    id: SeriesId,
    title: &SeriesTitle,
    summary: &SeriesSummary,
) -> Result<Series, Fault> {
    editor(&act)?;
    unit.series(id).await?.ok_or(Refusal::NotFound)?;
    if unit
        .series_by_title(title.as_str())
        .await?
        .is_some_and(|other| other.id != id)
    {
        return Err(Refusal::field(Field::Title, Reason::SlugTaken).into());
    }
    unit.update_series(id, title.as_str(), summary.as_str())
        .await?;
    unit.series(id).await?.ok_or(Refusal::NotFound.into())
}

/// The series with this title. Where there is none it is begun; the first of
/// the house stands on the first page.
pub async fn series_named(
    unit: &mut dyn Unit,
    act: Act<'_>,
    title: &SeriesTitle,
) -> Stored<Series> {
    if let Some(series) = unit.series_by_title(title.as_str()).await? {
        return Ok(series);
    }
    let id = SeriesId::random(act.chance);
    let slug = free_series_slug(unit, title.as_str(), id).await?;
    let first = unit.current_series().await?.is_none();
    unit.insert_series(&SeriesToInsert {
        id,
        slug: slug.as_str().to_owned(),
        title: title.as_str().to_owned(),
        summary: String::new(),
        created_at: act.now,
    })
    .await?;
    if first {
        unit.set_current_series(id).await?;
    }
    Ok(Series {
        id,
        slug: slug.as_str().to_owned(),
        title: title.as_str().to_owned(),
        summary: String::new(),
        current: first,
        created_at: act.now,
    })
}

/// A slug for a series of this title that no other has.
pub async fn free_series_slug(unit: &mut dyn Unit, title: &str, id: SeriesId) -> Stored<Slug> {
    let wanted = Slug::from_title(title).unwrap_or_else(|| Slug::nameless("series", id.uuid()));
    let mut slug = wanted.clone();
    let mut number = 2;
    while unit.series_by_slug(slug.as_str()).await?.is_some() {
        slug = wanted.numbered(number);
        number += 1;
    }
    Ok(slug)
}

/// The slug that was chosen if it is free, else one made from the title.
async fn slug_for(
    unit: &mut dyn Unit,
    series: &Series,
    draft: &ArticleDraft,
    id: ArticleId,
) -> Result<Slug, Fault> {
    let is_free = |holder: Option<ArticleId>| holder.is_none_or(|holder| holder == id);
    if let Some(slug) = &draft.slug {
        return if is_free(unit.slug_holder(series.id, slug.as_str()).await?) {
            Ok(slug.clone())
        } else {
            Err(Refusal::field(Field::Slug, Reason::SlugTaken).into())
        };
    }
    let wanted = Slug::from_title(draft.title.as_str())
        .unwrap_or_else(|| Slug::nameless("article", id.uuid()));
    let mut slug = wanted.clone();
    let mut number = 2;
    while !is_free(unit.slug_holder(series.id, slug.as_str()).await?) {
        slug = wanted.numbered(number);
        number += 1;
    }
    Ok(slug)
}

fn lines(draft: &ArticleDraft) -> Vec<&str> {
    draft.prompts.iter().map(PromptText::as_str).collect()
}

/// When it appears. What appears must say something.
fn moment_of(
    draft: &ArticleDraft,
    before: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Refusal> {
    let moment = draft.publication.moment(before, now)?;
    if moment.is_some() && draft.body.as_str().is_empty() {
        return Err(Refusal::field(Field::Body, Reason::Empty));
    }
    Ok(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};
    use uuid::Uuid;

    struct Counting(AtomicU8);

    impl Chance for Counting {
        fn bytes(&self) -> [u8; 16] {
            [self.0.fetch_add(1, Ordering::Relaxed); 16]
        }
    }

    fn prompt(id: u128, position: u32, text: &str) -> Prompt {
        Prompt {
            id: PromptId::from_uuid(Uuid::from_u128(id)),
            article: ArticleId::from_uuid(Uuid::from_u128(1)),
            position,
            text: text.into(),
        }
    }

    #[test]
    fn prompts_are_read_line_by_line() {
        let prompts = read_prompts("One?\n\n  Two?  \r\n").expect("prompts");
        assert_eq!(prompts.len(), 2);
        assert_eq!(prompts[1].as_str(), "Two?");
        assert_eq!(
            read_prompts(&"a?\n".repeat(13)),
            Err(Reason::TooMany { max: 12 })
        );
        assert!(matches!(
            read_prompts(&"a".repeat(401)),
            Err(Reason::TooLong { .. })
        ));
    }

    #[test]
    fn answers_stay_with_their_prompt() {
        let before = [
            prompt(1, 1, "One?"),
            prompt(2, 2, "Two?"),
            prompt(3, 3, "Three?"),
        ];
        let chance = Counting(AtomicU8::new(200));
        // The third moved up, the second was mended where it stood.
        let after = prompts_of_lines(&["Three?", "Two, really?", "Four?"], &before, &chance);
        assert_eq!(after[0].id, before[2].id);
        assert_eq!(after[1].id, before[1].id);
        assert!(before.iter().all(|prompt| prompt.id != after[2].id));
    }

    #[test]
    fn the_same_question_twice_is_two_prompts() {
        let chance = Counting(AtomicU8::new(200));
        let after = prompts_of_lines(&["One?", "One?"], &[prompt(1, 1, "One?")], &chance);
        assert_ne!(after[0].id, after[1].id);
    }
}
