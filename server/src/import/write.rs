//! Brings what was read into a unit of work.

use super::{
    ImportOptions, file,
    summary::{Count, Fate, Summary},
    thread::{Kind, Threads},
};
use domain::{
    accounts::{About, AuditEntry},
    actor::{Actor, Role},
    articles::{
        ArticleSummary, ArticleTitle, ArticleToInsert, PromptText, PromptToPut, Series,
        SeriesTitle, Slug, series_named,
    },
    clock::Timestamp,
    ids::{ArticleId, AuditId, Chance, GuestId, PromptId},
    markdown,
    refusal::Reason,
    store::{Act, Stored, Unit},
    text,
};
use std::collections::BTreeSet;
use wordpress::{Article, Export, Status};

/// Brings in everything that is not here yet, without committing.
pub(super) async fn bring_in(
    unit: &mut dyn Unit,
    export: &Export,
    import: &ImportOptions,
    now: Timestamp,
    chance: &dyn Chance,
) -> Stored<Summary> {
    let series = series(unit, &import.series, now, chance).await?;
    let editor = match unit.first_with_role(Role::Editor).await? {
        Some(editor) => Some(editor),
        None => unit.first_with_role(Role::Host).await?,
    };
    let mut work = Work {
        series: &series,
        chance,
        threads: Threads::new(now, chance, editor),
        summary: Summary::new(&export.skipped, import.pages),
        new_categories: BTreeSet::new(),
        known_categories: BTreeSet::new(),
    };
    let pages: &[Article] = if import.pages { &export.pages } else { &[] };
    let bar = file::articles_bar(export.articles.len() + pages.len());
    for (kind, articles) in [(Kind::Article, &export.articles[..]), (Kind::Page, pages)] {
        for article in articles {
            work.bring_in(unit, article, kind).await?;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let summary = work.finish();
    if summary.is_new() {
        unit.audit(&AuditEntry {
            id: AuditId::random(chance),
            at: now,
            by: None,
            action: "articles.import".to_owned(),
            about: About::Other(series.id.to_string()),
            reason: None,
        })
        .await?;
    }
    Ok(summary)
}

/// The series of that name, or of the address that the name makes; else a new
/// one.
async fn series(
    unit: &mut dyn Unit,
    title: &SeriesTitle,
    now: Timestamp,
    chance: &dyn Chance,
) -> Stored<Series> {
    if unit.series_by_title(title.as_str()).await?.is_none()
        && let Some(slug) = Slug::from_title(title.as_str())
        && let Some(series) = unit.series_by_slug(slug.as_str()).await?
    {
        return Ok(series);
    }
    // The command line has no account.
    let actor = Actor::Guest(GuestId::random(chance));
    series_named(
        unit,
        Act {
            actor: &actor,
            now,
            chance,
        },
        title,
    )
    .await
}

/// One run under way.
struct Work<'a> {
    series: &'a Series,
    chance: &'a dyn Chance,
    threads: Threads<'a>,
    summary: Summary,
    new_categories: BTreeSet<String>,
    known_categories: BTreeSet<String>,
}

impl Work<'_> {
    async fn bring_in(&mut self, unit: &mut dyn Unit, article: &Article, kind: Kind) -> Stored<()> {
        let (id, fate) = match unit.article_by_source(article.source_id.as_str()).await? {
            Some(kept) => (kept.id, Fate::AlreadyHere),
            None => (self.insert(unit, article).await?, Fate::Imported),
        };
        let count = match kind {
            Kind::Article => self.summary.of(article.status),
            Kind::Page => &mut self.summary.pages,
        };
        count.add(fate, 1);
        self.summary
            .prompts
            .add(fate, prompts(article).count() as u64);
        match fate {
            Fate::Imported => self.new_categories.extend(categories(article)),
            Fate::AlreadyHere => self.known_categories.extend(categories(article)),
        }
        self.threads
            .bring_in(unit, id, kind, &article.comments, &mut self.summary)
            .await
    }

    async fn insert(&self, unit: &mut dyn Unit, article: &Article) -> Stored<ArticleId> {
        let id = ArticleId::random(self.chance);
        let slug = self.free_slug(unit, article).await?;
        let body = text::clean(&article.markdown);
        unit.insert_article(&ArticleToInsert {
            id,
            series: self.series.id,
            slug: slug.as_str().to_owned(),
            week: None,
            title: title(&article.title),
            summary: summary(article),
            html: markdown::render(&body).into_string(),
            body,
            published_at: match article.status {
                Status::Published { at } | Status::Scheduled { at } => Some(Timestamp(at)),
                Status::Draft | Status::Protected => None,
            },
            created_at: Timestamp(article.created_at),
            updated_at: Timestamp(article.modified_at),
            editor: None,
            source: Some(article.source_id.as_str().to_owned()),
            categories: categories(article).collect(),
            prompts: prompts(article)
                .map(|text| PromptToPut {
                    id: PromptId::random(self.chance),
                    text,
                })
                .collect(),
        })
        .await?;
        Ok(id)
    }

    /// The article's own slug, or the same with a number if another article of
    /// the series has it.
    async fn free_slug(&self, unit: &mut dyn Unit, article: &Article) -> Stored<Slug> {
        let wanted = Slug::parse(&article.slug)
            .ok()
            .or_else(|| Slug::from_title(&article.title))
            .or_else(|| Slug::from_title("article"));
        let Some(wanted) = wanted else {
            unreachable!("a word makes a slug")
        };
        let mut slug = wanted.clone();
        let mut number = 2;
        while unit
            .slug_holder(self.series.id, slug.as_str())
            .await?
            .is_some()
        {
            slug = wanted.numbered(number);
            number += 1;
        }
        Ok(slug)
    }

    fn finish(mut self) -> Summary {
        self.summary.categories = Count {
            imported: self.new_categories.len() as u64,
            already_here: self
                .known_categories
                .difference(&self.new_categories)
                .count() as u64,
            skipped: 0,
        };
        self.summary
    }
}

