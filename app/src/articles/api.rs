use super::{ArticleView, DeskView, EditorView, SeriesPageView, SeriesView};
#[cfg(feature = "ssr")]
use super::{DeskLine, DeskSeries, EditorNote, PromptView, UnderArticle, WeekView};
use crate::{comments::ThreadQuery, error::AppError};
#[cfg(feature = "ssr")]
use crate::{
    comments::api::load_thread,
    ctx::{self, Form, Landing, Look},
    reflections::api::load_for_article,
};
#[cfg(feature = "ssr")]
use domain::{
    actor::Role,
    articles::{
        self, Article, ArticleBody, ArticleDraft, ArticleListed, ArticleSummary, ArticleTitle,
        MAX_WEEK, Publication, Series, SeriesSummary, SeriesTitle, Slug, Standing,
    },
    clock::Timestamp,
    drafts::Kept,
    ids::{ArticleId, SeriesId},
    markdown,
    page::Cursor,
    refusal::{Faults, Field, Reason, Refusal},
    rituals::{COMMON_ZONES, Moment},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the editor of an article sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ArticleForm {
    pub page: String,
    pub key: String,
    /// Empty for a new one.
    pub id: String,
    /// The version that was opened.
    pub seen: String,
    /// `on`: write over someone else's change.
    pub over: String,
    /// A title; a new one begins a series.
    pub series: String,
    pub slug: String,
    pub week: String,
    pub title: String,
    pub summary: String,
    pub body: String,
    /// One a line.
    pub prompts: String,
    /// `draft`, `now` or `later`.
    pub publication: String,
    /// For `later`: a local date and time.
    pub when: String,
    /// For `later`: its time zone.
    pub zone: String,
}

/// What deleting an article sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// What putting a series on the first page sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CurrentForm {
    pub page: String,
    pub key: String,
    pub id: String,
}

/// What changing a series sends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeriesForm {
    pub page: String,
    pub key: String,
    pub id: String,
    pub title: String,
    pub summary: String,
}

/// An article was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The address of its page.
    pub address: String,
}

/// Something on the desk was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskChanged;

/// How a body reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Sanitised.
    pub html: String,
}

/// The name of the form that writes an article.
pub fn editor_name(id: &str) -> String {
    format!("articles.{}", if id.is_empty() { "new" } else { id })
}

/// The name of the form that deletes an article.
pub fn delete_name(id: &str) -> String {
    format!("articles.delete.{id}")
}

/// The name of the form that puts a series on the first page.
pub fn current_name(id: &str) -> String {
    format!("articles.current.{id}")
}

/// The name of the form that changes a series.
pub fn series_name(id: &str) -> String {
    format!("articles.series.{id}")
}

/// Writes a new article or changes one.
#[server(prefix = "/api", endpoint = "/articles/write")]
pub async fn write_article(#[server(flatten)] form: ArticleForm) -> Result<Saved, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.with_role(Role::Editor)?;
            let draft = form.parse()?;
            let (unit, act) = work.parts();
            let article = if form.id.is_empty() {
                articles::write(unit, act, draft).await?
            } else {
                let id: ArticleId = form.id.parse().map_err(|_| Refusal::NotFound)?;
                articles::revise(unit, act, id, draft, form.seen()).await?
            };
            Ok(Saved {
                address: article.address(),
            })
        })
    })
    .await
}

/// Deletes an article that nobody can read.
#[server(prefix = "/api", endpoint = "/articles/delete")]
pub async fn delete_article(#[server(flatten)] form: DeleteForm) -> Result<DeskChanged, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: ArticleId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            articles::delete(unit, act, id).await?;
            Ok(DeskChanged)
        })
    })
    .await
}

/// Puts a series on the first page.
#[server(prefix = "/api", endpoint = "/articles/make-current")]
pub async fn make_series_current(
    #[server(flatten)] form: CurrentForm,
) -> Result<DeskChanged, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            let id: SeriesId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let (unit, act) = work.parts();
            articles::make_current(unit, act, id).await?;
            Ok(DeskChanged)
        })
    })
    .await
}

/// Changes what a series is called and what is said of it.
#[server(prefix = "/api", endpoint = "/articles/revise-series")]
pub async fn revise_series(#[server(flatten)] form: SeriesForm) -> Result<DeskChanged, AppError> {
    ctx::mutate(&form.clone(), move |work| {
        Box::pin(async move {
            work.actor.with_role(Role::Editor)?;
            let id: SeriesId = form.id.parse().map_err(|_| Refusal::NotFound)?;
            let mut faults = Faults::default();
            let title = faults.take(Field::Title, SeriesTitle::parse(&form.title));
            let summary = faults.take(Field::Summary, SeriesSummary::parse(&form.summary));
            let (title, summary) = faults.build(title.zip(summary))?;
            let (unit, act) = work.parts();
            articles::revise_series(unit, act, id, &title, &summary).await?;
            Ok(DeskChanged)
        })
    })
    .await
}

