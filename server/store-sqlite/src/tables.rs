//! The tables as they are.

use crate::{SqliteStore, row::get, writer::failed};
use async_trait::async_trait;
use domain::{
    store::{StoreError, Stored},
    tables::{
        Column, Found, Kind, Row, Snapshot, Table, Tables, Value, described, is_about_itself,
    },
};
use sqlx::{
    AssertSqlSafe, Row as _, Sqlite, SqliteConnection, Transaction,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

/// The most values that one statement may have.
const VALUES: usize = 16_000;

struct Reading(Transaction<'static, Sqlite>);

#[async_trait]
impl Tables for SqliteStore {
    async fn snapshot(&self) -> Stored<Box<dyn Snapshot>> {
        let mut reading = self.readers.begin().await.map_err(failed)?;
        // The transaction sees what is there at its first look, not before.
        sqlx::query("SELECT count(*) FROM sqlite_schema")
            .fetch_one(&mut *reading)
            .await
            .map_err(failed)?;
        Ok(Box::new(Reading(reading)))
    }

    async fn insert(&self, table: &Table, rows: &[Row]) -> Stored<()> {
        let mut turn = self.writer.begin().await?;
        for part in rows.chunks(VALUES / table.columns.len().max(1)) {
            insert(&mut turn, table, part).await?;
        }
        turn.commit().await
    }

    async fn settle(&self) -> Stored<()> {
        // Plans hang on the indexes alone: nothing was ever gathered about tables.
        Ok(())
    }
}

async fn insert(connection: &mut SqliteConnection, table: &Table, rows: &[Row]) -> Stored<()> {
    let fields = vec!["?"; table.columns.len()].join(", ");
    let lines = vec![format!("({fields})"); rows.len()].join(", ");
    let (name, columns) = (quoted(&table.name), names(&table.columns));
    let statement = format!("INSERT INTO {name} ({columns}) VALUES {lines}");
    let query = sqlx::query(AssertSqlSafe(statement));
    let query = rows.iter().flatten().fold(query, bound);
    query.execute(connection).await.map_err(failed)?;
    Ok(())
}

#[async_trait]
impl Snapshot for Reading {
    async fn tables(&mut self) -> Stored<Vec<Table>> {
        let columns = sqlx::query(
            "SELECT t.name AS \"table\", c.name AS name, c.type AS type, c.pk - 1 AS place \
             FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c \
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
        .fetch_all(&mut *self.0)
        .await
        .map_err(failed)?;
        let references: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, k.\"table\" FROM pragma_table_list AS t \
             JOIN pragma_foreign_key_list(t.name) AS k WHERE t.schema = 'main'",
        )
        .fetch_all(&mut *self.0)
        .await
        .map_err(failed)?;
        let columns = columns.iter().filter_map(|row| found(row).transpose());
        described(columns.collect::<Stored<Vec<Found>>>()?, &references)
    }

    async fn count(&mut self, table: &Table) -> Stored<u64> {
        let name = quoted(&table.name);
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {name}")))
            .fetch_one(&mut *self.0)
            .await
            .map_err(failed)?;
        Ok(count.unsigned_abs())
    }

    async fn rows(&mut self, table: &Table, after: Option<&Row>, limit: u32) -> Stored<Vec<Row>> {
        let (name, columns, order) = (
            quoted(&table.name),
            names(&table.columns),
            names(table.ordering()),
        );
        let range = match after {
            Some(_) => format!(
                "WHERE ({order}) > ({})",
                vec!["?"; table.order.len()].join(", ")
            ),
            None => String::new(),
        };
        let statement =
            format!("SELECT {columns} FROM {name} {range} ORDER BY {order} LIMIT {limit}");
        let query = sqlx::query(AssertSqlSafe(statement));
        let query = after
            .into_iter()
            .flat_map(|row| table.position(row))
            .fold(query, bound);
        let rows = query.fetch_all(&mut *self.0).await.map_err(failed)?;
        rows.iter().map(|row| values(table, row)).collect()
    }
}

/// A column, unless its table is about the database itself.
fn found(row: &SqliteRow) -> Stored<Option<Found>> {
    let table: String = get(row, "table")?;
    if is_about_itself(&table) {
        return Ok(None);
    }
    let name: String = get(row, "name")?;
    let kind = match get::<&str>(row, "type")? {
        "INTEGER" => Kind::Number,
        "TEXT" => Kind::Text,
        other => {
            return Err(StoreError::new(format!(
                "{name} of {table} is {other}, which cannot be copied"
            )));
        }
    };
    Ok(Some(Found {
        table,
        column: Column { name, kind },
        place: get(row, "place")?,
    }))
}

fn values(table: &Table, row: &SqliteRow) -> Stored<Row> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(place, column)| {
            Ok(match column.kind {
                Kind::Number => row
                    .try_get::<Option<i64>, _>(place)
                    .map_err(failed)?
                    .map_or(Value::Nothing, Value::Number),
                Kind::Text => row
                    .try_get::<Option<String>, _>(place)
                    .map_err(failed)?
                    .map_or(Value::Nothing, Value::Text),
            })
        })
        .collect()
}

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

fn bound<'q>(query: Statement<'q>, value: &'q Value) -> Statement<'q> {
    match value {
        Value::Nothing => query.bind(None::<i64>),
        Value::Number(number) => query.bind(*number),
        Value::Text(text) => query.bind(text.as_str()),
    }
}

fn names<'c>(columns: impl IntoIterator<Item = &'c Column>) -> String {
    let names: Vec<String> = columns
        .into_iter()
        .map(|column| quoted(&column.name))
        .collect();
    names.join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
