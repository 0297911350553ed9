use crate::{
    Work,
    keyset::asked,
    row::{author, first, get, number, parsed, parsed_maybe, time, time_maybe, unreadable},
    subject::{key, subject},
    work::{Hold, Statement, kept},
};
use async_trait::async_trait;
use domain::{
    actor::Writer,
    clock::Timestamp,
    comments::{
        Comment, CommentReads, CommentState, CommentToInsert, CommentWrites, ImportedComment,
        Thread,
    },
    ids::{CommentId, Subject, SubjectKind},
    page::{Cursor, Page},
    store::Stored,
};
use sqlx::postgres::PgRow;

const fn state_name(state: CommentState) -> &'static str {
    match state {
        CommentState::Published => "published",
        CommentState::Held => "held",
        CommentState::Refused => "refused",
        CommentState::Gap => "gap",
    }
}

pub(crate) fn comment(row: &PgRow) -> Stored<Comment> {
    let state: &str = get(row, "state")?;
    Ok(Comment {
        id: parsed(row, "id")?,
        subject: subject(row)?,
        parent: parsed_maybe(row, "parent_id")?,
        depth: number(row, "depth")?,
        author: author(row)?,
        state: match state {
            "published" => CommentState::Published,
            "held" => CommentState::Held,
            "refused" => CommentState::Refused,
            "gap" => CommentState::Gap,
            other => return Err(unreadable("state", other)),
        },
        refusal: get(row, "refusal")?,
        body: get(row, "body")?,
        html: get(row, "html")?,
        created_at: time(row, "created_at")?,
        edited_at: time_maybe(row, "edited_at")?,
    })
}

/// A path as a cursor: opaque enough that nobody builds one by hand.
fn cursor(path: String) -> Cursor {
    Cursor(path)
}

fn path_of(cursor: Option<&Cursor>) -> &str {
    cursor
        .map(|cursor| cursor.0.as_str())
        .filter(|path| path.bytes().all(|b| b.is_ascii_hexdigit()))
        .unwrap_or_default()
}

/// What [`comment`] reads.
pub(crate) const SELECT: &str = "SELECT c.id, c.subject_kind, c.subject_id, c.parent_id, c.path, \
     c.depth, c.member_id, c.guest_id, c.anonymous, c.state, c.body, c.html, c.created_at, \
     c.edited_at, m.handle, g.pseudonym, CASE c.state \
     WHEN 'refused' THEN (SELECT d.reason FROM decisions d WHERE d.comment_id = c.id) \
     END AS refusal FROM comments c \
     LEFT JOIN members m ON m.id = c.member_id LEFT JOIN guests g ON g.id = c.guest_id ";

fn comment_where(condition: &str) -> Statement<'static> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE {condition}")))
}

fn ids_of(writer: Writer) -> (Option<String>, Option<String>) {
    match writer {
        Writer::Member(id) => (Some(id.to_string()), None),
        Writer::Guest(id) => (None, Some(id.to_string())),
    }
}

#[async_trait]
impl CommentReads for Work {
    /// In a unit the subject stands until the unit ends.
    async fn thread(&mut self, subject: Subject, now: Timestamp) -> Stored<Option<Thread>> {
        self.hold_subject(subject, Hold::Standing).await?;
        let statement = match subject.kind {
            SubjectKind::Article => {
                "SELECT '/series/' || s.slug || '/' || a.slug FROM articles a \
                 JOIN series s ON s.id = a.series_id WHERE a.id = $1 AND a.published_at <= $2"
            }
            SubjectKind::Reflection => {
                "SELECT '/reflections/' || id FROM reflections WHERE id = $1 AND created_at <= $2"
            }
            SubjectKind::Story => {
                "SELECT '/stories/' || id FROM stories WHERE id = $1 AND created_at <= $2"
            }
            SubjectKind::ShoutOut => {
                "SELECT '/shout-outs/' || id FROM shout_outs WHERE id = $1 AND created_at <= $2"
            }
            SubjectKind::Ritual => {
                "SELECT '/rituals/' || id FROM rituals WHERE id = $1 AND created_at <= $2"
            }
        };
        let statement = sqlx::query(statement).bind(key(subject)).bind(now.0);
        let address = self.one(statement, first).await?;
        Ok(address.map(|address| Thread { address }))
    }

    /// In a unit nobody else changes its thread until the unit ends.
    async fn comment(&mut self, id: CommentId) -> Stored<Option<Comment>> {
        self.hold_thread_of(id).await?;
        let statement = comment_where("c.id = $1").bind(id.to_string());
        self.one(statement, comment).await
    }

