use crate::{
    Work,
    row::{get, parsed, parsed_maybe, time, time_maybe},
    writer::failed,
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
use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};

const ARTICLE: &str = "SELECT a.*, s.slug AS series_slug, s.title AS series_title, \
     s.summary AS series_summary, s.current AS series_current, \
     s.created_at AS series_created_at, m.handle \
     FROM articles a JOIN series s ON s.id = a.series_id \
     LEFT JOIN members m ON m.id = a.editor_id ";

const LISTED: &str = "SELECT a.id, a.slug, a.week, a.title, a.summary, \
     substr(a.body, 1, 1000) AS opening, a.published_at, a.updated_at, \
     s.slug AS series_slug, s.title AS series_title \
     FROM articles a CROSS JOIN series s ON s.id = a.series_id ";

fn series(row: &SqliteRow) -> Stored<Series> {
    Ok(Series {
        id: parsed(row, "id")?,
        slug: get(row, "slug")?,
        title: get(row, "title")?,
        summary: get(row, "summary")?,
        current: get(row, "current")?,
        created_at: time(row, "created_at")?,
    })
}

fn article(row: &SqliteRow) -> Stored<Article> {
    let editor: Option<MemberId> = parsed_maybe(row, "editor_id")?;
    Ok(Article {
        id: parsed(row, "id")?,
        series: Series {
            id: parsed(row, "series_id")?,
            slug: get(row, "series_slug")?,
            title: get(row, "series_title")?,
            summary: get(row, "series_summary")?,
            current: get(row, "series_current")?,
            created_at: time(row, "series_created_at")?,
        },
        slug: get(row, "slug")?,
        week: get(row, "week")?,
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

fn listed(row: &SqliteRow) -> Stored<ArticleListed> {
    Ok(ArticleListed {
        id: parsed(row, "id")?,
        series_slug: get(row, "series_slug")?,
        series_title: get(row, "series_title")?,
        slug: get(row, "slug")?,
        week: get(row, "week")?,
        title: get(row, "title")?,
        summary: get(row, "summary")?,
        opening: get(row, "opening")?,
        published_at: time_maybe(row, "published_at")?,
        updated_at: time(row, "updated_at")?,
    })
}

fn prompt(row: &SqliteRow) -> Stored<Prompt> {
    Ok(Prompt {
        id: parsed(row, "id")?,
        article: parsed(row, "article_id")?,
        position: get(row, "position")?,
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
            Self::Newest | Self::Oldest => "a.published_at",
            Self::LastChanged => "a.updated_at",
        }
    }

    const fn beyond(self) -> &'static str {
        match self {
            Self::Oldest => " > (",
            _ => " < (",
        }
    }

    const fn way(self) -> &'static str {
        match self {
            Self::Oldest => "ASC",
            _ => "DESC",
        }
    }

    fn mark(self, article: &ArticleListed) -> Mark {
        let at = match self {
            Self::LastChanged => article.updated_at,
            _ => article.published_at.unwrap_or(article.updated_at),
        };
        Mark {
            at,
            id: article.id.uuid(),
        }
    }
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
        let mut query = QueryBuilder::<Sqlite>::new(LISTED);
        query.push(" WHERE 1");
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
        if let Some(mark) = mark {
            query.push(" AND (").push(order.column()).push(", a.id)");
            query.push(order.beyond()).push_bind(mark.at.0).push(", ");
            query.push_bind(mark.id.simple().to_string()).push(")");
        }
        query.push(" ORDER BY ").push(order.column());
        query
            .push(" ")
            .push(order.way())
            .push(", a.id ")
            .push(order.way());
        query.push(" LIMIT ").push_bind(limit + 1);
        let rows = query
            .build()
            .fetch_all(self.connection())
            .await
            .map_err(failed)?;
        let mut items = rows.iter().map(listed).collect::<Stored<Vec<_>>>()?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items
            .last()
            .filter(|_| more)
            .map(|article| order.mark(article).cursor());
        Ok(Page { items, next })
    }

    async fn one_series(&mut self, condition: &str, value: &str) -> Stored<Option<Series>> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT * FROM series WHERE {condition} LIMIT 1"
        )))
        .bind(value)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?
        .as_ref()
        .map(series)
        .transpose()
    }

    async fn put_prompts(&mut self, article: ArticleId, prompts: &[PromptToPut]) -> Stored<()> {
        for (position, prompt) in (1_u32..).zip(prompts) {
            sqlx::query(
                "INSERT INTO prompts (id, article_id, position, text) VALUES (?, ?, ?, ?) \
                 ON CONFLICT (id) DO UPDATE SET position = excluded.position, text = excluded.text",
            )
            .bind(prompt.id.to_string())
            .bind(article.to_string())
            .bind(position)
            .bind(&prompt.text)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        }
        Ok(())
    }

    /// Takes out prompts that are not among `kept`. Those that somebody
    /// answered stay, after the others.
    async fn drop_prompts(&mut self, article: ArticleId, kept: &[PromptToPut]) -> Stored<()> {
        let mut position = u32::try_from(kept.len()).unwrap_or(u32::MAX);
        for prompt in self.prompts(article).await? {
            if kept.iter().any(|kept| kept.id == prompt.id) {
                continue;
            }
            let id = prompt.id.to_string();
            let answered: bool =
                sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM reflections WHERE prompt_id = ?)")
                    .bind(&id)
                    .fetch_one(self.connection())
                    .await
                    .map_err(failed)?;
            let statement = if answered {
                position = position.saturating_add(1);
                "UPDATE prompts SET position = ?2 WHERE id = ?1"
            } else {
                "DELETE FROM prompts WHERE id = ?1"
            };
            let query = sqlx::query(statement).bind(&id);
            let query = if answered {
                query.bind(position)
            } else {
                query
            };
            query.execute(self.connection()).await.map_err(failed)?;
        }
        Ok(())
    }
}