fn title(raw: &str) -> String {
    match ArticleTitle::parse(raw) {
        Ok(title) => title.as_str().to_owned(),
        Err(Reason::TooLong { .. }) => shortened(&text::clean(raw), ArticleTitle::MAX),
        Err(_) => "Untitled".to_owned(),
    }
}

fn summary(article: &Article) -> String {
    let raw = text::clean(article.summary.as_deref().unwrap_or_default());
    shortened(&raw, ArticleSummary::MAX)
}

/// However many there are: none is lost.
fn prompts(article: &Article) -> impl Iterator<Item = String> {
    article
        .prompts
        .iter()
        .filter_map(|raw| match PromptText::parse(raw) {
            Ok(prompt) => Some(prompt.as_str().to_owned()),
            Err(Reason::TooLong { .. }) => Some(shortened(&text::clean(raw), PromptText::MAX)),
            Err(_) => None,
        })
}

fn categories(article: &Article) -> impl Iterator<Item = String> {
    article
        .categories
        .iter()
        .map(|name| text::clean(name))
        .filter(|name| !name.is_empty())
}

/// At most `max` characters. What is cut ends at a word if it can, and shows
/// that there was more.
fn shortened(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    let head: String = text.chars().take(max.saturating_sub(1)).collect();
    let head = head
        .rsplit_once(' ')
        .map_or(head.as_str(), |(head, _)| head);
    format!("{}…", head.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_for_its_place_ends_at_a_word() {
        assert_eq!(shortened("one two three", 13), "one two three");
        assert_eq!(shortened("one two three", 12), "one two…");
        assert_eq!(shortened("onetwothree", 5), "onet…");
        let long = title(&"čaj ".repeat(200));
        assert!(long.chars().count() <= ArticleTitle::MAX, "{long}");
        assert!(long.ends_with("čaj…"), "{long}");
    }

    #[test]
    fn a_title_that_shows_nothing_is_untitled() {
        assert_eq!(title("\u{3164}"), "Untitled");
    }
}
