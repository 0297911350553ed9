use crate::{
    Work,
    moderation::why,
    row::{author, get, parsed, parsed_maybe, time, time_maybe, unreadable},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    actor::Writer,
    clock::Timestamp,
    comments::{
        Comment, CommentReads, CommentState, CommentToInsert, CommentWrites, Cut, ImportedComment,
        Part, Place, Thread, ThreadPage,
    },
    ids::{CommentId, Subject, SubjectKind},
    live::News,
    moderation::ModerationReads,
    page::Cursor,
    store::Stored,
};
use sqlx::{Row, sqlite::SqliteRow};

const fn state_name(state: CommentState) -> &'static str {
    match state {
        CommentState::Published => "published",
        CommentState::Held => "held",
        // As the table has called it from the first.
        CommentState::Hidden => "refused",
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
            "refused" => CommentState::Hidden,
            "gap" => CommentState::Gap,
            other => return Err(unreadable("state", other)),
        },
        why: why(row)?,
        body: get(row, "body")?,
        html: get(row, "html")?,
        created_at: time(row, "created_at")?,
        edited_at: time_maybe(row, "edited_at")?,
    })
}

/// Where a page ended: the path of its last comment, and how many replies of
/// that comment's branch had been shown.
struct PathPlace {
    path: String,
    nth: u32,
}

impl PathPlace {
    const fn new(path: String, nth: u32) -> Self {
        Self { path, nth }
    }

    fn cursor(&self) -> Cursor {
        Cursor(format!("{}-{}", self.path, self.nth))
    }

    /// The start, if the cursor is none of these.
    fn read(cursor: Option<&Cursor>) -> Self {
        cursor
            .and_then(|cursor| cursor.0.split_once('-'))
            .filter(|(path, _)| !path.is_empty() && path.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|(path, nth)| Some(Self::new(path.to_owned(), nth.parse().ok()?)))
            .unwrap_or_else(|| Self::new(String::new(), 0))
    }
}

/// The path of the comment of the first level above a path.
fn root_of(path: &str) -> &str {
    path.get(..LEVEL).unwrap_or(path)
}

/// Digits of a path in each level.
const LEVEL: usize = 6;

/// Behind all paths below this one: a digit beyond the last.
fn beyond(path: &str) -> String {
    format!("{path}g")
}

pub(crate) const SELECT: &str = "SELECT c.*, m.handle, g.pseudonym, d.id AS decision_id, d.reason AS decision_reason FROM comments c \
     LEFT JOIN members m ON m.id = c.member_id LEFT JOIN guests g ON g.id = c.guest_id \
     LEFT JOIN decisions d ON d.thing_kind = 'comment' AND d.thing_id = c.id \
     AND d.ruling IN ('hold', 'hide') AND d.lifted_at IS NULL ";

/// Does `c` have a place on the page that the member `?3` or the guest `?4`
/// reads? What they may not see has one above something published.
const SEEN: &str = "(c.state NOT IN ('held', 'refused') OR c.member_id = ?3 OR c.guest_id = ?4 \
     OR EXISTS (SELECT 1 FROM comments b WHERE b.subject_kind = ?1 AND b.subject_id = ?2 \
     AND b.path > c.path AND b.path < c.path || 'g' AND b.state = 'published'))";

/// The columns of [`SELECT`] and what is joined to them.
fn columns(more: &str, from: &str) -> String {
    SELECT.replacen(" FROM comments c ", &format!(", {more} FROM {from} "), 1)
}

/// How many replies of its branch had been shown with a row of `shown`: none
/// with the comment of the first level.
fn nth(row: &str) -> String {
    format!(
        "CASE WHEN length({row}.path) = 6 THEN 0 \
         WHEN substr({row}.path, 1, 6) = substr({row}.above, 1, 6) THEN {row}.above_nth + 1 \
         ELSE 1 END"
    )
}

