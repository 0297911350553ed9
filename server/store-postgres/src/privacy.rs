use crate::{
    Work,
    row::{flag, get, parsed, time, time_maybe},
    work::{Hold, Statement},
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
use sqlx::{AssertSqlSafe, Column, Row, TypeInfo, postgres::PgRow};

fn erasure(row: &PgRow) -> Stored<Erasure> {
    Ok(Erasure {
        due_at: time_maybe(row, "due_at")?,
        stays: stays(row)?,
        asked_at: time(row, "asked_at")?,
    })
}

fn stays(row: &PgRow) -> Stored<Stays> {
    Ok(Stays::from_bits(get::<i64>(row, "stays")? as u8))
}

#[async_trait]
impl PrivacyReads for Work {
    async fn erasure(&mut self, member: MemberId) -> Stored<Option<Erasure>> {
        let member = member.to_string();
        self.hold("erasures", "member_id", &member, Hold::Changing)
            .await?;
        let statement =
            sqlx::query("SELECT due_at, stays, asked_at FROM erasures WHERE member_id = $1");
        self.one(statement.bind(member), erasure).await
    }

    async fn due_erasures(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<(MemberId, Stays)>> {
        let statement = sqlx::query(
            "SELECT member_id, stays FROM erasures WHERE due_at <= $1 \
             ORDER BY due_at, member_id LIMIT $2",
        )
        .bind(now.0)
        .bind(i64::from(limit));
        self.many(statement, |row| {
            Ok((parsed(row, "member_id")?, stays(row)?))
        })
        .await
    }

    async fn brought_back(&mut self, limit: u32) -> Stored<Vec<(MemberId, Stays)>> {
        let statement = sqlx::query(
            "SELECT e.member_id, e.stays FROM erased e JOIN members m ON m.id = e.member_id \
             LIMIT $1",
        )
        .bind(i64::from(limit));
        self.many(statement, |row| {
            Ok((parsed(row, "member_id")?, stays(row)?))
        })
        .await
    }

    /// In a unit no other host asks to be erased until it ends.
    async fn lasting_hosts(&mut self) -> Stored<Vec<MemberId>> {
        self.take_turn("hosts").await?;
        // 8 is the bit of hosts; as a value it would find no index.
        let statement = sqlx::query(
            "SELECT m.id FROM members m WHERE m.roles & 8 <> 0 AND m.state = 'active' \
             AND NOT EXISTS (SELECT 1 FROM erasures e WHERE e.member_id = m.id \
             AND e.due_at IS NOT NULL) ORDER BY m.id LIMIT 100",
        );
        self.many(statement, |row| parsed(row, "id")).await
    }

    async fn posted(&mut self, member: MemberId, words: Words, limit: u32) -> Stored<Vec<Posted>> {
        let table = words.name();
        let anonymous = match words {
            Words::Calls => "1::bigint AS anonymous",
            _ => "anonymous",
        };
        let statement = sqlx::query(AssertSqlSafe(format!(
            "SELECT id, {anonymous} FROM {table} WHERE member_id = $1 \
             ORDER BY created_at, id LIMIT $2"
        )))
        .bind(member.to_string())
        .bind(i64::from(limit));
        let posted = |row: &PgRow| {
            Ok(Posted {
                id: parsed(row, "id")?,
                anonymous: flag(row, "anonymous")?,
            })
        };
        self.many(statement, posted).await
    }

    async fn due_to_leave(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<(Words, PostId)>> {
        let statement = sqlx::query(
            "SELECT kind, id FROM leaving WHERE due_at <= $1 ORDER BY due_at, kind, id LIMIT $2",
        )
        .bind(now.0)
        .bind(i64::from(limit));
        self.many(statement, |row| {
            Ok((parsed(row, "kind")?, parsed(row, "id")?))
        })
        .await
    }

    async fn each_mention(
        &mut self,
        mention: &'static Mention,
        member: MemberId,
        take: Taker<'_>,
    ) -> Stored<()> {
        let (table, column) = (mention.table, mention.column);
        let statement = match mention.named {
            Named::ById | Named::ByKey => format!("SELECT * FROM {table} WHERE {column} = $1"),
            Named::ByCall => "SELECT e.* FROM call_entries e JOIN calls c ON c.id = e.call_id \
                 WHERE c.member_id = $1 AND e.kind IN ('asked', 'still')"
                .to_owned(),
            Named::InLog => format!(
                "SELECT l.* FROM members m JOIN audit l \
                 ON l.{column} IN (m.opaque_id, 'member-' || m.opaque_id) WHERE m.id = $1"
            ),
        };
        let statement = sqlx::query(AssertSqlSafe(statement)).bind(mention.key(member));
        self.each(statement, |row| take(record(row)?)).await
    }
}

fn record(row: &PgRow) -> Stored<Record> {
    let columns = row.columns().iter();
    columns
        .map(|column| {
            let name = column.name();
            let value = match column.type_info().name() {
                "INT8" => get::<Option<i64>>(row, name)?.map_or(Value::Nothing, Value::Number),
                _ => get::<Option<String>>(row, name)?.map_or(Value::Nothing, Value::Text),
            };
            Ok((name.to_owned(), value))
        })
        .collect()
}

#[async_trait]
impl PrivacyWrites for Work {
    async fn keep_erasure(&mut self, member: MemberId, erasure: &Erasure) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO erasures (member_id, due_at, stays, asked_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (member_id) DO UPDATE SET due_at = excluded.due_at, \
             stays = excluded.stays, asked_at = excluded.asked_at",
        )
        .bind(member.to_string())
        .bind(erasure.due_at.map(|at| at.0))
        .bind(i64::from(erasure.stays.bits()))
        .bind(erasure.asked_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn let_leave(&mut self, words: Words, id: PostId, at: Timestamp) -> Stored<()> {
        let (table, id) = (words.name(), id.to_string());
        let statement = sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET member_id = NULL WHERE id = $1"
        )));
        self.run(statement.bind(&id)).await?;
        let statement = sqlx::query(
            "INSERT INTO leaving (kind, id, due_at) VALUES ($1, $2, $3) \
             ON CONFLICT (kind, id) DO NOTHING",
        )
        .bind(table)
        .bind(&id)
        .bind(at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn remove_call(&mut self, id: CallId) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM calls WHERE id = $1");
        self.run(statement.bind(id.to_string())).await?;
        Ok(())
    }

    async fn has_left(&mut self, words: Words, id: PostId) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM leaving WHERE kind = $1 AND id = $2")
            .bind(words.name())
            .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn rest_handle(&mut self, handle: &Handle, free_at: Timestamp) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO retired_handles (hash, free_at) VALUES ($1, $2) \
             ON CONFLICT (hash) DO UPDATE SET free_at = excluded.free_at",
        )
        .bind(handle.hash())
        .bind(free_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_member(&mut self, member: MemberId) -> Stored<()> {
        for mention in MENTIONS {
            let (table, column) = (mention.table, mention.column);
            let statement = match mention.erased {
                Erased::Gone => format!("DELETE FROM {table} WHERE {column} = $1"),
                Erased::Nameless | Erased::Chosen(_) => {
                    format!("UPDATE {table} SET {column} = NULL WHERE {column} = $1")
                }
                Erased::Not(_) => continue,
            };
            let statement: Statement<'_> = sqlx::query(AssertSqlSafe(statement));
            self.run(statement.bind(mention.key(member))).await?;
        }
        Ok(())
    }

    async fn remember_erased(
        &mut self,
        member: MemberId,
        stays: Stays,
        at: Timestamp,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO erased (member_id, stays, erased_at) VALUES ($1, $2, $3) \
             ON CONFLICT (member_id) DO UPDATE \
             SET stays = excluded.stays, erased_at = excluded.erased_at",
        )
        .bind(member.to_string())
        .bind(i64::from(stays.bits()))
        .bind(at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_erased(&mut self, now: Timestamp, before: Timestamp) -> Stored<()> {
        for (statement, moment) in [
            ("DELETE FROM retired_handles WHERE free_at <= $1", now),
            ("DELETE FROM erased WHERE erased_at < $1", before),
        ] {
            let statement: Statement<'_> = sqlx::query(statement);
            self.run(statement.bind(moment.0)).await?;
        }
        Ok(())
    }
}
