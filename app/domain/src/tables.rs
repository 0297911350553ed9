//! The tables of a store as they are, row by row: for copying a community from
//! one engine to another, and for comparing two copies. Only the stores know
//! how to read and write them; nothing here knows what they mean.

use crate::store::{StoreError, Stored};
use async_trait::async_trait;
use std::collections::{BTreeMap, BTreeSet};

/// What a database keeps about itself and no other database needs: which
/// migrations it has had, how often it has changed, which jobs are due, what
/// browsers are being asked, whether people are to be told of calls that wait, how
/// often somebody came today, with the secret of these counts, what was said under
/// that secret, and what is news to open pages.
const ABOUT_ITSELF: [&str; 9] = [
    "_sqlx_migrations",
    "changes",
    "jobs",
    "limit_secrets",
    "limits",
    "news",
    "passkey_asks",
    "said",
    "telling",
];

/// Is a table about its database, and so not copied?
pub fn is_about_itself(table: &str) -> bool {
    ABOUT_ITSELF.contains(&table)
}

/// Tables whose rows point at rows of their own, each with columns in whose
/// order a row comes after the one that it points at.
const PARENTS_FIRST: [(&str, &[&str]); 1] = [("comments", &["subject_kind", "subject_id", "path"])];

/// One field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Nothing,
    Number(i64),
    Text(String),
}

/// One row: a value for each column of its table, in their order.
pub type Row = Vec<Value>;

/// What a column holds, if it holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table. Two engines that keep the same things describe it alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    /// Sorted by name.
    pub columns: Vec<Column>,
    /// The places of the columns in whose order the rows are read. No two rows
    /// are alike in them, and each comes after the rows it points at.
    pub order: Vec<usize>,
}

impl Table {
    /// The columns by which the rows are in order.
    pub fn ordering(&self) -> impl Iterator<Item = &Column> {
        self.order
            .iter()
            .filter_map(|place| self.columns.get(*place))
    }

    /// What a row has in the columns of [`Table::ordering`].
    pub fn position<'r>(&self, row: &'r [Value]) -> impl Iterator<Item = &'r Value> {
        self.order.iter().filter_map(|place| row.get(*place))
    }
}

/// Every row as it is at one moment, whatever is written meanwhile.
#[async_trait]
pub trait Snapshot: Send {
    /// The tables, each after those that its rows point at.
    async fn tables(&mut self) -> Stored<Vec<Table>>;

    /// How many rows a table has.
    async fn count(&mut self, table: &Table) -> Stored<u64>;

    /// The next rows in the table's order: at most `limit` after the row
    /// `after`, or from the first.
    async fn rows(&mut self, table: &Table, after: Option<&Row>, limit: u32) -> Stored<Vec<Row>>;
}

/// A store whose tables can be read and filled as they are.
#[async_trait]
pub trait Tables: Send + Sync {
    /// Begins to read at this moment.
    async fn snapshot(&self) -> Stored<Box<dyn Snapshot>>;

    /// Adds rows, all of them or none. When this answers, they survive a crash.
    async fn insert(&self, table: &Table, rows: &[Row]) -> Stored<()>;

    /// Gets ready to be read after many rows were added: an engine that plans
    /// by what it knows of its tables looks at them now.
    async fn settle(&self) -> Stored<()>;
}

/// A column as a database describes it.
#[derive(Debug, Clone)]
pub struct Found {
    pub table: String,
    pub column: Column,
    /// Its place in the primary key, from 0 on; negative outside of it.
    pub place: i64,
}

/// Tables out of their columns, in the order that `references` ask for: pairs
/// of a table and one that its rows point at.
///
/// # Errors
///
/// If a table has no primary key, or rows cannot be put in an order in which
/// each comes after those it points at.
pub fn described(found: Vec<Found>, references: &[(String, String)]) -> Stored<Vec<Table>> {
    let mut columns: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for found in found {
        if !is_about_itself(&found.table) {
            columns.entry(found.table.clone()).or_default().push(found);
        }
    }
    let tables = columns
        .into_iter()
        .map(|(name, columns)| {
            let points_at_itself = references.iter().any(|(at, to)| *at == name && *to == name);
            table(name, columns, points_at_itself)
        })
        .collect::<Stored<Vec<Table>>>()?;
    after_what_they_point_at(tables, references)
}

