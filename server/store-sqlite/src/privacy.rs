use crate::{
    Work,
    row::{get, parsed, time, time_maybe},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    accounts::Handle,
    clock::Timestamp,
    ids::{CallId, MemberId, PostId},
    privacy::{
        Erased, Erasure, MENTIONS, Mention, Named, Posted, PrivacyReads, PrivacyWrites, Record,
        Stays, Taker, Words,
    },
    store::Stored,
    tables::Value,
};
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Column, Row, TypeInfo, ValueRef, sqlite::SqliteRow};

fn erasure(row: &SqliteRow) -> Stored<Erasure> {
    Ok(Erasure {
        due_at: time_maybe(row, "due_at")?,
        stays: stays(row)?,
        asked_at: time(row, "asked_at")?,
    })
}

fn stays(row: &SqliteRow) -> Stored<Stays> {
    Ok(Stays::from_bits(get::<i64>(row, "stays")? as u8))
}

#[async_trait]
impl PrivacyReads for Work {
    async fn erasure(&mut self, member: MemberId) -> Stored<Option<Erasure>> {
        sqlx::query("SELECT due_at, stays, asked_at FROM erasures WHERE member_id = ?")
            .bind(member.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(erasure)
            .transpose()
    }

    async fn due_erasures(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<(MemberId, Stays)>> {
        let rows = sqlx::query(
            "SELECT member_id, stays FROM erasures WHERE due_at <= ? \
             ORDER BY due_at, member_id LIMIT ?",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| Ok((parsed(row, "member_id")?, stays(row)?)))
            .collect()
    }

    async fn brought_back(&mut self, limit: u32) -> Stored<Vec<(MemberId, Stays)>> {
        let rows = sqlx::query(
            "SELECT e.member_id, e.stays FROM erased e JOIN members m ON m.id = e.member_id \
             LIMIT ?",
        )
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| Ok((parsed(row, "member_id")?, stays(row)?)))
            .collect()
    }

    async fn lasting_hosts(&mut self) -> Stored<Vec<MemberId>> {
        // 8 is the bit of hosts; as a value it would find no index.
        let rows = sqlx::query(
            "SELECT m.id FROM members m WHERE m.roles & 8 <> 0 AND m.state = 'active' \
             AND NOT EXISTS (SELECT 1 FROM erasures e WHERE e.member_id = m.id \
             AND e.due_at IS NOT NULL) ORDER BY m.id LIMIT 100",
        )
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter().map(|row| parsed(row, "id")).collect()
    }

    async fn posted(&mut self, member: MemberId, words: Words, limit: u32) -> Stored<Vec<Posted>> {
        let table = words.name();
        let anonymous = match words {
            Words::Calls => "1 AS anonymous",
            _ => "anonymous",
        };
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT id, {anonymous} FROM {table} WHERE member_id = ? \
             ORDER BY created_at, id LIMIT ?"
        )))
        .bind(member.to_string())
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| {
                Ok(Posted {
                    id: parsed(row, "id")?,
                    anonymous: get(row, "anonymous")?,
                })
            })
            .collect()
    }

    async fn due_to_leave(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<(Words, PostId)>> {
        let rows = sqlx::query(
            "SELECT kind, id FROM leaving WHERE due_at <= ? ORDER BY due_at, kind, id LIMIT ?",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| Ok((parsed(row, "kind")?, parsed(row, "id")?)))
            .collect()
    }

    async fn each_mention(
        &mut self,
        mention: &'static Mention,
        member: MemberId,
        take: Taker<'_>,
    ) -> Stored<()> {
        let (table, column) = (mention.table, mention.column);
        let statement = match mention.named {
            Named::ById | Named::ByKey => format!("SELECT * FROM {table} WHERE {column} = ?"),
            Named::ByCall => "SELECT e.* FROM call_entries e JOIN calls c ON c.id = e.call_id \
                 WHERE c.member_id = ? AND e.kind IN ('asked', 'still')"
                .to_owned(),
            Named::InLog => format!(
                "SELECT l.* FROM members m JOIN audit l \
                 ON l.{column} IN (m.opaque_id, 'member-' || m.opaque_id) WHERE m.id = ?"
            ),
        };
        let mut rows = sqlx::query(AssertSqlSafe(statement))
            .bind(mention.key(member))
            .fetch(self.connection());
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            take(record(&row)?)?;
        }
        Ok(())
    }
}

