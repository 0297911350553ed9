use crate::{
    Work,
    keyset::{columns, page, posts},
    row::{get, member_author, parsed, parsed_maybe, time, time_maybe, unreadable},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    actor::Writer,
    care::{
        Call, CallToInsert, CareReads, CareWrites, Claim, Closing, CodeHash, Entry, EntryState,
        EntryToInsert, Post, Queue,
    },
    clock::Timestamp,
    ids::{CallId, CommentId, EntryId, GuestId, MemberId, Subject},
    page::{Mark, Page, Postmark},
    store::Stored,
    watch::Level,
};
use sqlx::{AssertSqlSafe, sqlite::SqliteRow};

const CALL: &str = "SELECT c.* FROM calls c";

const ENTRY: &str =
    "SELECT e.*, m.handle FROM call_entries e LEFT JOIN members m ON m.id = e.member_id";

/// What waits for an answer.
const ASKS: &str = "kind IN ('asked', 'still', 'worry', 'reopened') AND state = 'shown'";

/// The post: `comment-…` under the subject, or the subject itself.
fn post(row: &SqliteRow) -> Stored<Option<Post>> {
    let Some(text) = get::<Option<&str>>(row, "post")? else {
        return Ok(None);
    };
    let id: CommentId = parsed(row, "subject_id")?;
    let subject = Subject {
        kind: parsed(row, "subject_kind")?,
        id: id.uuid(),
    };
    let comment = match text.strip_prefix("comment-") {
        Some(id) => Some(id.parse().map_err(|_| unreadable("post", text))?),
        None => None,
    };
    Ok(Some(Post { subject, comment }))
}

fn level(row: &SqliteRow) -> Stored<Option<Level>> {
    let number: i64 = get(row, "level")?;
    Ok(u8::try_from(number).ok().and_then(Level::from_number))
}

fn call(row: &SqliteRow) -> Stored<Call> {
    let member: Option<MemberId> = parsed_maybe(row, "member_id")?;
    let guest: Option<GuestId> = parsed_maybe(row, "guest_id")?;
    let closing: Option<Closing> = parsed_maybe(row, "closing")?;
    let claimed_by: Option<MemberId> = parsed_maybe(row, "claimed_by")?;
    Ok(Call {
        id: parsed(row, "id")?,
        origin: parsed(row, "origin")?,
        severity: parsed(row, "severity")?,
        queue: parsed(row, "queue")?,
        audience: parsed(row, "audience")?,
        post: post(row)?,
        writer: member.map(Writer::Member).or(guest.map(Writer::Guest)),
        created_at: time(row, "created_at")?,
        moved_at: time(row, "moved_at")?,
        last: get(row, "last")?,
        waiting_since: time_maybe(row, "waiting_since")?,
        answered_at: time_maybe(row, "answered_at")?,
        closed: time_maybe(row, "closed_at")?.zip(closing),
        claim: claimed_by
            .zip(time_maybe(row, "claimed_at")?)
            .map(|(by, at)| Claim { by, at }),
        handed_to: parsed_maybe(row, "handed_to")?,
        escalated_at: time_maybe(row, "escalated_at")?,
        level: level(row)?,
    })
}

fn entry(row: &SqliteRow) -> Stored<Entry> {
    Ok(Entry {
        id: parsed(row, "id")?,
        call: parsed(row, "call_id")?,
        number: get(row, "number")?,
        at: time(row, "at")?,
        kind: parsed(row, "kind")?,
        state: parsed(row, "state")?,
        author: member_author(row)?,
        comment: parsed_maybe(row, "comment_id")?,
        body: get(row, "body")?,
        html: get(row, "html")?,
        settles: get(row, "settles")?,
        closing: parsed_maybe(row, "closing")?,
    })
}

/// Where a list begins that reads newest first.
fn newest(after: Option<Mark>) -> (i64, String) {
    after.map_or((i64::MAX, String::new()), columns)
}

impl Work {
    async fn one_call(&mut self, condition: &str, value: String) -> Stored<Option<Call>> {
        sqlx::query(AssertSqlSafe(format!("{CALL} WHERE {condition}")))
            .bind(value)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(call)
            .transpose()
    }
}

#[async_trait]
impl CareReads for Work {
    async fn call(&mut self, id: CallId) -> Stored<Option<Call>> {
        self.one_call("c.id = ?", id.to_string()).await
    }