/// Shows how an article reads. Without script what was typed is kept and
/// stands in the form again, with the preview beside it.
#[server(prefix = "/api", endpoint = "/articles/preview", output = crate::wire::Json)]
pub async fn preview_article(#[server(flatten)] form: ArticleForm) -> Result<Preview, AppError> {
    let exchange = ctx::exchange();
    let shown = preview_of(&form, &*exchange).await;
    if exchange.is_plain_form() {
        match &shown {
            Ok(_) => ctx::turn_back(&form, "preview").await?,
            Err(error) => ctx::give_back(&form, &*exchange, error).await,
        }
    }
    shown
}

#[cfg(feature = "ssr")]
async fn preview_of(form: &ArticleForm, exchange: &dyn ctx::Exchange) -> Result<Preview, AppError> {
    let look = ctx::look().await?;
    look.actor.with_role(Role::Editor)?;
    ctx::keep_pace(exchange, "drafts.keep", &look.actor).await?;
    Ok(Preview {
        html: preview_html(&form.body),
    })
}

#[cfg(feature = "ssr")]
fn preview_html(body: &str) -> String {
    markdown::render(&domain::text::clean(body)).into_string()
}

/// The series in which something is published.
#[server(prefix = "/api", endpoint = "/articles/all-series", protocol = crate::wire::Reads)]
pub async fn read_all_series() -> Result<Vec<SeriesView>, AppError> {
    let mut look = ctx::look().await?;
    let all = look.reader.published_series(look.now).await?;
    Ok(all.iter().map(series_view).collect())
}

/// The weeks of a series.
#[server(prefix = "/api", endpoint = "/articles/weeks", protocol = crate::wire::Reads)]
pub async fn read_weeks(series: String, after: String) -> Result<SeriesPageView, AppError> {
    let mut look = ctx::look().await?;
    let series = look
        .reader
        .series_by_slug(&series)
        .await?
        .ok_or(Refusal::NotFound)?;
    let after = (!after.is_empty()).then_some(Cursor(after));
    let page = look
        .reader
        .weeks(series.id, look.now, after.as_ref(), articles::PAGE)
        .await?;
    // A series in which nothing can be read is not there yet.
    if page.items.is_empty() && !look.actor.has(Role::Editor) {
        return Err(Refusal::NotFound.into());
    }
    Ok(SeriesPageView {
        series: series_view(&series),
        weeks: page.items.iter().map(week_view).collect(),
        next: page.next.map(|next| next.0),
        continued: after.is_some(),
    })
}

/// An article with all that stands under it. Drafts are there for editors
/// only.
#[server(prefix = "/api", endpoint = "/articles/read", protocol = crate::wire::Reads)]
pub async fn read_article(
    series: String,
    article: String,
    query: ThreadQuery,
) -> Result<ArticleView, AppError> {
    let mut look = ctx::look().await?;
    let article = look
        .reader
        .article_at(&series, &article)
        .await?
        .ok_or(Refusal::NotFound)?;
    let standing = article.standing(look.now);
    let edits = look.actor.has(Role::Editor);
    if standing != Standing::Published && !edits {
        return Err(Refusal::NotFound.into());
    }
    let prompts = look.reader.prompts(article.id).await?;
    let categories = look.reader.categories(article.id).await?;
    let (before, after) = look.reader.neighbours(&article, look.now).await?;
    let under = if standing == Standing::Published {
        let ids: Vec<_> = prompts.iter().map(|prompt| prompt.id).collect();
        Some(UnderArticle {
            answers: load_for_article(&mut look, &ids, &query.kept).await?,
            thread: load_thread(&mut look, article.id.into(), true, query).await?,
        })
    } else {
        None
    };
    let note = edits.then(|| EditorNote {
        edit: format!("/editor/{}", article.id),
        standing,
        appears: (standing == Standing::Scheduled)
            .then_some(article.published_at)
            .flatten()
            .map(appearance),
    });
    Ok(ArticleView {
        series: series_view(&article.series),
        title: article.title.clone(),
        week: article.week,
        lead: article.lead(),
        html: article.html.clone(),
        by: article.editor.writer.map(|_| article.editor.byline()),
        day: article.published_at.map(Timestamp::day),
        categories,
        prompts: prompts
            .into_iter()
            .map(|prompt| PromptView {
                number: prompt.position,
                text: prompt.text,
            })
            .collect(),
        before: before.as_ref().map(week_view),
        after: after.as_ref().map(week_view),
        note,
        under,
    })
}

