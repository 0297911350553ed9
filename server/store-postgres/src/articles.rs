use crate::{
    Work,
    keyset::{asked, columns, page},
    row::{first, flag, get, number, number_maybe, parsed, parsed_maybe, time, time_maybe},
    work::{Hold, Statement, kept},
};
use async_trait::async_trait;
use domain::{
    actor::{Author, Writer},
    articles::{
        Article, ArticleListed, ArticleReads, ArticleToInsert, ArticleToUpdate, ArticleWrites,
        Prompt, PromptToPut, Series, SeriesToInsert,
    },
    clock::Timestamp,
    ids::{ArticleId, MemberId, PromptId, SeriesId},
    page::{Cursor, Mark, Page},
    store::Stored,
};
use sqlx::{Postgres, QueryBuilder, postgres::PgRow};

const SERIES: &str = "SELECT s.id, s.slug, s.title, s.summary, s.current, s.created_at \
     FROM series s ";

const ARTICLE: &str = "SELECT a.id, a.series_id, a.slug, a.week, a.title, a.summary, a.body, \
     a.html, a.published_at, a.created_at, a.updated_at, a.editor_id, a.source, \
     s.slug AS series_slug, s.title AS series_title, s.summary AS series_summary, \
     s.current AS series_current, s.created_at AS series_created_at, m.handle \
     FROM articles a JOIN series s ON s.id = a.series_id \
     LEFT JOIN members m ON m.id = a.editor_id ";

const LISTED: &str = "SELECT a.id, a.slug, a.week, a.title, a.summary, \
     substr(a.body, 1, 1000) AS opening, a.published_at, a.updated_at, \
     s.slug AS series_slug, s.title AS series_title \
     FROM articles a JOIN series s ON s.id = a.series_id ";

const PROMPT: &str = "SELECT p.id, p.article_id, p.position, p.text FROM prompts p ";

/// Whoever gives out the names of series and articles, or chooses the current
/// series, does it in turn.
const NAMES: &str = "the names of series and articles";

fn series(row: &PgRow) -> Stored<Series> {
    Ok(Series {
        id: parsed(row, "id")?,
        slug: get(row, "slug")?,
        title: get(row, "title")?,
        summary: get(row, "summary")?,
        current: flag(row, "current")?,
        created_at: time(row, "created_at")?,
    })
}

fn article(row: &PgRow) -> Stored<Article> {
    let editor: Option<MemberId> = parsed_maybe(row, "editor_id")?;
    Ok(Article {
        id: parsed(row, "id")?,
        series: Series {
            id: parsed(row, "series_id")?,
            slug: get(row, "series_slug")?,
            title: get(row, "series_title")?,
            summary: get(row, "series_summary")?,
            current: flag(row, "series_current")?,
            created_at: time(row, "series_created_at")?,
        },
        slug: get(row, "slug")?,
        week: number_maybe(row, "week")?,
        title: get(row, "title")?,
        summary: get(row, "summary")?,
        body: get(row, "body")?,
        html: get(row, "html")?,
        published_at: time_maybe(row, "published_at")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        editor: Author {
            writer: editor.map(Writer::Member),
            name: get(row, "handle")?,
            anonymous: false,
        },
        source: get(row, "source")?,
    })
}

fn listed(row: &PgRow) -> Stored<ArticleListed> {
    Ok(ArticleListed {
        id: parsed(row, "id")?,
        series_slug: get(row, "series_slug")?,
        series_title: get(row, "series_title")?,
        slug: get(row, "slug")?,
        week: number_maybe(row, "week")?,
        title: get(row, "title")?,
        summary: get(row, "summary")?,
        opening: get(row, "opening")?,
        published_at: time_maybe(row, "published_at")?,
        updated_at: time(row, "updated_at")?,
    })
}

fn prompt(row: &PgRow) -> Stored<Prompt> {
    Ok(Prompt {
        id: parsed(row, "id")?,
        article: parsed(row, "article_id")?,
        position: number(row, "position")?,
        text: get(row, "text")?,
    })
}

/// Which articles of a list come first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Newest,
    Oldest,
    LastChanged,
}

