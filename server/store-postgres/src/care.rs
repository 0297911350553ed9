use crate::{
    Work,
    comments::ids_of,
    keyset::{asked, columns, newest, page, posts},
    row::{first, get, member_author, number, parsed, parsed_maybe, time, time_maybe, unreadable},
    subject::{key, subject},
    work::{Hold, kept},
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
use sqlx::{AssertSqlSafe, postgres::PgRow};

const CALL: &str = "SELECT c.* FROM calls c";

const ENTRY: &str =
    "SELECT e.*, m.handle FROM call_entries e LEFT JOIN members m ON m.id = e.member_id";

/// What waits for an answer.
const ASKS: &str = "kind IN ('asked', 'still', 'worry', 'reopened') AND state = 'shown'";

/// The post: `comment-…` under the subject, or the subject itself.
fn post(row: &PgRow) -> Stored<Option<Post>> {
    let Some(text) = get::<Option<&str>>(row, "post")? else {
        return Ok(None);
    };
    let comment = match text.strip_prefix("comment-") {
        Some(id) => Some(id.parse().map_err(|_| unreadable("post", text))?),
        None => None,
    };
    Ok(Some(Post {
        subject: subject(row)?,
        comment,
    }))
}

fn level(row: &PgRow) -> Stored<Option<Level>> {
    let number: i64 = get(row, "level")?;
    Ok(u8::try_from(number).ok().and_then(Level::from_number))
}

fn call(row: &PgRow) -> Stored<Call> {
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
        last: number(row, "last")?,
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

fn entry(row: &PgRow) -> Stored<Entry> {
    Ok(Entry {
        id: parsed(row, "id")?,
        call: parsed(row, "call_id")?,
        number: number(row, "number")?,
        at: time(row, "at")?,
        kind: parsed(row, "kind")?,
        state: parsed(row, "state")?,
        author: member_author(row)?,
        comment: parsed_maybe(row, "comment_id")?,
        body: get(row, "body")?,
        html: get(row, "html")?,
        settles: number(row, "settles")?,
        closing: parsed_maybe(row, "closing")?,
    })
}

impl Work {
    async fn one_call(&mut self, condition: &str, value: String) -> Stored<Option<Call>> {
        let statement = sqlx::query(AssertSqlSafe(format!("{CALL} WHERE {condition}")));
        self.one(statement.bind(value), call).await
    }
}

#[async_trait]
impl CareReads for Work {
    async fn call(&mut self, id: CallId) -> Stored<Option<Call>> {
        self.one_call("c.id = $1", id.to_string()).await
    }

    async fn call_by_code(&mut self, code: &CodeHash) -> Stored<Option<Call>> {
        self.one_call("c.code = $1", code.as_str().to_owned()).await
    }

    async fn call_about(&mut self, post: Post) -> Stored<Option<Call>> {
        // There may be none yet, and two who find none would both begin one.
        self.take_turn(&format!("call {post}")).await?;
        self.one_call("c.post = $1", post.to_string()).await
    }

    async fn has_calls(&mut self, subject: Subject) -> Stored<bool> {
        let statement = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM calls WHERE subject_kind = $1 AND subject_id = $2)",
        )
        .bind(subject.kind.name())
        .bind(key(subject));
        self.sole(statement, first).await
    }

    async fn calls_under(&mut self, subject: Subject) -> Stored<Vec<Call>> {
        let statement = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.subject_kind = $1 AND c.subject_id = $2"
        )))
        .bind(subject.kind.name())
        .bind(key(subject));
        self.many(statement, call).await
    }

    async fn entry(&mut self, id: EntryId) -> Stored<Option<Entry>> {
        let statement = sqlx::query(AssertSqlSafe(format!("{ENTRY} WHERE e.id = $1")));
        self.one(statement.bind(id.to_string()), entry).await
    }

    async fn entries_in(&mut self, comment: CommentId) -> Stored<Vec<Entry>> {
        let statement = sqlx::query(AssertSqlSafe(format!("{ENTRY} WHERE e.comment_id = $1")));
        self.many(statement.bind(comment.to_string()), entry).await
    }

    async fn entries(
        &mut self,
        call: CallId,
        before: Option<u32>,
        limit: u32,
    ) -> Stored<Vec<Entry>> {
        let statement = sqlx::query(AssertSqlSafe(format!(
            "{ENTRY} WHERE e.call_id = $1 AND e.number < $2 ORDER BY e.number DESC LIMIT $3"
        )))
        .bind(call.to_string())
        .bind(before.map_or(i64::MAX, i64::from))
        .bind(i64::from(limit));
        let mut entries = self.many(statement, entry).await?;
        entries.reverse();
        Ok(entries)
    }

    async fn asked_after(&mut self, call: CallId, number: u32) -> Stored<Option<Timestamp>> {
        let statement = sqlx::query(AssertSqlSafe(format!(
            "SELECT at FROM call_entries WHERE call_id = $1 AND number > $2 AND {ASKS} \
             ORDER BY number LIMIT 1"
        )))
        .bind(call.to_string())
        .bind(i64::from(number));
        self.one(statement, |row| time(row, "at")).await
    }

    async fn settled(&mut self, call: CallId) -> Stored<u32> {
        let statement = sqlx::query(
            "SELECT coalesce(max(settles), 0) AS settled FROM call_entries \
             WHERE call_id = $1 AND state = 'shown'",
        );
        self.sole(statement.bind(call.to_string()), |row| {
            number(row, "settled")
        })
        .await
    }

    async fn waiting_calls(
        &mut self,
        queue: Queue,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Call>> {
        let (at, id) = after.map_or((i64::MIN, String::new()), columns);
        let statement = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.queue = $1 AND c.waiting_since IS NOT NULL \
             AND (c.waiting_since, c.id) > ($2, $3) ORDER BY c.waiting_since, c.id LIMIT $4"
        )))
        .bind(queue.name())
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        page(&rows, limit, "waiting_since", call)
    }

    async fn waiting_count(&mut self, queue: Queue) -> Stored<u64> {
        let statement = sqlx::query(
            "SELECT count(*) FROM calls \
             WHERE queue = $1 AND waiting_since IS NOT NULL AND waiting_since > $2",
        )
        .bind(queue.name())
        .bind(i64::MIN);
        let count: i64 = self.sole(statement, first).await?;
        Ok(count.unsigned_abs())
    }

    async fn settled_calls(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Call>> {
        let (at, id) = newest(after);
        let statement = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.waiting_since IS NULL AND (c.moved_at, c.id) < ($1, $2) \
             ORDER BY c.moved_at DESC, c.id DESC LIMIT $3"
        )))
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        page(&rows, limit, "moved_at", call)
    }

    async fn public_calls(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<Call>> {
        let (at, id) = self.newest_posts("calls", after).await?;
        let statement = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.audience = 'everyone' AND c.closed_at IS NULL \
             AND (c.created_at, c.id) < ($1, $2) ORDER BY c.created_at DESC, c.id DESC LIMIT $3"
        )))
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        posts(&rows, limit, call)
    }

    async fn calls_of(&mut self, member: MemberId, limit: u32) -> Stored<Vec<Call>> {
        let statement = sqlx::query(AssertSqlSafe(format!(
            "{CALL} WHERE c.member_id = $1 AND c.origin = 'asked' \
             ORDER BY c.created_at DESC, c.id DESC LIMIT $2"
        )))
        .bind(member.to_string())
        .bind(i64::from(limit));
        self.many(statement, call).await
    }

    async fn held_replies(&mut self, limit: u32) -> Stored<Vec<Entry>> {
        let statement = sqlx::query(AssertSqlSafe(format!(
            "{ENTRY} WHERE e.state = 'held' AND e.comment_id IS NULL ORDER BY e.at, e.id LIMIT $1"
        )));
        self.many(statement.bind(i64::from(limit)), entry).await
    }

    async fn first_waits(&mut self, since: Timestamp, limit: u32) -> Stored<Vec<i64>> {
        let statement = sqlx::query(
            "SELECT answered_at - created_at FROM calls WHERE answered_at >= $1 \
             AND queue = 'asked' AND origin <> 'imported' ORDER BY answered_at DESC LIMIT $2",
        )
        .bind(since.0)
        .bind(i64::from(limit));
        self.many(statement, first).await
    }
}