/// The desk: all articles and series, for editors.
#[server(prefix = "/api", endpoint = "/articles/desk", protocol = crate::wire::Reads)]
pub async fn read_desk(after: String, kept: String) -> Result<DeskView, AppError> {
    let mut look = ctx::look().await?;
    look.actor.with_role(Role::Editor)?;
    let after = (!after.is_empty()).then_some(Cursor(after));
    let page = look.reader.desk(after.as_ref(), articles::PAGE).await?;
    let series = look.reader.all_series().await?;
    let kept_text = match kept.starts_with("articles.") {
        true => look.kept(&kept).await?,
        false => None,
    };
    Ok(DeskView {
        articles: page
            .items
            .into_iter()
            .map(|article| DeskLine {
                edit: format!("/editor/{}", article.id),
                standing: Standing::at(article.published_at, look.now),
                title: article.title,
                series: article.series_title,
                week: article.week,
                day: article.published_at.map(Timestamp::day),
            })
            .collect(),
        next: page.next.map(|next| next.0),
        continued: after.is_some(),
        series: series
            .into_iter()
            .map(|series| DeskSeries {
                id: series.id.to_string(),
                address: series.address(),
                title: series.title,
                summary: series.summary,
                current: series.current,
            })
            .collect(),
        kept: kept_text.map(|text| (kept, text)),
    })
}

/// An article to be edited; an empty `id` opens a new one. What was typed and
/// not saved comes along, unless the saved text is asked for.
#[server(prefix = "/api", endpoint = "/articles/open", protocol = crate::wire::Reads)]
pub async fn open_article(id: String, saved: bool) -> Result<EditorView, AppError> {
    let mut look = ctx::look().await?;
    look.actor.with_role(Role::Editor)?;
    let mut editor = if id.is_empty() {
        new_article(&mut look).await?
    } else {
        let id: ArticleId = id.parse().map_err(|_| Refusal::NotFound)?;
        let article = look.reader.article(id).await?.ok_or(Refusal::NotFound)?;
        known_article(&mut look, article).await?
    };
    if !saved {
        editor.kept = look
            .kept(&editor_name(&editor.id))
            .await?
            .filter(Kept::has_words);
    }
    let body = match editor
        .kept
        .as_ref()
        .and_then(|kept| kept.fields.get("body"))
    {
        Some(body) => body,
        None => &editor.body,
    };
    editor.preview = preview_html(body);
    Ok(editor)
}

#[cfg(feature = "ssr")]
async fn new_article(look: &mut Look) -> Result<EditorView, AppError> {
    let series = look.reader.current_series().await?;
    let newest = match &series {
        Some(series) => look.reader.newest_article(series.id, look.now).await?,
        None => None,
    };
    let week = newest
        .and_then(|article| article.week)
        .map_or_else(String::new, |week| {
            week.saturating_add(1).min(MAX_WEEK).to_string()
        });
    Ok(EditorView {
        id: String::new(),
        seen: String::new(),
        address: String::new(),
        standing: Standing::Draft,
        series: series.map_or_else(String::new, |series| series.title),
        slug: String::new(),
        week,
        title: String::new(),
        summary: String::new(),
        body: String::new(),
        prompts: String::new(),
        when: String::new(),
        since: None,
        preview: String::new(),
        all_series: series_titles(look).await?,
        zones: zones(),
        deletable: false,
        kept: None,
    })
}

#[cfg(feature = "ssr")]
async fn known_article(look: &mut Look, article: Article) -> Result<EditorView, AppError> {
    let standing = article.standing(look.now);
    let prompts = look.reader.prompts(article.id).await?;
    let answered = look.reader.is_answered(article.id).await?;
    Ok(EditorView {
        id: article.id.to_string(),
        seen: article.updated_at.0.to_string(),
        address: article.address(),
        standing,
        when: match standing {
            Standing::Scheduled => article.published_at.map(utc).map(|at| at.wall()),
            _ => None,
        }
        .unwrap_or_default(),
        since: match standing {
            Standing::Published => article.published_at.map(Timestamp::day),
            _ => None,
        },
        series: article.series.title,
        slug: article.slug,
        week: article
            .week
            .map_or_else(String::new, |week| week.to_string()),
        title: article.title,
        summary: article.summary,
        body: article.body,
        prompts: prompts
            .into_iter()
            .map(|prompt| prompt.text)
            .collect::<Vec<_>>()
            .join("\n"),
        preview: String::new(),
        all_series: series_titles(look).await?,
        zones: zones(),
        deletable: standing != Standing::Published && !answered,
        kept: None,
    })
}

