use crate::{
    Work,
    row::{author, get, parsed, parsed_maybe, time, time_maybe, unreadable},
    writer::failed,
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
use sqlx::{Row, sqlite::SqliteRow};

const fn state_name(state: CommentState) -> &'static str {
    match state {
        CommentState::Published => "published",
        CommentState::Held => "held",
        CommentState::Refused => "refused",
        CommentState::Gap => "gap",
    }
}

pub(crate) fn comment(row: &SqliteRow) -> Stored<Comment> {
    let kind: SubjectKind = parsed(row, "subject_kind")?;
    let subject: CommentId = parsed(row, "subject_id")?;
    let state: &str = get(row, "state")?;
    Ok(Comment {
        id: parsed(row, "id")?,
        subject: Subject {
            kind,
            id: subject.uuid(),
        },
        parent: parsed_maybe(row, "parent_id")?,
        depth: get(row, "depth")?,
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
fn cursor(path: &str) -> Cursor {
    Cursor(path.to_owned())
}

fn path_of(cursor: Option<&Cursor>) -> &str {
    cursor
        .map(|cursor| cursor.0.as_str())
        .filter(|path| path.bytes().all(|b| b.is_ascii_hexdigit()))
        .unwrap_or_default()
}

pub(crate) const SELECT: &str = "SELECT c.*, m.handle, g.pseudonym, CASE c.state \
     WHEN 'refused' THEN (SELECT d.reason FROM decisions d WHERE d.comment_id = c.id) \
     END AS refusal FROM comments c \
     LEFT JOIN members m ON m.id = c.member_id LEFT JOIN guests g ON g.id = c.guest_id ";

#[async_trait]
impl CommentReads for Work {
    async fn thread(&mut self, subject: Subject, now: Timestamp) -> Stored<Option<Thread>> {
        let id = subject.id.simple().to_string();
        let (statement, plain) = match subject.kind {
            SubjectKind::Article => (
                "SELECT '/series/' || s.slug || '/' || a.slug FROM articles a \
                 JOIN series s ON s.id = a.series_id WHERE a.id = ? AND a.published_at <= ?",
                None,
            ),
            SubjectKind::Reflection => (
                "SELECT '/reflections/' FROM reflections WHERE id = ? AND created_at <= ?",
                Some(()),
            ),
            SubjectKind::Story => (
                "SELECT '/stories/' FROM stories WHERE id = ? AND created_at <= ?",
                Some(()),
            ),
            SubjectKind::ShoutOut => (
                "SELECT '/shout-outs/' FROM shout_outs WHERE id = ? AND created_at <= ?",
                Some(()),
            ),
            SubjectKind::Ritual => (
                "SELECT '/rituals/' FROM rituals WHERE id = ? AND created_at <= ?",
                Some(()),
            ),
        };
        let address: Option<String> = sqlx::query_scalar(statement)
            .bind(&id)
            .bind(now.0)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        Ok(address.map(|address| Thread {
            address: if plain.is_some() {
                address + &id
            } else {
                address
            },
        }))
    }

    async fn comment(&mut self, id: CommentId) -> Stored<Option<Comment>> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE c.id = ?")))
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(comment)
            .transpose()
    }

    async fn comment_by_source(&mut self, source: &str) -> Stored<Option<Comment>> {
        sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE c.source = ?")))
            .bind(source)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(comment)
            .transpose()
    }

    async fn thread_page(
        &mut self,
        subject: Subject,
        viewer: Writer,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<Page<Comment>> {
        let (member, guest) = ids_of(viewer);
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE c.subject_kind = ? AND c.subject_id = ? AND c.path > ? \
             AND (c.state NOT IN ('held', 'refused') OR c.member_id = ? OR c.guest_id = ?) \
             ORDER BY c.path LIMIT ?"
        )))
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .bind(path_of(after))
        .bind(member)
        .bind(guest)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        let shown = rows.len().min(limit as usize);
        let next = if rows.len() > shown && shown > 0 {
            Some(cursor(get(&rows[shown - 1], "path")?))
        } else {
            None
        };
        let items = rows[..shown].iter().map(comment).collect::<Stored<_>>()?;
        Ok(Page { items, next })
    }

    async fn page_holding(&mut self, id: CommentId, limit: u32) -> Stored<Option<Cursor>> {
        let row = sqlx::query("SELECT subject_kind, subject_id, path FROM comments WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let (kind, subject, path): (String, String, String) = (
            get(&row, "subject_kind")?,
            get(&row, "subject_id")?,
            get(&row, "path")?,
        );
        // On the first page? Held ones are counted too, so the page may hold
        // fewer than it could; it never holds too few.
        let first_beyond: Option<String> = sqlx::query_scalar(
            "SELECT path FROM comments WHERE subject_kind = ? AND subject_id = ? \
             ORDER BY path LIMIT 1 OFFSET ?",
        )
        .bind(&kind)
        .bind(&subject)
        .bind(limit)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        if first_beyond.is_none_or(|beyond| path < beyond) {
            return Ok(None);
        }
        // Else some of what stands before it comes along, for context.
        let before: Option<String> = sqlx::query_scalar(
            "SELECT path FROM comments WHERE subject_kind = ? AND subject_id = ? AND path < ? \
             ORDER BY path DESC LIMIT 1 OFFSET ?",
        )
        .bind(&kind)
        .bind(&subject)
        .bind(&path)
        .bind(limit / 5)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        Ok(before.as_deref().map(cursor))
    }

    async fn comment_count(&mut self, subject: Subject) -> Stored<u64> {
        let count: Option<i64> = sqlx::query_scalar(
            "SELECT published FROM threads WHERE subject_kind = ? AND subject_id = ?",
        )
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}

pub(crate) fn ids_of(writer: Writer) -> (Option<String>, Option<String>) {
    match writer {
        Writer::Member(id) => (Some(id.to_string()), None),
        Writer::Guest(id) => (None, Some(id.to_string())),
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

impl Work {
    async fn add_comment(&mut self, new: &Added<'_>) -> Stored<()> {
        let (kind, subject) = (new.subject.kind.name(), new.subject.id.simple().to_string());
        let number: i64 = sqlx::query_scalar(
            "INSERT INTO threads (subject_kind, subject_id, next) VALUES (?, ?, 2) \
             ON CONFLICT (subject_kind, subject_id) DO UPDATE SET next = next + 1 \
             RETURNING next - 1",
        )
        .bind(kind)
        .bind(&subject)
        .fetch_one(self.connection())
        .await
        .map_err(failed)?;
        let (above, depth) = match new.parent {
            None => (String::new(), 0),
            Some(parent) => {
                let row = sqlx::query("SELECT path, depth FROM comments WHERE id = ?")
                    .bind(parent.to_string())
                    .fetch_one(self.connection())
                    .await
                    .map_err(failed)?;
                (get::<String>(&row, "path")?, get::<i64>(&row, "depth")? + 1)
            }
        };
        let (member, guest) = new.writer.map_or((None, None), ids_of);
        sqlx::query(
            "INSERT INTO comments (id, subject_kind, subject_id, parent_id, path, depth, \
             member_id, guest_id, anonymous, state, body, html, created_at, source) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(new.id.to_string())
        .bind(kind)
        .bind(&subject)
        .bind(new.parent.map(|id| id.to_string()))
        .bind(format!("{above}{number:06x}"))
        .bind(depth)
        .bind(member)
        .bind(guest)
        .bind(new.anonymous)
        .bind(state_name(new.state))
        .bind(new.body)
        .bind(new.html)
        .bind(new.created_at.0)
        .bind(new.source)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        if new.state == CommentState::Published {
            self.count_published(kind, &subject, 1).await?;
        }
        Ok(())
    }

    async fn count_published(&mut self, kind: &str, subject: &str, by: i64) -> Stored<()> {
        sqlx::query(
            "UPDATE threads SET published = published + ? WHERE subject_kind = ? AND subject_id = ?",
        )
        .bind(by)
        .bind(kind)
        .bind(subject)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn has_replies(&mut self, id: &str) -> Stored<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM comments WHERE parent_id = ?)")
            .bind(id)
            .fetch_one(self.connection())
            .await
            .map_err(failed)
    }

    /// Takes out every word of a thread: its subject is gone.
    pub(crate) async fn remove_thread(&mut self, subject: Subject) -> Stored<()> {
        let (kind, id) = (subject.kind.name(), subject.id.simple().to_string());
        // Children stand after their parents on the path, so the parents'
        // keys are let go first.
        for statement in [
            "UPDATE comments SET parent_id = NULL WHERE subject_kind = ? AND subject_id = ?",
            "DELETE FROM comments WHERE subject_kind = ? AND subject_id = ?",
            "DELETE FROM threads WHERE subject_kind = ? AND subject_id = ?",
        ] {
            sqlx::query(statement)
                .bind(kind)
                .bind(&id)
                .execute(self.connection())
                .await
                .map_err(failed)?;
        }
        Ok(())
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
        sqlx::query("UPDATE comments SET body = ?, html = ?, edited_at = ? WHERE id = ?")
            .bind(body)
            .bind(html)
            .bind(now.0)
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn set_comment_state(&mut self, id: CommentId, state: CommentState) -> Stored<()> {
        let Some(comment) = self.comment(id).await? else {
            return Ok(());
        };
        sqlx::query("UPDATE comments SET state = ? WHERE id = ?")
            .bind(state_name(state))
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        let shown = |state| i64::from(state == CommentState::Published);
        let by = shown(state) - shown(comment.state);
        let subject = comment.subject.id.simple().to_string();
        self.count_published(comment.subject.kind.name(), &subject, by)
            .await
    }

    async fn remove_comment(&mut self, id: CommentId) -> Stored<()> {
        let Some(comment) = self.comment(id).await? else {
            return Ok(());
        };
        if comment.state == CommentState::Published {
            let subject = comment.subject.id.simple().to_string();
            self.count_published(comment.subject.kind.name(), &subject, -1)
                .await?;
        }
        if self.has_replies(&id.to_string()).await? {
            sqlx::query(
                "UPDATE comments SET state = 'gap', body = '', html = '', member_id = NULL, \
                 guest_id = NULL, anonymous = 0, edited_at = NULL WHERE id = ?",
            )
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
            return Ok(());
        }
        let mut next = Some(id.to_string());
        while let Some(id) = next.take() {
            let row = sqlx::query("DELETE FROM comments WHERE id = ? RETURNING parent_id")
                .bind(&id)
                .fetch_one(self.connection())
                .await
                .map_err(failed)?;
            let Some(parent) = row
                .try_get::<Option<String>, _>("parent_id")
                .map_err(failed)?
            else {
                break;
            };
            let gap: bool = sqlx::query_scalar("SELECT state = 'gap' FROM comments WHERE id = ?")
                .bind(&parent)
                .fetch_one(self.connection())
                .await
                .map_err(failed)?;
            if gap && !self.has_replies(&parent).await? {
                next = Some(parent);
            }
        }
        Ok(())
    }
}