/// Steps from one comment to the next by the index. After the last reply that
/// is shown of a branch (`?7`), the step goes behind the whole branch.
fn whole() -> String {
    let thread = "c.subject_kind = ?1 AND c.subject_id = ?2";
    let (nth, s_nth) = (nth("shown"), nth("s"));
    let rows = columns(
        &format!(
            "{s_nth} AS nth, CASE WHEN {s_nth} = ?7 AND EXISTS (SELECT 1 FROM comments c \
             WHERE {thread} AND c.path > s.path AND c.path < substr(s.path, 1, 6) || 'g' AND {SEEN}) \
             THEN (SELECT c.id FROM comments c WHERE {thread} AND c.path = substr(s.path, 1, 6)) \
             END AS branch"
        ),
        &format!("shown s JOIN comments c ON {thread} AND c.path = s.path"),
    );
    format!(
        "WITH RECURSIVE shown (path, above, above_nth, step) AS ( \
         SELECT ?5, ?5, ?6 - 1, 0 \
         UNION ALL \
         SELECT (SELECT c.path FROM comments c WHERE {thread} AND {SEEN} AND c.path > \
             CASE WHEN shown.path > '' AND {nth} >= ?7 \
               THEN substr(shown.path, 1, 6) || 'g' ELSE shown.path END \
             ORDER BY c.path LIMIT 1), \
           shown.path, {nth}, shown.step + 1 \
         FROM shown WHERE shown.path IS NOT NULL AND shown.step < ?8) \
         {rows} WHERE s.step > 0"
    )
}

/// From a comment (`?5`) to the end of what is below it (`?7`).
fn branch() -> String {
    let rows = columns("0 AS nth, NULL AS branch", "comments c");
    format!(
        "{rows} WHERE c.subject_kind = ?1 AND c.subject_id = ?2 AND c.path >= ?5 AND c.path > ?6 \
         AND c.path < ?7 AND {SEEN} ORDER BY c.path LIMIT ?8"
    )
}