    async fn call_by_code(&mut self, code: &CodeHash) -> Stored<Option<Call>> {
        self.one_call("c.code = ?", code.as_str().to_owned()).await
    }

    async fn call_about(&mut self, post: Post) -> Stored<Option<Call>> {
        self.one_call("c.post = ?", post.to_string()).await
    }

    async fn has_calls(&mut self, subject: Subject) -> Stored<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM calls WHERE subject_kind = ? AND subject_id = ?)",
        )
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .fetch_one(self.connection())
        .await
        .map_err(failed)
    }

    async fn calls_under(&mut self, subject: Subject) -> Stored<Vec<Call>> {
        sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.subject_kind = ? AND c.subject_id = ?"
        )))
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(call)
        .collect()
    }

    async fn entry(&mut self, id: EntryId) -> Stored<Option<Entry>> {
        sqlx::query(AssertSqlSafe(format!("{ENTRY} WHERE e.id = ?")))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(entry)
            .transpose()
    }

    async fn entries_in(&mut self, comment: CommentId) -> Stored<Vec<Entry>> {
        sqlx::query(AssertSqlSafe(format!("{ENTRY} WHERE e.comment_id = ?")))
            .bind(comment.to_string())
            .fetch_all(self.connection())
            .await
            .map_err(failed)?
            .iter()
            .map(entry)
            .collect()
    }

    async fn entries(
        &mut self,
        call: CallId,
        before: Option<u32>,
        limit: u32,
    ) -> Stored<Vec<Entry>> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "{ENTRY} WHERE e.call_id = ? AND e.number < ? ORDER BY e.number DESC LIMIT ?"
        )))
        .bind(call.to_string())
        .bind(before.map_or(i64::MAX, i64::from))
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter().rev().map(entry).collect()
    }

    async fn asked_after(&mut self, call: CallId, number: u32) -> Stored<Option<Timestamp>> {
        let at: Option<i64> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT at FROM call_entries WHERE call_id = ? AND number > ? AND {ASKS} \
             ORDER BY number LIMIT 1"
        )))
        .bind(call.to_string())
        .bind(number)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        Ok(at.map(Timestamp))
    }

    async fn settled(&mut self, call: CallId) -> Stored<u32> {
        sqlx::query_scalar(
            "SELECT coalesce(max(settles), 0) FROM call_entries \
             WHERE call_id = ? AND state = 'shown'",
        )
        .bind(call.to_string())
        .fetch_one(self.connection())
        .await
        .map_err(failed)
    }

    async fn waiting_calls(
        &mut self,
        queue: Queue,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Call>> {
        let (at, id) = after.map_or((i64::MIN, String::new()), columns);
        let rows = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.queue = ? AND c.waiting_since IS NOT NULL \
             AND (c.waiting_since, c.id) > (?, ?) ORDER BY c.waiting_since, c.id LIMIT ?"
        )))
        .bind(queue.name())
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        page(&rows, limit, "waiting_since", call)
    }

    async fn waiting_count(&mut self, queue: Queue) -> Stored<u64> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM calls \
             WHERE queue = ? AND waiting_since IS NOT NULL AND waiting_since > ?",
        )
        .bind(queue.name())
        .bind(i64::MIN)
        .fetch_one(self.connection())
        .await
        .map_err(failed)?;
        Ok(count.unsigned_abs())
    }

    async fn settled_calls(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Call>> {
        let (at, id) = newest(after);
        let rows = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.waiting_since IS NULL AND (c.moved_at, c.id) < (?, ?) \
             ORDER BY c.moved_at DESC, c.id DESC LIMIT ?"
        )))
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        page(&rows, limit, "moved_at", call)
    }

    async fn public_calls(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<Call>> {
        let (at, id) = self.newest_posts("calls", after).await?;
        let rows = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.audience = 'everyone' AND c.closed_at IS NULL \
             AND (c.created_at, c.id) < (?, ?) ORDER BY c.created_at DESC, c.id DESC LIMIT ?"
        )))
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        posts(&rows, limit, call)
    }

    async fn calls_of(&mut self, member: MemberId, limit: u32) -> Stored<Vec<Call>> {
        sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.member_id = ? AND c.origin = 'asked' \
             ORDER BY c.created_at DESC, c.id DESC LIMIT ?"
        )))
        .bind(member.to_string())
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(call)
        .collect()
    }

    async fn held_replies(&mut self, limit: u32) -> Stored<Vec<Entry>> {
        sqlx::query(AssertSqlSafe(format!(
            "{ENTRY} WHERE e.state = 'held' AND e.comment_id IS NULL ORDER BY e.at, e.id LIMIT ?"
        )))
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(entry)
        .collect()
    }

    async fn first_waits(&mut self, since: Timestamp, limit: u32) -> Stored<Vec<i64>> {
        sqlx::query_scalar(
            "SELECT answered_at - created_at FROM calls WHERE answered_at >= ? \
             AND queue = 'asked' AND origin <> 'imported' ORDER BY answered_at DESC LIMIT ?",
        )
        .bind(since.0)
        .bind(limit)
        .fetch_all(self.connection())
        .await
        .map_err(failed)
    }
}