#[async_trait]
impl CareWrites for Work {
    async fn insert_call(&mut self, new: &CallToInsert) -> Stored<()> {
        let (member, guest) = new.writer.map_or((None, None), ids_of);
        let statement = sqlx::query(
            "INSERT INTO calls (id, code, origin, severity, audience, member_id, guest_id, post, \
             subject_kind, subject_id, created_at, moved_at, waiting_since, queue) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11, $12)",
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
        .bind(new.post.map(|post| key(post.subject)))
        .bind(new.created_at.0)
        .bind(Queue::of(new.origin, new.severity).name());
        self.run(statement).await?;
        Ok(())
    }

    async fn hold_call(&mut self, id: CallId) -> Stored<Option<Call>> {
        self.hold("calls", "id", &id.to_string(), Hold::Changing)
            .await?;
        self.call(id).await
    }

    async fn keep_call(&mut self, call: &Call) -> Stored<()> {
        let (closed_at, closing) = call.closed.unzip();
        let statement = sqlx::query(
            "UPDATE calls SET severity = $1, audience = $2, moved_at = $3, waiting_since = $4, \
             level = CASE WHEN waiting_since IS NOT DISTINCT FROM $4 THEN level ELSE 0 END, \
             answered_at = $5, closed_at = $6, closing = $7, claimed_by = $8, claimed_at = $9, \
             handed_to = $10, escalated_at = $11, queue = $12 WHERE id = $13",
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
        .bind(call.id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn insert_entry(&mut self, new: &EntryToInsert) -> Stored<u32> {
        let statement =
            sqlx::query("UPDATE calls SET last = last + 1 WHERE id = $1 RETURNING last");
        let place: u32 = self
            .sole(statement.bind(new.call.to_string()), |row| {
                number(row, "last")
            })
            .await?;
        let statement = sqlx::query(
            "INSERT INTO call_entries (id, call_id, number, at, kind, state, member_id, \
             anonymous, comment_id, body, html, settles, closing) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(new.id.to_string())
        .bind(new.call.to_string())
        .bind(i64::from(place))
        .bind(new.at.0)
        .bind(new.kind.name())
        .bind(new.state.name())
        .bind(new.member.map(|id| id.to_string()))
        .bind(i64::from(new.anonymous))
        .bind(new.comment.map(|id| id.to_string()))
        .bind(kept(&new.body))
        .bind(kept(&new.html))
        .bind(i64::from(new.settles))
        .bind(new.closing.map(Closing::name));
        self.run(statement).await?;
        Ok(place)
    }

    async fn set_entry_state(
        &mut self,
        id: EntryId,
        state: EntryState,
        by: Option<MemberId>,
    ) -> Stored<()> {
        let statement =
            sqlx::query("UPDATE call_entries SET state = $1, decided_by = $2 WHERE id = $3")
                .bind(state.name())
                .bind(by.map(|id| id.to_string()))
                .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }
}