fn record(row: &SqliteRow) -> Stored<Record> {
    let columns = row.columns().iter();
    columns
        .map(|column| {
            let value = row.try_get_raw(column.ordinal()).map_err(failed)?;
            let value = match value.type_info().name() {
                _ if value.is_null() => Value::Nothing,
                "INTEGER" => Value::Number(get(row, column.name())?),
                _ => Value::Text(get(row, column.name())?),
            };
            Ok((column.name().to_owned(), value))
        })
        .collect()
}

#[async_trait]
impl PrivacyWrites for Work {
    async fn keep_erasure(&mut self, member: MemberId, erasure: &Erasure) -> Stored<()> {
        sqlx::query(
            "INSERT INTO erasures (member_id, due_at, stays, asked_at) VALUES (?, ?, ?, ?) \
             ON CONFLICT (member_id) DO UPDATE SET due_at = excluded.due_at, \
             stays = excluded.stays, asked_at = excluded.asked_at",
        )
        .bind(member.to_string())
        .bind(erasure.due_at.map(|at| at.0))
        .bind(erasure.stays.bits())
        .bind(erasure.asked_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn let_leave(&mut self, words: Words, id: PostId, at: Timestamp) -> Stored<()> {
        let (table, id) = (words.name(), id.to_string());
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET member_id = NULL WHERE id = ?"
        )))
        .bind(&id)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        sqlx::query(
            "INSERT INTO leaving (kind, id, due_at) VALUES (?, ?, ?) \
             ON CONFLICT (kind, id) DO NOTHING",
        )
        .bind(table)
        .bind(&id)
        .bind(at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn remove_call(&mut self, id: CallId) -> Stored<()> {
        sqlx::query("DELETE FROM calls WHERE id = ?")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn has_left(&mut self, words: Words, id: PostId) -> Stored<()> {
        sqlx::query("DELETE FROM leaving WHERE kind = ? AND id = ?")
            .bind(words.name())
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn rest_handle(&mut self, handle: &Handle, free_at: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO retired_handles (hash, free_at) VALUES (?, ?) \
             ON CONFLICT (hash) DO UPDATE SET free_at = excluded.free_at",
        )
        .bind(handle.hash())
        .bind(free_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn forget_member(&mut self, member: MemberId) -> Stored<()> {
        for mention in MENTIONS {
            let (table, column) = (mention.table, mention.column);
            let statement = match mention.erased {
                Erased::Gone => format!("DELETE FROM {table} WHERE {column} = ?"),
                Erased::Nameless | Erased::Chosen(_) => {
                    format!("UPDATE {table} SET {column} = NULL WHERE {column} = ?")
                }
                Erased::Not(_) => continue,
            };
            sqlx::query(AssertSqlSafe(statement))
                .bind(mention.key(member))
                .execute(self.connection())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn remember_erased(
        &mut self,
        member: MemberId,
        stays: Stays,
        at: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO erased (member_id, stays, erased_at) VALUES (?, ?, ?) \
             ON CONFLICT (member_id) DO UPDATE \
             SET stays = excluded.stays, erased_at = excluded.erased_at",
        )
        .bind(member.to_string())
        .bind(stays.bits())
        .bind(at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn forget_erased(&mut self, now: Timestamp, before: Timestamp) -> Stored<()> {
        for (statement, moment) in [
            ("DELETE FROM retired_handles WHERE free_at <= ?", now),
            ("DELETE FROM erased WHERE erased_at < ?", before),
        ] {
            sqlx::query(statement)
                .bind(moment.0)
                .execute(self.connection())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }
}
