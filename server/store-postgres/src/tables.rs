//! The tables as they are.

use crate::{
    PostgresStore,
    row::get,
    work::{Statement, kept},
};
use async_trait::async_trait;
use domain::{
    store::{StoreError, Stored},
    tables::{
        Column, Found, Kind, Row, Snapshot, Table, Tables, Value, described, is_about_itself,
    },
};
use sqlx::{AssertSqlSafe, Executor, Postgres, Row as _, Transaction, postgres::PgRow};

struct Reading(Transaction<'static, Postgres>);

#[async_trait]
impl Tables for PostgresStore {
    async fn snapshot(&self) -> Stored<Box<dyn Snapshot>> {
        let mut reading = self
            .readers
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
            .map_err(StoreError::new)?;
        // Whoever reads a whole community takes longer than a page may.
        for setting in ["statement_timeout", "idle_in_transaction_session_timeout"] {
            reading
                .execute(AssertSqlSafe(format!("SET LOCAL {setting} = 0")))
                .await
                .map_err(StoreError::new)?;
        }
        Ok(Box::new(Reading(reading)))
    }

    async fn insert(&self, table: &Table, rows: &[Row]) -> Stored<()> {
        let (name, columns) = (quoted(&table.name), names(&table.columns));
        let lists: Vec<String> = (1..)
            .zip(&table.columns)
            .map(|(number, column)| match column.kind {
                Kind::Number => format!("${number}::bigint[]"),
                Kind::Text => format!("${number}::text[]"),
            })
            .collect();
        let lists = lists.join(", ");
        let statement = format!("INSERT INTO {name} ({columns}) SELECT * FROM unnest({lists})");
        let query = table.columns.iter().enumerate().fold(
            sqlx::query(AssertSqlSafe(statement)),
            |query, (place, column)| match column.kind {
                Kind::Number => query.bind(numbers(rows, place)),
                Kind::Text => query.bind(texts(rows, place)),
            },
        );
        query
            .execute(&self.writers)
            .await
            .map_err(StoreError::new)?;
        Ok(())
    }

    async fn settle(&self) -> Stored<()> {
        let mut connection = self.writers.acquire().await.map_err(StoreError::new)?;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT c.relname::text FROM pg_class c \
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'",
        )
        .fetch_all(&mut *connection)
        .await
        .map_err(StoreError::new)?;
        let tables: Vec<String> = tables.iter().map(|table| quoted(table)).collect();
        // Longer than a page may take; the connection is not used again.
        let statements = [
            "SET statement_timeout = 0".to_owned(),
            format!("VACUUM (ANALYZE) {}", tables.join(", ")),
        ];
        for statement in statements {
            connection
                .execute(AssertSqlSafe(statement))
                .await
                .map_err(StoreError::new)?;
        }
        connection.close().await.map_err(StoreError::new)
    }
}

fn numbers(rows: &[Row], place: usize) -> Vec<Option<i64>> {
    rows.iter()
        .map(|row| match row.get(place) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        })
        .collect()
}

fn texts(rows: &[Row], place: usize) -> Vec<Option<String>> {
    rows.iter()
        .map(|row| match row.get(place) {
            Some(Value::Text(text)) => Some(kept(text).into_owned()),
            _ => None,
        })
        .collect()
}

#[async_trait]
impl Snapshot for Reading {
    async fn tables(&mut self) -> Stored<Vec<Table>> {
        // `indkey` counts from 0.
        let columns = sqlx::query(
            "SELECT c.relname::text AS \"table\", a.attname::text AS name, \
             format_type(a.atttypid, NULL) AS type, \
             coalesce(array_position(i.indkey::int2[], a.attnum), -1)::bigint AS place \
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
             LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' \
             AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''",
        )
        .fetch_all(&mut *self.0)
        .await
        .map_err(StoreError::new)?;
        let references: Vec<(String, String)> = sqlx::query_as(
            "SELECT s.relname::text, t.relname::text FROM pg_constraint k \
             JOIN pg_class s ON s.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid \
             WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace",
        )
        .fetch_all(&mut *self.0)
        .await
        .map_err(StoreError::new)?;
        let columns = columns.iter().filter_map(|row| found(row).transpose());
        described(columns.collect::<Stored<Vec<Found>>>()?, &references)
    }

    async fn count(&mut self, table: &Table) -> Stored<u64> {
        let name = quoted(&table.name);
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {name}")))
            .fetch_one(&mut *self.0)
            .await
            .map_err(StoreError::new)?;
        Ok(count.unsigned_abs())
    }

    async fn rows(&mut self, table: &Table, after: Option<&Row>, limit: u32) -> Stored<Vec<Row>> {
        let (name, columns, order) = (
            quoted(&table.name),
            names(&table.columns),
            names(table.ordering()),
        );
        let range = match after {
            Some(_) => {
                let fields: Vec<String> = (1..=table.order.len())
                    .map(|number| format!("${number}"))
                    .collect();
                format!("WHERE ({order}) > ({})", fields.join(", "))
            }
            None => String::new(),
        };
        let statement =
            format!("SELECT {columns} FROM {name} {range} ORDER BY {order} LIMIT {limit}");
        let query = sqlx::query(AssertSqlSafe(statement));
        let query = after
            .into_iter()
            .flat_map(|row| table.position(row))
            .fold(query, bound);
        let rows = query
            .fetch_all(&mut *self.0)
            .await
            .map_err(StoreError::new)?;
        rows.iter().map(|row| values(table, row)).collect()
    }
}

/// A column, unless its table is about the database itself.
fn found(row: &PgRow) -> Stored<Option<Found>> {
    let table: String = get(row, "table")?;
    if is_about_itself(&table) {
        return Ok(None);
    }
    let name: String = get(row, "name")?;
    let kind = match get::<&str>(row, "type")? {
        "bigint" => Kind::Number,
        "text" => Kind::Text,
        // The ledger of migrations has columns of other kinds.
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

fn values(table: &Table, row: &PgRow) -> Stored<Row> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(place, column)| {
            Ok(match column.kind {
                Kind::Number => row
                    .try_get::<Option<i64>, _>(place)
                    .map_err(StoreError::new)?
                    .map_or(Value::Nothing, Value::Number),
                Kind::Text => row
                    .try_get::<Option<String>, _>(place)
                    .map_err(StoreError::new)?
                    .map_or(Value::Nothing, Value::Text),
            })
        })
        .collect()
}

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
