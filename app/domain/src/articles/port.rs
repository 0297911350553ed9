use super::Standing;
use crate::{
    actor::Author,
    clock::Timestamp,
    ids::{ArticleId, MemberId, PromptId, SeriesId},
    markdown,
    page::{Cursor, Page},
    store::Stored,
};
use async_trait::async_trait;

/// A series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub id: SeriesId,
    pub slug: String,
    pub title: String,
    /// Plain text; may be empty.
    pub summary: String,
    /// It stands on the first page. At most one does.
    pub current: bool,
    pub created_at: Timestamp,
}

impl Series {
    /// The address of its page.
    pub fn address(&self) -> String {
        format!("/series/{}", self.slug)
    }
}

/// An article as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub id: ArticleId,
    pub series: Series,
    pub slug: String,
    pub week: Option<u16>,
    pub title: String,
    /// Plain text; may be empty.
    pub summary: String,
    /// Markdown as it was typed.
    pub body: String,
    /// `body`, rendered and sanitised when it was written.
    pub html: String,
    pub published_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// No two versions of an article have the same.
    pub updated_at: Timestamp,
    /// Who wrote it here; nobody for one that was imported.
    pub editor: Author,
    /// Its key where it was imported from.
    pub source: Option<String>,
}

impl Article {
    /// The address of its page.
    pub fn address(&self) -> String {
        format!("/series/{}/{}", self.series.slug, self.slug)
    }

    /// How it stands at `now`.
    pub fn standing(&self, now: Timestamp) -> Standing {
        Standing::at(self.published_at, now)
    }

    /// What it is about: its summary, else its first words.
    pub fn lead(&self) -> String {
        lead(&self.summary, &self.body)
    }
}

/// An article in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleListed {
    pub id: ArticleId,
    pub series_slug: String,
    pub series_title: String,
    pub slug: String,
    pub week: Option<u16>,
    pub title: String,
    pub summary: String,
    /// The first 1,000 characters of the body.
    pub opening: String,
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

impl ArticleListed {
    /// The address of its page.
    pub fn address(&self) -> String {
        format!("/series/{}/{}", self.series_slug, self.slug)
    }

    /// What it is about: its summary, else its first words.
    pub fn lead(&self) -> String {
        lead(&self.summary, &self.opening)
    }
}

/// Characters of a body that stand in for a summary.
const LEAD: usize = 240;

fn lead(summary: &str, body: &str) -> String {
    if summary.is_empty() {
        markdown::excerpt(body, LEAD)
    } else {
        summary.to_owned()
    }
}

/// A question at the end of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    pub id: PromptId,
    pub article: ArticleId,
    /// From 1 on: the prompt stands at `#prompt-{position}`.
    pub position: u32,
    pub text: String,
}

/// A prompt to be kept; its position is its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptToPut {
    pub id: PromptId,
    pub text: String,
}

/// A series to be added.
#[derive(Debug, Clone)]
pub struct SeriesToInsert {
    pub id: SeriesId,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub created_at: Timestamp,
}

/// An article to be added.
#[derive(Debug, Clone)]
pub struct ArticleToInsert {
    pub id: ArticleId,
    pub series: SeriesId,
    /// Unique in the series.
    pub slug: String,
    pub week: Option<u16>,
    pub title: String,
    pub summary: String,
    pub body: String,
    pub html: String,
    pub published_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub editor: Option<MemberId>,
    /// Its key where it is imported from; unique.
    pub source: Option<String>,
    pub categories: Vec<String>,
    pub prompts: Vec<PromptToPut>,
}

/// What an article is to be from now on. Its editor, source and categories
/// stay.
#[derive(Debug, Clone)]
pub struct ArticleToUpdate {
    pub id: ArticleId,
    pub series: SeriesId,
    pub slug: String,
    pub week: Option<u16>,
    pub title: String,
    pub summary: String,
    pub body: String,
    pub html: String,
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub prompts: Vec<PromptToPut>,
}