#[async_trait]
impl ArticleReads for Work {
    async fn series(&mut self, id: SeriesId) -> Stored<Option<Series>> {
        self.one_series("id = ?", &id.to_string()).await
    }

    async fn series_by_slug(&mut self, slug: &str) -> Stored<Option<Series>> {
        self.one_series("slug = ?", slug).await
    }

    async fn series_by_title(&mut self, title: &str) -> Stored<Option<Series>> {
        self.one_series("title = ?", title).await
    }

    async fn current_series(&mut self) -> Stored<Option<Series>> {
        sqlx::query("SELECT * FROM series WHERE current = 1")
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(series)
            .transpose()
    }

    async fn all_series(&mut self) -> Stored<Vec<Series>> {
        sqlx::query("SELECT * FROM series ORDER BY created_at DESC, id DESC LIMIT 500")
            .fetch_all(self.connection())
            .await
            .map_err(failed)?
            .iter()
            .map(series)
            .collect()
    }

    async fn published_series(&mut self, now: Timestamp) -> Stored<Vec<Series>> {
        sqlx::query(
            "SELECT * FROM series s WHERE EXISTS (SELECT 1 FROM articles a \
             WHERE a.series_id = s.id AND a.published_at <= ?) \
             ORDER BY s.created_at DESC, s.id DESC LIMIT 500",
        )
        .bind(now.0)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(series)
        .collect()
    }