#[cfg(feature = "ssr")]
async fn series_titles(look: &mut Look) -> Result<Vec<String>, AppError> {
    Ok(look
        .reader
        .all_series()
        .await?
        .into_iter()
        .map(|series| series.title)
        .collect())
}

#[cfg(feature = "ssr")]
fn zones() -> Vec<String> {
    COMMON_ZONES.iter().map(|zone| (*zone).to_owned()).collect()
}

#[cfg(feature = "ssr")]
fn utc(at: Timestamp) -> Moment {
    Moment {
        at,
        zone: "UTC".to_owned(),
    }
}

#[cfg(feature = "ssr")]
fn appearance(at: Timestamp) -> String {
    utc(at).text()
}

#[cfg(feature = "ssr")]
fn series_view(series: &Series) -> SeriesView {
    SeriesView {
        address: series.address(),
        title: series.title.clone(),
        summary: series.summary.clone(),
        current: series.current,
    }
}

/// An article for a list.
#[cfg(feature = "ssr")]
pub fn week_view(article: &ArticleListed) -> WeekView {
    WeekView {
        address: article.address(),
        title: article.title.clone(),
        week: article.week,
        lead: article.lead(),
        day: article.published_at.map(Timestamp::day),
    }
}

#[cfg(feature = "ssr")]
impl ArticleForm {
    fn parse(&self) -> Result<ArticleDraft, Refusal> {
        let mut faults = Faults::default();
        let series = faults.take(Field::Series, SeriesTitle::parse(&self.series));
        let title = faults.take(Field::Title, ArticleTitle::parse(&self.title));
        let slug = match self.slug.trim() {
            "" => Some(None),
            slug => faults.take(Field::Slug, Slug::parse(slug)).map(Some),
        };
        let week = faults.take(Field::Week, week_of(&self.week));
        let summary = faults.take(Field::Summary, ArticleSummary::parse(&self.summary));
        let body = faults.take(Field::Body, ArticleBody::parse(&self.body));
        let prompts = faults.take(Field::Prompts, articles::read_prompts(&self.prompts));
        let publication = match self.publication.as_str() {
            "draft" => Some(Publication::Draft),
            "now" => Some(Publication::Now),
            "later" => match articles::moment(&self.when, &self.zone) {
                Ok(at) => Some(Publication::At(at)),
                Err((field, reason)) => faults.take(field, Err(reason)),
            },
            _ => faults.take(Field::When, Err(Reason::NotAChoice)),
        };
        let draft = (|| {
            Some(ArticleDraft {
                series: series?,
                slug: slug?,
                week: week?,
                title: title?,
                summary: summary?,
                body: body?,
                prompts: prompts?,
                publication: publication?,
            })
        })();
        faults.build(draft)
    }

    /// The version that the editor began from; none if it is to be written
    /// over. One that cannot be read is no version of any article.
    fn seen(&self) -> Option<Timestamp> {
        (self.over != "on").then(|| Timestamp(self.seen.parse().unwrap_or(i64::MIN)))
    }
}

#[cfg(feature = "ssr")]
fn week_of(text: &str) -> Result<Option<u16>, Reason> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse()
            .ok()
            .filter(|week| (1..=MAX_WEEK).contains(week))
            .map(Some)
            .ok_or(Reason::NotAWeek { max: MAX_WEEK }),
    }
}

#[cfg(feature = "ssr")]
impl Form for ArticleForm {
    const VERB: &'static str = "articles.write";

    fn form_name(&self) -> String {
        editor_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for DeleteForm {
    const VERB: &'static str = "articles.delete";

    fn form_name(&self) -> String {
        delete_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for CurrentForm {
    const VERB: &'static str = "articles.make-current";

    fn form_name(&self) -> String {
        current_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Form for SeriesForm {
    const VERB: &'static str = "articles.revise-series";

    fn form_name(&self) -> String {
        series_name(&self.id)
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(feature = "ssr")]
impl Landing for Saved {
    fn landing(&self) -> String {
        self.address.clone()
    }
}

#[cfg(feature = "ssr")]
impl Landing for DeskChanged {
    fn landing(&self) -> String {
        "/editor".to_owned()
    }
}