/// Reads series and articles. Where a `now` is asked for, only what is
/// published then is seen; elsewhere drafts are seen too. `after` must be a
/// cursor that this store gave; any other begins at the start.
#[async_trait]
pub trait ArticleReads: Send {
    /// One series.
    async fn series(&mut self, id: SeriesId) -> Stored<Option<Series>>;

    /// The series at `/series/{slug}`.
    async fn series_by_slug(&mut self, slug: &str) -> Stored<Option<Series>>;

    /// The series with this title, whatever its case in ASCII.
    async fn series_by_title(&mut self, title: &str) -> Stored<Option<Series>>;

    /// The series on the first page.
    async fn current_series(&mut self) -> Stored<Option<Series>>;

    /// Every series, newest first, at most 500.
    async fn all_series(&mut self) -> Stored<Vec<Series>>;

    /// The series in which something is published, newest first, at most 500.
    async fn published_series(&mut self, now: Timestamp) -> Stored<Vec<Series>>;

    /// One article, whatever its standing.
    async fn article(&mut self, id: ArticleId) -> Stored<Option<Article>>;

    /// The article at `/series/{series}/{article}`, whatever its standing.
    async fn article_at(&mut self, series: &str, article: &str) -> Stored<Option<Article>>;

    /// The article that was imported under this key.
    async fn article_by_source(&mut self, source: &str) -> Stored<Option<Article>>;

    /// The article that has this slug in the series.
    async fn slug_holder(&mut self, series: SeriesId, slug: &str) -> Stored<Option<ArticleId>>;

    /// The newest published article of a series.
    async fn newest_article(&mut self, series: SeriesId, now: Timestamp)
    -> Stored<Option<Article>>;

    /// Published articles of a series, or of all, newest first.
    async fn published_articles(
        &mut self,
        series: Option<SeriesId>,
        now: Timestamp,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<ArticleListed>>;

    /// Published articles of a series in the order of reading, oldest first.
    async fn weeks(
        &mut self,
        series: SeriesId,
        now: Timestamp,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<ArticleListed>>;

    /// The published articles before and after this one in its series.
    async fn neighbours(
        &mut self,
        article: &Article,
        now: Timestamp,
    ) -> Stored<(Option<ArticleListed>, Option<ArticleListed>)>;

    /// All articles, the last changed first.
    async fn desk(&mut self, after: Option<&Cursor>, limit: u32) -> Stored<Page<ArticleListed>>;

    /// The prompts of an article, in order.
    async fn prompts(&mut self, article: ArticleId) -> Stored<Vec<Prompt>>;

    /// One prompt.
    async fn prompt(&mut self, id: PromptId) -> Stored<Option<Prompt>>;

    /// The categories of an article, by name.
    async fn categories(&mut self, article: ArticleId) -> Stored<Vec<String>>;

    /// Has anybody written a reflection or a comment under it?
    async fn is_answered(&mut self, article: ArticleId) -> Stored<bool>;
}

/// Writes series and articles.
#[async_trait]
pub trait ArticleWrites: Send {
    /// Adds a series. It is not current.
    async fn insert_series(&mut self, series: &SeriesToInsert) -> Stored<()>;

    /// Changes what a series is called and what is said of it.
    async fn update_series(&mut self, id: SeriesId, title: &str, summary: &str) -> Stored<()>;

    /// Puts a series on the first page, in place of another.
    async fn set_current_series(&mut self, id: SeriesId) -> Stored<()>;

    /// Adds an article with its prompts and categories.
    async fn insert_article(&mut self, article: &ArticleToInsert) -> Stored<()>;

    /// Changes an article. Prompts that are no longer listed go, unless
    /// somebody answered them: those stay, after the others.
    async fn update_article(&mut self, article: &ArticleToUpdate) -> Stored<()>;

    /// Takes an article out, with its prompts and categories. Nobody may have
    /// answered it.
    async fn delete_article(&mut self, id: ArticleId) -> Stored<()>;
}
