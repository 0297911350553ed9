//! Pages by keyset.

use crate::row::{parsed, time};
use domain::{
    ids::CommentId,
    page::{Mark, Page},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

/// A page from one row more than it may hold. It is ordered by `column` and
/// `id`.
pub(crate) fn page<T>(
    rows: &[SqliteRow],
    limit: u32,
    column: &str,
    item: impl FnMut(&SqliteRow) -> Stored<T>,
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
