//! From rows to the words of the domain.

use domain::{
    actor::{Author, Writer},
    clock::Timestamp,
    ids::{GuestId, MemberId},
    store::{StoreError, Stored},
};
use sqlx::{Decode, Row, Sqlite, Type, sqlite::SqliteRow};
use std::str::FromStr;

/// A column.
pub(crate) fn get<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
    row: &'r SqliteRow,
    column: &str,
) -> Stored<T> {
    row.try_get(column).map_err(StoreError::new)
}

/// A column that holds an identifier or another word with one spelling.
pub(crate) fn parsed<T: FromStr>(row: &SqliteRow, column: &str) -> Stored<T> {
    let text: &str = get(row, column)?;
    text.parse().map_err(|_| unreadable(column, text))
}

/// As [`parsed`], where there may be none.
pub(crate) fn parsed_maybe<T: FromStr>(row: &SqliteRow, column: &str) -> Stored<Option<T>> {
    let text: Option<&str> = get(row, column)?;
    text.map(|text| text.parse().map_err(|_| unreadable(column, text)))
        .transpose()
}

/// A moment.
pub(crate) fn time(row: &SqliteRow, column: &str) -> Stored<Timestamp> {
    get(row, column).map(Timestamp)
}

/// A moment, where there may be none.
pub(crate) fn time_maybe(row: &SqliteRow, column: &str) -> Stored<Option<Timestamp>> {
    Ok(get::<Option<i64>>(row, column)?.map(Timestamp))
}

/// The author: columns `member_id`, `guest_id`, `handle` (of the member),
/// `pseudonym` (of the guest) and `anonymous`.
pub(crate) fn author(row: &SqliteRow) -> Stored<Author> {
    let member: Option<MemberId> = parsed_maybe(row, "member_id")?;
    let guest: Option<GuestId> = parsed_maybe(row, "guest_id")?;
    let (writer, name) = match (member, guest) {
        (Some(id), _) => (Some(Writer::Member(id)), get(row, "handle")?),
        (None, Some(id)) => (Some(Writer::Guest(id)), get(row, "pseudonym")?),
        (None, None) => (None, None),
    };
    Ok(Author {
        writer,
        name,
        anonymous: get(row, "anonymous")?,
    })
}

/// As [`author`], for what only members write.
pub(crate) fn member_author(row: &SqliteRow) -> Stored<Author> {
    let member: Option<MemberId> = parsed_maybe(row, "member_id")?;
    Ok(Author {
        writer: member.map(Writer::Member),
        name: get(row, "handle")?,
        anonymous: get(row, "anonymous")?,
    })
}

/// The database holds something that this program does not know.
pub(crate) fn unreadable(column: &str, text: &str) -> StoreError {
    StoreError::new(format!("{column} holds {text:?}"))
}