impl Order {
    const fn column(self) -> &'static str {
        match self {
            Self::Newest | Self::Oldest => "published_at",
            Self::LastChanged => "updated_at",
        }
    }

    const fn beyond(self) -> &'static str {
        match self {
            Self::Oldest => ">",
            _ => "<",
        }
    }

    const fn way(self) -> &'static str {
        match self {
            Self::Oldest => "ASC",
            _ => "DESC",
        }
    }
}

fn series_where(condition: &str) -> Statement<'static> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{SERIES} WHERE {condition}")))
}

fn article_where(condition: &str) -> Statement<'static> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{ARTICLE} WHERE {condition}")))
}

fn prompts_where(condition: &str) -> Statement<'static> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{PROMPT} WHERE {condition}")))
}

impl Work {
    /// A page of a list of articles: of one series or all, what is published
    /// by `by` or all.
    async fn list(
        &mut self,
        series: Option<SeriesId>,
        by: Option<Timestamp>,
        order: Order,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<ArticleListed>> {
        let mark = after
            .and_then(|after| Mark::read(after).ok())
            .filter(|mark| by.is_none_or(|by| mark.at <= by));
        let (column, way) = (order.column(), order.way());
        let mut query = QueryBuilder::<Postgres>::new(LISTED);
        query.push(" WHERE TRUE");
        if let Some(series) = series {
            query
                .push(" AND a.series_id = ")
                .push_bind(series.to_string());
        }
        // What is older than the mark is published: the mark alone bounds it,
        // and the index leads straight there.
        if let Some(by) = by.filter(|_| mark.is_none() || order == Order::Oldest) {
            query.push(" AND a.published_at <= ").push_bind(by.0);
        }
        if let Some((at, id)) = mark.map(columns) {
            query.push(format!(" AND (a.{column}, a.id) {} (", order.beyond()));
            query.push_bind(at).push(", ").push_bind(id).push(")");
        }
        query.push(format!(" ORDER BY a.{column} {way}, a.id {way} LIMIT "));
        query.push_bind(asked(limit));
        let rows = self.rows(query.build()).await?;
        page(&rows, limit, column, listed)
    }

    async fn one_series(&mut self, condition: &str, value: &str) -> Stored<Option<Series>> {
        self.take_turn(NAMES).await?;
        let statement = series_where(condition).bind(kept(value));
        self.one(statement, series).await
    }

    async fn one_article(&mut self, column: &str, value: &str) -> Stored<Option<Article>> {
        self.hold("articles", column, value, Hold::Changing).await?;
        let statement = article_where(&format!("a.{column} = $1")).bind(kept(value));
        self.one(statement, article).await
    }

    async fn put_prompts(&mut self, article: ArticleId, prompts: &[PromptToPut]) -> Stored<()> {
        for (position, prompt) in (1_i64..).zip(prompts) {
            let statement = sqlx::query(
                "INSERT INTO prompts (id, article_id, position, text) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (id) DO UPDATE SET position = excluded.position, text = excluded.text",
            )
            .bind(prompt.id.to_string())
            .bind(article.to_string())
            .bind(position)
            .bind(kept(&prompt.text));
            self.run(statement).await?;
        }
        Ok(())
    }

    /// Takes out prompts that are not among `kept`. Those that somebody
    /// answered stay, after the others.
    async fn drop_prompts(&mut self, article: ArticleId, kept: &[PromptToPut]) -> Stored<()> {
        let mut position = i64::try_from(kept.len()).unwrap_or(i64::MAX);
        for prompt in self.prompts(article).await? {
            if kept.iter().any(|kept| kept.id == prompt.id) {
                continue;
            }
            let id = prompt.id.to_string();
            // Waits for whoever is answering it.
            self.hold("prompts", "id", &id, Hold::Removing).await?;
            let statement =
                sqlx::query("SELECT EXISTS (SELECT 1 FROM reflections WHERE prompt_id = $1)");
            let answered: bool = self.sole(statement.bind(&id), first).await?;
            let statement = if answered {
                position = position.saturating_add(1);
                sqlx::query("UPDATE prompts SET position = $1 WHERE id = $2").bind(position)
            } else {
                sqlx::query("DELETE FROM prompts WHERE id = $1")
            };
            self.run(statement.bind(&id)).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl ArticleReads for Work {
    async fn series(&mut self, id: SeriesId) -> Stored<Option<Series>> {
        self.one_series("s.id = $1", &id.to_string()).await
    }

    async fn series_by_slug(&mut self, slug: &str) -> Stored<Option<Series>> {
        self.one_series("s.slug = $1", slug).await
    }

    async fn series_by_title(&mut self, title: &str) -> Stored<Option<Series>> {
        let condition = "lower(s.title) = lower($1 COLLATE \"C\") \
             ORDER BY s.created_at, s.id LIMIT 1";
        self.one_series(condition, title).await
    }

    async fn current_series(&mut self) -> Stored<Option<Series>> {
        self.take_turn(NAMES).await?;
        self.one(series_where("s.current = 1"), series).await
    }

    async fn all_series(&mut self) -> Stored<Vec<Series>> {
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SERIES} ORDER BY s.created_at DESC, s.id DESC LIMIT 500"
        )));
        self.many(statement, series).await
    }