fn table(name: String, mut found: Vec<Found>, points_at_itself: bool) -> Stored<Table> {
    found.sort_by(|a, b| a.column.name.cmp(&b.column.name));
    let parents_first = PARENTS_FIRST.iter().find(|(table, _)| *table == name);
    let order: Vec<usize> = match parents_first {
        Some((_, columns)) => columns
            .iter()
            .filter_map(|wanted| found.iter().position(|found| found.column.name == *wanted))
            .collect(),
        None if points_at_itself => {
            return Err(StoreError::new(format!(
                "nobody knows in which order the rows of {name} can be copied"
            )));
        }
        None => {
            let mut key: Vec<usize> = (0..found.len())
                .filter(|at| found[*at].place >= 0)
                .collect();
            key.sort_by_key(|at| found[*at].place);
            key
        }
    };
    if order.is_empty() {
        return Err(StoreError::new(format!("{name} has no primary key")));
    }
    Ok(Table {
        name,
        columns: found.into_iter().map(|found| found.column).collect(),
        order,
    })
}

fn after_what_they_point_at(
    mut waiting: Vec<Table>,
    references: &[(String, String)],
) -> Stored<Vec<Table>> {
    let mut done: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let names: BTreeSet<&str> = waiting.iter().map(|table| table.name.as_str()).collect();
        let next = waiting.iter().position(|table| {
            references
                .iter()
                .filter(|(at, to)| *at == table.name && *to != table.name)
                .all(|(_, to)| !names.contains(to.as_str()))
        });
        match next {
            Some(next) => done.push(waiting.remove(next)),
            None => return Err(StoreError::new("tables point at each other in a circle")),
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(table: &str, name: &str, place: i64) -> Found {
        Found {
            table: table.to_owned(),
            column: Column {
                name: name.to_owned(),
                kind: Kind::Text,
            },
            place,
        }
    }

    fn pair(at: &str, to: &str) -> (String, String) {
        (at.to_owned(), to.to_owned())
    }

    #[test]
    fn a_table_comes_after_those_it_points_at() {
        let all = ["beds", "gardens", "plants"].map(|table| found(table, "id", 0));
        let references = [pair("beds", "gardens"), pair("plants", "beds")];
        let tables = described(all.to_vec(), &references).expect("tables");
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["gardens", "beds", "plants"]);
        let circle = [pair("beds", "plants"), pair("plants", "beds")];
        assert!(described(all.to_vec(), &circle).is_err());
    }

    #[test]
    fn rows_are_in_the_order_of_the_key() {
        let columns = vec![
            found("support", "member", 1),
            found("support", "at", -1),
            found("support", "subject", 0),
        ];
        let tables = described(columns, &[]).expect("tables");
        let order: Vec<&str> = tables[0].ordering().map(|c| c.name.as_str()).collect();
        assert_eq!(order, ["subject", "member"]);
        let row = ["1", "2", "3"].map(|text| Value::Text(text.to_owned()));
        let position: Vec<&Value> = tables[0].position(&row).collect();
        assert_eq!(position, [&row[2], &row[1]]);
        assert!(described(vec![found("heap", "straw", -1)], &[]).is_err());
    }

    #[test]
    fn a_table_that_points_at_itself_needs_an_order_of_its_own() {
        let comments = ["id", "subject_kind", "subject_id", "path", "parent_id"]
            .map(|name| found("comments", name, if name == "id" { 0 } else { -1 }));
        let itself = [pair("comments", "comments")];
        let tables = described(comments.to_vec(), &itself).expect("tables");
        let order: Vec<&str> = tables[0].ordering().map(|c| c.name.as_str()).collect();
        assert_eq!(order, ["subject_kind", "subject_id", "path"]);
        let others = vec![found("branches", "id", 0)];
        assert!(described(others, &[pair("branches", "branches")]).is_err());
    }

    #[test]
    fn what_a_database_keeps_about_itself_is_left_out() {
        let all = ABOUT_ITSELF.map(|table| found(table, "id", 0)).to_vec();
        assert_eq!(described(all, &[]).expect("tables"), []);
    }
}