    async fn article(&mut self, id: ArticleId) -> Stored<Option<Article>> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{ARTICLE} WHERE a.id = ?")))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(article)
            .transpose()
    }

    async fn article_at(&mut self, series: &str, slug: &str) -> Stored<Option<Article>> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{ARTICLE} WHERE s.slug = ? AND a.slug = ?"
        )))
        .bind(series)
        .bind(slug)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?
        .as_ref()
        .map(article)
        .transpose()
    }

    async fn article_by_source(&mut self, source: &str) -> Stored<Option<Article>> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{ARTICLE} WHERE a.source = ?")))
            .bind(source)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(article)
            .transpose()
    }

    async fn slug_holder(&mut self, series: SeriesId, slug: &str) -> Stored<Option<ArticleId>> {
        sqlx::query("SELECT id FROM articles WHERE series_id = ? AND slug = ?")
            .bind(series.to_string())
            .bind(slug)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(|row| parsed(row, "id"))
            .transpose()
    }

    async fn newest_article(
        &mut self,
        series: SeriesId,
        now: Timestamp,
    ) -> Stored<Option<Article>> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "{ARTICLE} WHERE a.series_id = ? AND a.published_at <= ? \
             ORDER BY a.published_at DESC, a.id DESC LIMIT 1"
        )))
        .bind(series.to_string())
        .bind(now.0)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?
        .as_ref()
        .map(article)
        .transpose()
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
        sqlx::query("SELECT * FROM prompts WHERE article_id = ? ORDER BY position")
            .bind(article.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(failed)?
            .iter()
            .map(prompt)
            .collect()
    }

    async fn prompt(&mut self, id: PromptId) -> Stored<Option<Prompt>> {
        sqlx::query("SELECT * FROM prompts WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(prompt)
            .transpose()
    }

    async fn categories(&mut self, article: ArticleId) -> Stored<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM article_categories WHERE article_id = ? ORDER BY name")
            .bind(article.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(failed)
    }

    async fn is_answered(&mut self, article: ArticleId) -> Stored<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM reflections WHERE article_id = ?1) \
             OR EXISTS (SELECT 1 FROM comments \
             WHERE subject_kind = 'article' AND subject_id = ?1)",
        )
        .bind(article.to_string())
        .fetch_one(self.connection())
        .await
        .map_err(failed)
    }
}

#[async_trait]
impl ArticleWrites for Work {
    async fn insert_series(&mut self, new: &SeriesToInsert) -> Stored<()> {
        sqlx::query(
            "INSERT INTO series (id, slug, title, summary, created_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(new.id.to_string())
        .bind(&new.slug)
        .bind(&new.title)
        .bind(&new.summary)
        .bind(new.created_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn update_series(&mut self, id: SeriesId, title: &str, summary: &str) -> Stored<()> {
        sqlx::query("UPDATE series SET title = ?, summary = ? WHERE id = ?")
            .bind(title)
            .bind(summary)
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn set_current_series(&mut self, id: SeriesId) -> Stored<()> {
        sqlx::query("UPDATE series SET current = 0 WHERE current = 1")
            .execute(self.connection())
            .await
            .map_err(failed)?;
        sqlx::query("UPDATE series SET current = 1 WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn insert_article(&mut self, new: &ArticleToInsert) -> Stored<()> {
        sqlx::query(
            "INSERT INTO articles (id, series_id, slug, week, title, summary, body, html, \
             published_at, created_at, updated_at, editor_id, source) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.to_string())
        .bind(new.series.to_string())
        .bind(&new.slug)
        .bind(new.week)
        .bind(&new.title)
        .bind(&new.summary)
        .bind(&new.body)
        .bind(&new.html)
        .bind(new.published_at.map(|at| at.0))
        .bind(new.created_at.0)
        .bind(new.updated_at.0)
        .bind(new.editor.map(|id| id.to_string()))
        .bind(&new.source)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        for name in &new.categories {
            sqlx::query(
                "INSERT INTO article_categories (article_id, name) VALUES (?, ?) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(new.id.to_string())
            .bind(name)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        }
        self.put_prompts(new.id, &new.prompts).await
    }

    async fn update_article(&mut self, article: &ArticleToUpdate) -> Stored<()> {
        sqlx::query(
            "UPDATE articles SET series_id = ?, slug = ?, week = ?, title = ?, summary = ?, \
             body = ?, html = ?, published_at = ?, updated_at = ? WHERE id = ?",
        )
        .bind(article.series.to_string())
        .bind(&article.slug)
        .bind(article.week)
        .bind(&article.title)
        .bind(&article.summary)
        .bind(&article.body)
        .bind(&article.html)
        .bind(article.published_at.map(|at| at.0))
        .bind(article.updated_at.0)
        .bind(article.id.to_string())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        self.drop_prompts(article.id, &article.prompts).await?;
        self.put_prompts(article.id, &article.prompts).await
    }

    async fn delete_article(&mut self, id: ArticleId) -> Stored<()> {
        self.remove_thread(id.into()).await?;
        sqlx::query("DELETE FROM articles WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