    async fn published_series(&mut self, now: Timestamp) -> Stored<Vec<Series>> {
        let statement = series_where(
            "EXISTS (SELECT 1 FROM articles a WHERE a.series_id = s.id AND a.published_at <= $1) \
             ORDER BY s.created_at DESC, s.id DESC LIMIT 500",
        );
        self.many(statement.bind(now.0), series).await
    }

    async fn article(&mut self, id: ArticleId) -> Stored<Option<Article>> {
        self.one_article("id", &id.to_string()).await
    }

    async fn article_at(&mut self, series: &str, slug: &str) -> Stored<Option<Article>> {
        let statement = article_where("s.slug = $1 AND a.slug = $2")
            .bind(kept(series))
            .bind(kept(slug));
        self.one(statement, article).await
    }

    async fn article_by_source(&mut self, source: &str) -> Stored<Option<Article>> {
        self.one_article("source", source).await
    }

    async fn slug_holder(&mut self, series: SeriesId, slug: &str) -> Stored<Option<ArticleId>> {
        self.take_turn(NAMES).await?;
        let statement = sqlx::query("SELECT id FROM articles WHERE series_id = $1 AND slug = $2")
            .bind(series.to_string())
            .bind(kept(slug));
        self.one(statement, |row| parsed(row, "id")).await
    }

    async fn newest_article(
        &mut self,
        series: SeriesId,
        now: Timestamp,
    ) -> Stored<Option<Article>> {
        let statement = article_where(
            "a.series_id = $1 AND a.published_at <= $2 \
             ORDER BY a.published_at DESC, a.id DESC LIMIT 1",
        )
        .bind(series.to_string())
        .bind(now.0);
        self.one(statement, article).await
    }

    async fn published_articles(
        &mut self,
        series: Option<SeriesId>,
        now: Timestamp,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<ArticleListed>> {
        self.list(series, Some(now), Order::Newest, after, limit)
            .await
    }

    async fn weeks(
        &mut self,
        series: SeriesId,
        now: Timestamp,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<ArticleListed>> {
        self.list(Some(series), Some(now), Order::Oldest, after, limit)
            .await
    }

    async fn neighbours(
        &mut self,
        article: &Article,
        now: Timestamp,
    ) -> Stored<(Option<ArticleListed>, Option<ArticleListed>)> {
        let Some(at) = article.published_at.filter(|at| *at <= now) else {
            return Ok((None, None));
        };
        let here = Mark {
            at,
            id: article.id.uuid(),
        }
        .cursor();
        let series = Some(article.series.id);
        let before = self
            .list(series, Some(now), Order::Newest, Some(&here), 1)
            .await?;
        let after = self
            .list(series, Some(now), Order::Oldest, Some(&here), 1)
            .await?;
        Ok((
            before.items.into_iter().next(),
            after.items.into_iter().next(),
        ))
    }

    async fn desk(&mut self, after: Option<&Cursor>, limit: u32) -> Stored<Page<ArticleListed>> {
        self.list(None, None, Order::LastChanged, after, limit)
            .await
    }

    async fn prompts(&mut self, article: ArticleId) -> Stored<Vec<Prompt>> {
        let statement = prompts_where("p.article_id = $1 ORDER BY p.position");
        self.many(statement.bind(article.to_string()), prompt).await
    }

    async fn prompt(&mut self, id: PromptId) -> Stored<Option<Prompt>> {
        let statement = prompts_where("p.id = $1");
        self.one(statement.bind(id.to_string()), prompt).await
    }

    async fn categories(&mut self, article: ArticleId) -> Stored<Vec<String>> {
        let statement =
            sqlx::query("SELECT name FROM article_categories WHERE article_id = $1 ORDER BY name");
        self.many(statement.bind(article.to_string()), first).await
    }

    /// In a unit nobody answers it from now on until the unit ends.
    async fn is_answered(&mut self, article: ArticleId) -> Stored<bool> {
        self.hold_subject(article.into(), Hold::Removing).await?;
        let statement = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM reflections WHERE article_id = $1) \
             OR EXISTS (SELECT 1 FROM comments \
             WHERE subject_kind = 'article' AND subject_id = $1)",
        );
        self.sole(statement.bind(article.to_string()), first).await
    }
}