    async fn comment_by_source(&mut self, source: &str) -> Stored<Option<Comment>> {
        let statement = comment_where("c.source = $1").bind(kept(source));
        self.one(statement, comment).await
    }

    async fn thread_page(
        &mut self,
        subject: Subject,
        viewer: Writer,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<Comment>> {
        let (member, guest) = ids_of(viewer);
        let statement = comment_where(
            "c.subject_kind = $1 AND c.subject_id = $2 AND c.path > $3 \
             AND (c.state NOT IN ('held', 'refused') OR c.member_id = $4 OR c.guest_id = $5) \
             ORDER BY c.path LIMIT $6",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(path_of(after))
        .bind(member)
        .bind(guest)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        let shown = rows.len().min(limit as usize);
        let next = match rows[..shown].last() {
            Some(last) if rows.len() > shown => Some(cursor(get(last, "path")?)),
            _ => None,
        };
        let items = rows[..shown].iter().map(comment).collect::<Stored<_>>()?;
        Ok(Page { items, next })
    }

    async fn page_holding(&mut self, id: CommentId, limit: u32) -> Stored<Option<Cursor>> {
        let statement =
            sqlx::query("SELECT subject_kind, subject_id, path FROM comments WHERE id = $1")
                .bind(id.to_string());
        let place = self
            .one(statement, |row| {
                Ok((subject(row)?, get::<String>(row, "path")?))
            })
            .await?;
        let Some((subject, path)) = place else {
            return Ok(None);
        };
        // On the first page? Held ones are counted too, so the page may hold
        // fewer than it could; it never holds too few.
        let statement = sqlx::query(
            "SELECT path FROM comments WHERE subject_kind = $1 AND subject_id = $2 \
             ORDER BY path LIMIT 1 OFFSET $3",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(i64::from(limit));
        let first_beyond: Option<String> = self.one(statement, first).await?;
        if first_beyond.is_none_or(|beyond| path < beyond) {
            return Ok(None);
        }
        // Else some of what stands before it comes along, for context.
        let statement = sqlx::query(
            "SELECT path FROM comments WHERE subject_kind = $1 AND subject_id = $2 AND path < $3 \
             ORDER BY path DESC LIMIT 1 OFFSET $4",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(path)
        .bind(i64::from(limit / 5));
        let before = self.one(statement, first).await?;
        Ok(before.map(cursor))
    }

    async fn comment_count(&mut self, subject: Subject) -> Stored<u64> {
        let statement = sqlx::query(
            "SELECT published FROM threads WHERE subject_kind = $1 AND subject_id = $2",
        )
        .bind(subject.kind.name())
        .bind(key(subject));
        let count: Option<i64> = self.one(statement, first).await?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}

/// A row to be added, wherever its words come from.
struct Added<'a> {
    id: CommentId,
    subject: Subject,
    parent: Option<CommentId>,
    writer: Option<Writer>,
    anonymous: bool,
    state: CommentState,
    body: &'a str,
    html: &'a str,
    created_at: Timestamp,
    source: Option<&'a str>,
}

const fn counts(state: CommentState) -> i64 {
    matches!(state, CommentState::Published) as i64
}

impl Work {
    /// Holds the thread that a comment stands in.
    async fn hold_thread_of(&mut self, id: CommentId) -> Stored<()> {
        let statement = sqlx::query("SELECT subject_kind, subject_id FROM comments WHERE id = $1")
            .bind(id.to_string());
        if !self.is_unit() {
            return Ok(());
        }
        let Some(subject) = self.one(statement, subject).await? else {
            return Ok(());
        };
        let statement = sqlx::query(
            "SELECT 1 FROM threads WHERE subject_kind = $1 AND subject_id = $2 FOR UPDATE",
        )
        .bind(subject.kind.name())
        .bind(key(subject));
        self.run(statement).await?;
        Ok(())
    }

    /// Gives a place in a thread, holds the thread, and counts.
    async fn next_place(&mut self, subject: Subject, state: CommentState) -> Stored<i64> {
        let statement = sqlx::query(
            "INSERT INTO threads (subject_kind, subject_id, next, published) \
             VALUES ($1, $2, 2, $3) \
             ON CONFLICT (subject_kind, subject_id) DO UPDATE SET next = threads.next + 1, \
             published = threads.published + excluded.published \
             RETURNING next - 1",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(counts(state));
        self.sole(statement, first).await
    }

    async fn add_comment(&mut self, new: &Added<'_>) -> Stored<()> {
        let number = self.next_place(new.subject, new.state).await?;
        let (above, depth) = match new.parent {
            None => (String::new(), 0),
            Some(parent) => {
                let statement = sqlx::query("SELECT path, depth FROM comments WHERE id = $1")
                    .bind(parent.to_string());
                self.sole(statement, |row| {
                    Ok((get::<String>(row, "path")?, get::<i64>(row, "depth")? + 1))
                })
                .await?
            }
        };
        let (member, guest) = new.writer.map_or((None, None), ids_of);
        let statement = sqlx::query(
            "INSERT INTO comments (id, subject_kind, subject_id, parent_id, path, depth, \
             member_id, guest_id, anonymous, state, body, html, created_at, source) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(new.id.to_string())
        .bind(new.subject.kind.name())
        .bind(key(new.subject))
        .bind(new.parent.map(|id| id.to_string()))
        .bind(format!("{above}{number:06x}"))
        .bind(depth)
        .bind(member)
        .bind(guest)
        .bind(i64::from(new.anonymous))
        .bind(state_name(new.state))
        .bind(kept(new.body))
        .bind(kept(new.html))
        .bind(new.created_at.0)
        .bind(new.source.map(kept));
        self.run(statement).await?;
        Ok(())
    }

    async fn count_published(&mut self, subject: Subject, by: i64) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE threads SET published = published + $1 \
             WHERE subject_kind = $2 AND subject_id = $3",
        )
        .bind(by)
        .bind(subject.kind.name())
        .bind(key(subject));
        self.run(statement).await?;
        Ok(())
    }

    async fn has_replies(&mut self, id: &str) -> Stored<bool> {
        let statement = sqlx::query("SELECT EXISTS (SELECT 1 FROM comments WHERE parent_id = $1)");
        self.sole(statement.bind(id), first).await
    }

    async fn make_gap(&mut self, id: &str) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE comments SET state = 'gap', body = '', html = '', member_id = NULL, \
             guest_id = NULL, anonymous = 0, edited_at = NULL WHERE id = $1",
        );
        self.run(statement.bind(id)).await?;
        Ok(())
    }

    /// Takes out a row; answers with what it replied to.
    async fn delete_comment(&mut self, id: &str) -> Stored<Option<String>> {
        let statement = sqlx::query("DELETE FROM comments WHERE id = $1 RETURNING parent_id");
        self.sole(statement.bind(id), first).await
    }

    async fn is_gap(&mut self, id: &str) -> Stored<bool> {
        let statement = sqlx::query("SELECT state = 'gap' FROM comments WHERE id = $1");
        self.sole(statement.bind(id), first).await
    }
}

#[async_trait]
impl CommentWrites for Work {
    async fn insert_comment(&mut self, new: &CommentToInsert) -> Stored<()> {
        self.add_comment(&Added {
            id: new.id,
            subject: new.subject,
            parent: new.parent,
            writer: Some(new.writer),
            anonymous: new.anonymous,
            state: new.state,
            body: &new.body,
            html: &new.html,
            created_at: new.created_at,
            source: None,
        })
        .await
    }

    async fn insert_imported_comment(&mut self, new: &ImportedComment) -> Stored<()> {
        self.add_comment(&Added {
            id: new.id,
            subject: new.subject,
            parent: new.parent,
            writer: new.writer,
            anonymous: false,
            state: new.state,
            body: &new.body,
            html: &new.html,
            created_at: new.created_at,
            source: Some(&new.source),
        })
        .await
    }

    async fn edit_comment(
        &mut self,
        id: CommentId,
        body: &str,
        html: &str,
        now: Timestamp,
    ) -> Stored<()> {
        let statement =
            sqlx::query("UPDATE comments SET body = $1, html = $2, edited_at = $3 WHERE id = $4")
                .bind(kept(body))
                .bind(kept(html))
                .bind(now.0)
                .bind(id.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn set_comment_state(&mut self, id: CommentId, state: CommentState) -> Stored<()> {
        let Some(comment) = self.comment(id).await? else {
            return Ok(());
        };
        let statement = sqlx::query("UPDATE comments SET state = $1 WHERE id = $2")
            .bind(state_name(state))
            .bind(id.to_string());
        self.run(statement).await?;
        self.count_published(comment.subject, counts(state) - counts(comment.state))
            .await
    }

    async fn remove_comment(&mut self, id: CommentId) -> Stored<()> {
        let Some(comment) = self.comment(id).await? else {
            return Ok(());
        };
        self.count_published(comment.subject, -counts(comment.state))
            .await?;
        let id = id.to_string();
        if self.has_replies(&id).await? {
            return self.make_gap(&id).await;
        }
        let mut next = self.delete_comment(&id).await?;
        while let Some(parent) = next.take() {
            if self.is_gap(&parent).await? && !self.has_replies(&parent).await? {
                next = self.delete_comment(&parent).await?;
            }
        }
        Ok(())
    }
}