#[async_trait]
impl CareWrites for Work {
    async fn insert_call(&mut self, new: &CallToInsert) -> Stored<()> {
        let (member, guest) = new.writer.map_or((None, None), crate::comments::ids_of);
        sqlx::query(
            "INSERT INTO calls (id, code, origin, severity, audience, member_id, guest_id, post, \
             subject_kind, subject_id, created_at, moved_at, waiting_since, queue) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?11, ?11, ?11, ?12)",
        )
        .bind(new.id.to_string())
        .bind(new.code.as_ref().map(CodeHash::as_str))
        .bind(new.origin.name())
        .bind(new.severity.name())
        .bind(new.audience.name())
        .bind(member)
        .bind(guest)
        .bind(new.post.map(|post| post.to_string()))
        .bind(new.post.map(|post| post.subject.kind.name()))
        .bind(new.post.map(|post| post.subject.id.simple().to_string()))
        .bind(new.created_at.0)
        .bind(Queue::of(new.origin, new.severity).name())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn hold_call(&mut self, id: CallId) -> Stored<Option<Call>> {
        self.call(id).await
    }

    async fn keep_call(&mut self, call: &Call) -> Stored<()> {
        let (closed_at, closing) = call.closed.unzip();
        sqlx::query(
            "UPDATE calls SET severity = ?1, audience = ?2, moved_at = ?3, waiting_since = ?4, \
             level = CASE WHEN waiting_since IS ?4 THEN level ELSE 0 END, \
             answered_at = ?5, closed_at = ?6, closing = ?7, claimed_by = ?8, claimed_at = ?9, \
             handed_to = ?10, escalated_at = ?11, queue = ?12 WHERE id = ?13",
        )
        .bind(call.severity.name())
        .bind(call.audience.name())
        .bind(call.moved_at.0)
        .bind(call.waiting_since.map(|at| at.0))
        .bind(call.answered_at.map(|at| at.0))
        .bind(closed_at.map(|at| at.0))
        .bind(closing.map(Closing::name))
        .bind(call.claim.as_ref().map(|claim| claim.by.to_string()))
        .bind(call.claim.as_ref().map(|claim| claim.at.0))
        .bind(call.handed_to.map(|id| id.to_string()))
        .bind(call.escalated_at.map(|at| at.0))
        .bind(call.queue.name())
        .bind(call.id.to_string())
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn insert_entry(&mut self, new: &EntryToInsert) -> Stored<u32> {
        let number: u32 =
            sqlx::query_scalar("UPDATE calls SET last = last + 1 WHERE id = ? RETURNING last")
                .bind(new.call.to_string())
                .fetch_one(self.connection())
                .await
                .map_err(failed)?;
        sqlx::query(
            "INSERT INTO call_entries (id, call_id, number, at, kind, state, member_id, \
             anonymous, comment_id, body, html, settles, closing) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.to_string())
        .bind(new.call.to_string())
        .bind(number)
        .bind(new.at.0)
        .bind(new.kind.name())
        .bind(new.state.name())
        .bind(new.member.map(|id| id.to_string()))
        .bind(new.anonymous)
        .bind(new.comment.map(|id| id.to_string()))
        .bind(&new.body)
        .bind(&new.html)
        .bind(new.settles)
        .bind(new.closing.map(Closing::name))
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(number)
    }

    async fn set_entry_state(
        &mut self,
        id: EntryId,
        state: EntryState,
        by: Option<MemberId>,
    ) -> Stored<()> {
        sqlx::query("UPDATE call_entries SET state = ?, decided_by = ? WHERE id = ?")
            .bind(state.name())
            .bind(by.map(|id| id.to_string()))
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