#[async_trait]
impl ArticleWrites for Work {
    async fn insert_series(&mut self, new: &SeriesToInsert) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO series (id, slug, title, summary, created_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(new.id.to_string())
        .bind(kept(&new.slug))
        .bind(kept(&new.title))
        .bind(kept(&new.summary))
        .bind(new.created_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn update_series(&mut self, id: SeriesId, title: &str, summary: &str) -> Stored<()> {
        let statement = sqlx::query("UPDATE series SET title = $1, summary = $2 WHERE id = $3")
            .bind(kept(title))
            .bind(kept(summary))
            .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn set_current_series(&mut self, id: SeriesId) -> Stored<()> {
        self.take_turn(NAMES).await?;
        let statement = sqlx::query("UPDATE series SET current = 0 WHERE current = 1");
        self.run(statement).await?;
        let statement = sqlx::query("UPDATE series SET current = 1 WHERE id = $1");
        self.run(statement.bind(id.to_string())).await?;
        Ok(())
    }

    async fn insert_article(&mut self, new: &ArticleToInsert) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO articles (id, series_id, slug, week, title, summary, body, html, \
             published_at, created_at, updated_at, editor_id, source) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(new.id.to_string())
        .bind(new.series.to_string())
        .bind(kept(&new.slug))
        .bind(new.week.map(i64::from))
        .bind(kept(&new.title))
        .bind(kept(&new.summary))
        .bind(kept(&new.body))
        .bind(kept(&new.html))
        .bind(new.published_at.map(|at| at.0))
        .bind(new.created_at.0)
        .bind(new.updated_at.0)
        .bind(new.editor.map(|id| id.to_string()))
        .bind(new.source.as_deref().map(kept));
        self.run(statement).await?;
        for name in &new.categories {
            let statement = sqlx::query(
                "INSERT INTO article_categories (article_id, name) VALUES ($1, $2) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(new.id.to_string())
            .bind(kept(name));
            self.run(statement).await?;
        }
        self.put_prompts(new.id, &new.prompts).await
    }

    async fn update_article(&mut self, article: &ArticleToUpdate) -> Stored<()> {
        // Prompts first: whoever answers one holds it before the article.
        self.drop_prompts(article.id, &article.prompts).await?;
        self.put_prompts(article.id, &article.prompts).await?;
        let statement = sqlx::query(
            "UPDATE articles SET series_id = $1, slug = $2, week = $3, title = $4, summary = $5, \
             body = $6, html = $7, published_at = $8, updated_at = $9 WHERE id = $10",
        )
        .bind(article.series.to_string())
        .bind(kept(&article.slug))
        .bind(article.week.map(i64::from))
        .bind(kept(&article.title))
        .bind(kept(&article.summary))
        .bind(kept(&article.body))
        .bind(kept(&article.html))
        .bind(article.published_at.map(|at| at.0))
        .bind(article.updated_at.0)
        .bind(article.id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn delete_article(&mut self, id: ArticleId) -> Stored<()> {
        self.remove_subject(id.into()).await
    }
}
