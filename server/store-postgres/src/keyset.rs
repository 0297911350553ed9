//! Pages by keyset.

use crate::row::{parsed, time};
use domain::{
    ids::CommentId,
    page::{Mark, Page},
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
    let shown = rows.len().min(limit as usize);
    let next = match rows[..shown].last() {
        Some(last) if rows.len() > shown => {
            let id: CommentId = parsed(last, "id")?;
            Some(
                Mark {
                    at: time(last, column)?,
                    id: id.uuid(),
                }
                .cursor(),
            )
        }
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