#[async_trait]
impl CommentReads for Work {
    async fn thread(&mut self, subject: Subject, now: Timestamp) -> Stored<Option<Thread>> {
        let statement = match subject.kind {
            SubjectKind::Article => {
                "SELECT '/series/' || s.slug || '/' || a.slug FROM articles a \
                 JOIN series s ON s.id = a.series_id WHERE a.id = ? AND a.published_at <= ?"
            }
            SubjectKind::Reflection => {
                "SELECT '/reflections/' || id FROM reflections \
                 WHERE id = ? AND created_at <= ? AND state = 'published'"
            }
            SubjectKind::Story => {
                "SELECT '/stories/' || id FROM stories \
                 WHERE id = ? AND created_at <= ? AND state = 'published'"
            }
            SubjectKind::ShoutOut => {
                "SELECT '/shout-outs/' || id FROM shout_outs \
                 WHERE id = ? AND created_at <= ? AND state = 'published'"
            }
            SubjectKind::Ritual => {
                "SELECT '/rituals/' || id FROM rituals \
                 WHERE id = ? AND created_at <= ? AND state = 'published'"
            }
        };
        let address: Option<String> = sqlx::query_scalar(statement)
            .bind(subject.id.simple().to_string())
            .bind(now.0)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        Ok(match address {
            Some(address) => Some(Thread {
                address,
                locked: self.is_locked(subject).await?,
            }),
            None => None,
        })
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
        part: Part,
        viewer: Writer,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<ThreadPage> {
        let (member, guest) = ids_of(viewer);
        let place = PathPlace::read(after);
        let subject_id = subject.id.simple().to_string();
        let mut rows = match part {
            Part::Whole { replies } => {
                sqlx::query(sqlx::AssertSqlSafe(whole()))
                    .bind(subject.kind.name())
                    .bind(subject_id)
                    .bind(member)
                    .bind(guest)
                    .bind(place.path)
                    .bind(place.nth)
                    .bind(replies)
                    .bind(limit + 1)
                    .fetch_all(self.connection())
                    .await
            }
            Part::Branch(head) => {
                let Some(head) = self.path_under(subject, head).await? else {
                    return Ok(ThreadPage::default());
                };
                sqlx::query(sqlx::AssertSqlSafe(branch()))
                    .bind(subject.kind.name())
                    .bind(subject_id)
                    .bind(member)
                    .bind(guest)
                    .bind(&head)
                    .bind(place.path)
                    .bind(beyond(&head))
                    .bind(limit + 1)
                    .fetch_all(self.connection())
                    .await
            }
        }
        .map_err(failed)?;
        // Steps lead on from path to path; a join need not keep their order.
        rows.sort_by_cached_key(|row| get::<String>(row, "path").unwrap_or_default());
        let shown = rows.len().min(limit as usize);
        let mut page = ThreadPage {
            locked: self.is_locked(subject).await?,
            ..ThreadPage::default()
        };
        for row in &rows[..shown] {
            let comment = comment(row)?;
            if let Some(branch) = parsed_maybe(row, "branch")? {
                let after = comment.id;
                page.cuts.push(Cut { after, branch });
            }
            page.items.push(comment);
        }
        if let Some(last) = rows[..shown].last().filter(|_| rows.len() > shown) {
            page.next = Some(PathPlace::new(get(last, "path")?, get(last, "nth")?).cursor());
        }
        Ok(page)
    }

    async fn place_of(&mut self, id: CommentId, replies: u32, limit: u32) -> Stored<Place> {
        let row = sqlx::query("SELECT subject_kind, subject_id, path FROM comments WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?;
        let Some(row) = row else {
            return Ok(Place::default());
        };
        let path: String = get(&row, "path")?;
        let thread = (
            get::<String>(&row, "subject_kind")?,
            get::<String>(&row, "subject_id")?,
        );
        let root = root_of(&path);
        // Held ones are counted too, so a page may hold fewer than it could; it
        // never holds too few.
        if path == root || !self.reaches(&thread, root, &path, replies).await? {
            let after = match self.reaches(&thread, "", &path, limit - 1).await? {
                true => self.before(&thread, root, 0).await?,
                false => None,
            };
            let after = after.map(|path| PathPlace::new(path, 0).cursor());
            let branch = None;
            return Ok(Place { branch, after });
        }
        let head: String = sqlx::query_scalar(
            "SELECT id FROM comments WHERE subject_kind = ? AND subject_id = ? AND path = ?",
        )
        .bind(&thread.0)
        .bind(&thread.1)
        .bind(root)
        .fetch_one(self.connection())
        .await
        .map_err(failed)?;
        let after = match self.reaches(&thread, root, &path, limit - 1).await? {
            // Some of what stands before it comes along, for context.
            true => self.before(&thread, &path, limit / 5).await?,
            false => None,
        };
        Ok(Place {
            branch: Some(head.parse().map_err(|_| unreadable("id", &head))?),
            after: after.map(|path| PathPlace::new(path, 0).cursor()),
        })
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
    /// The path of a comment, if it is under this subject.
    async fn path_under(&mut self, subject: Subject, id: CommentId) -> Stored<Option<String>> {
        sqlx::query_scalar(
            "SELECT path FROM comments WHERE id = ? AND subject_kind = ? AND subject_id = ?",
        )
        .bind(id.to_string())
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)
    }

    /// Do more than so many comments stand behind `from`, up to and with `to`?
    async fn reaches(
        &mut self,
        (kind, subject): &(String, String),
        from: &str,
        to: &str,
        count: u32,
    ) -> Stored<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM comments WHERE subject_kind = ? AND subject_id = ? \
             AND path > ? AND path <= ? ORDER BY path LIMIT 1 OFFSET ?)",
        )
        .bind(kind)
        .bind(subject)
        .bind(from)
        .bind(to)
        .bind(count)
        .fetch_one(self.connection())
        .await
        .map_err(failed)
    }

    /// The path so many comments before the one before `path`.
    async fn before(
        &mut self,
        (kind, subject): &(String, String),
        path: &str,
        count: u32,
    ) -> Stored<Option<String>> {
        sqlx::query_scalar(
            "SELECT path FROM comments WHERE subject_kind = ? AND subject_id = ? AND path < ? \
             ORDER BY path DESC LIMIT 1 OFFSET ?",
        )
        .bind(kind)
        .bind(subject)
        .bind(path)
        .bind(count)
        .fetch_optional(self.connection())
        .await
        .map_err(failed)
    }

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
        if new.state == CommentState::Published && new.source.is_none() {
            self.tell(&News::Comment {
                under: new.subject,
                id: new.id,
            })
            .await?;
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
        if by > 0 {
            self.tell(&News::Comment {
                under: comment.subject,
                id,
            })
            .await?;
        }
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
