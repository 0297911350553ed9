//! From rows to the words of the domain.

use domain::{
    actor::{Author, Writer},
    clock::Timestamp,
    ids::{GuestId, MemberId},
    store::{StoreError, Stored},
};
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};
use std::str::FromStr;

/// A column.
pub(crate) fn get<'r, T: Decode<'r, Postgres> + Type<Postgres>>(
    row: &'r PgRow,
    column: &str,
) -> Stored<T> {
    row.try_get(column).map_err(StoreError::new)
}

/// The first column.
pub(crate) fn first<T: for<'r> Decode<'r, Postgres> + Type<Postgres>>(row: &PgRow) -> Stored<T> {
    row.try_get(0).map_err(StoreError::new)
}

/// A column that holds an identifier or another word with one spelling.
pub(crate) fn parsed<T: FromStr>(row: &PgRow, column: &str) -> Stored<T> {
    let text: &str = get(row, column)?;
    text.parse().map_err(|_| unreadable(column, text))
}

/// As [`parsed`], where there may be none.
pub(crate) fn parsed_maybe<T: FromStr>(row: &PgRow, column: &str) -> Stored<Option<T>> {
    let text: Option<&str> = get(row, column)?;
    text.map(|text| text.parse().map_err(|_| unreadable(column, text)))
        .transpose()
}

/// A whole number that fits into `T`.
pub(crate) fn number<T: TryFrom<i64>>(row: &PgRow, column: &str) -> Stored<T> {
    let number: i64 = get(row, column)?;
    T::try_from(number).map_err(|_| unreadable(column, &number.to_string()))
}

/// As [`number`], where there may be none.
pub(crate) fn number_maybe<T: TryFrom<i64>>(row: &PgRow, column: &str) -> Stored<Option<T>> {
    let number: Option<i64> = get(row, column)?;
    number
        .map(|number| T::try_from(number).map_err(|_| unreadable(column, &number.to_string())))
        .transpose()
}

/// Yes or no.
pub(crate) fn flag(row: &PgRow, column: &str) -> Stored<bool> {
    Ok(get::<i64>(row, column)? != 0)
}

/// A moment.
pub(crate) fn time(row: &PgRow, column: &str) -> Stored<Timestamp> {
    get(row, column).map(Timestamp)
}

/// A moment, where there may be none.
pub(crate) fn time_maybe(row: &PgRow, column: &str) -> Stored<Option<Timestamp>> {
    Ok(get::<Option<i64>>(row, column)?.map(Timestamp))
}

/// The author: columns `member_id`, `guest_id`, `handle` (of the member),
/// `pseudonym` (of the guest) and `anonymous`.
pub(crate) fn author(row: &PgRow) -> Stored<Author> {
    let guest: Option<GuestId> = parsed_maybe(row, "guest_id")?;
    let author = member_author(row)?;
    Ok(match (&author.writer, guest) {
        (None, Some(id)) => Author {
            writer: Some(Writer::Guest(id)),
            name: get(row, "pseudonym")?,
            ..author
        },
        _ => author,
    })
}

/// As [`author`], for what only members write.
pub(crate) fn member_author(row: &PgRow) -> Stored<Author> {
    let member: Option<MemberId> = parsed_maybe(row, "member_id")?;
    Ok(Author {
        writer: member.map(Writer::Member),
        name: get(row, "handle")?,
        anonymous: flag(row, "anonymous")?,
    })
}

/// The database holds something that this program does not know.
pub(crate) fn unreadable(column: &str, text: &str) -> StoreError {
    StoreError::new(format!("{column} holds {text:?}"))
}
