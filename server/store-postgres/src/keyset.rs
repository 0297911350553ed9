//! Pages by keyset.

use crate::{
    Work,
    row::{first, parsed, time},
};
use domain::{
    clock::Timestamp,
    ids::CommentId,
    page::{Cursor, Mark, Page, Postmark},
    store::Stored,
};
use sqlx::postgres::PgRow;

/// How many rows to ask for: one more than the page may hold tells whether
/// there is another page.
pub(crate) fn asked(limit: u32) -> i64 {
    i64::from(limit) + 1
}

/// A page from what [`asked`] for. It is ordered by `column` and `id`.
pub(crate) fn page<T>(
    rows: &[PgRow],
    limit: u32,
    column: &str,
    item: impl FnMut(&PgRow) -> Stored<T>,
) -> Stored<Page<T>> {
    let cursor = |at, id: CommentId| Mark { at, id: id.uuid() }.cursor();
    cut(rows, limit, column, cursor, item)
}

/// As [`page`], of what people posted: ordered by `created_at` and `id`.
pub(crate) fn posts<T>(
    rows: &[PgRow],
    limit: u32,
    item: impl FnMut(&PgRow) -> Stored<T>,
) -> Stored<Page<T>> {
    let cursor = |at, id: CommentId| Postmark::of(at, id.uuid()).cursor();
    cut(rows, limit, "created_at", cursor, item)
}

fn cut<T>(
    rows: &[PgRow],
    limit: u32,
    column: &str,
    cursor: impl FnOnce(Timestamp, CommentId) -> Cursor,
    item: impl FnMut(&PgRow) -> Stored<T>,
) -> Stored<Page<T>> {
    let shown = rows.len().min(limit as usize);
    let next = match rows[..shown].last() {
        Some(last) if rows.len() > shown => Some(cursor(time(last, column)?, parsed(last, "id")?)),
        _ => None,
    };
    Ok(Page {
        items: rows[..shown].iter().map(item).collect::<Stored<_>>()?,
        next,
    })
}

/// The mark as the two columns hold it.
pub(crate) fn columns(mark: Mark) -> (i64, String) {
    (mark.at.0, mark.id.simple().to_string())
}

/// Where a list begins that reads newest first.
pub(crate) fn newest(after: Option<Mark>) -> (i64, String) {
    after.map_or((i64::MAX, String::new()), columns)
}

impl Work {
    /// Where a list of the table's posts goes on that reads newest first. What
    /// was posted on the day of one that is gone is read again.
    pub(crate) async fn newest_posts(
        &mut self,
        table: &str,
        after: Option<Postmark>,
    ) -> Stored<(i64, String)> {
        let Some(after) = after else {
            return Ok((i64::MAX, String::new()));
        };
        let place = self.place_of_post(table, after).await?;
        Ok(place.unwrap_or((after.day_ends().0, String::new())))
    }

    pub(crate) async fn place_of_post(
        &mut self,
        table: &str,
        post: Postmark,
    ) -> Stored<Option<(i64, String)>> {
        let id = post.id.simple().to_string();
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT created_at FROM {table} WHERE id = $1"
        )))
        .bind(id.clone());
        let at: Option<i64> = self.one(statement, first).await?;
        Ok(at.map(|at| (at, id)))
    }
}
