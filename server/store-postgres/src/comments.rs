use crate::{
    Work,
    keyset::asked,
    moderation::why,
    row::{author, first, get, number, parsed, parsed_maybe, time, time_maybe, unreadable},
    subject::{key, subject},
    work::{Hold, Statement, kept},
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
use sqlx::postgres::PgRow;

const fn state_name(state: CommentState) -> &'static str {
    match state {
        CommentState::Published => "published",
        CommentState::Held => "held",
        // As the table has called it from the first.
        CommentState::Hidden => "refused",
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

/// What [`comment`] reads.
pub(crate) const SELECT: &str = "SELECT c.id, c.subject_kind, c.subject_id, c.parent_id, c.path, \
     c.depth, c.member_id, c.guest_id, c.anonymous, c.state, c.body, c.html, c.created_at, \
     c.edited_at, m.handle, g.pseudonym, d.id AS decision_id, d.reason AS decision_reason FROM comments c \
     LEFT JOIN members m ON m.id = c.member_id LEFT JOIN guests g ON g.id = c.guest_id \
     LEFT JOIN decisions d ON d.thing_kind = 'comment' AND d.thing_id = c.id \
     AND d.ruling IN ('hold', 'hide') AND d.lifted_at IS NULL ";

fn comment_where(condition: &str) -> Statement<'static> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} WHERE {condition}")))
}

pub(crate) fn ids_of(writer: Writer) -> (Option<String>, Option<String>) {
    match writer {
        Writer::Member(id) => (Some(id.to_string()), None),
        Writer::Guest(id) => (None, Some(id.to_string())),
    }
}

/// Does `c` have a place on the page that the member `$3` or the guest `$4`
/// reads? What they may not see has one above something published.
const SEEN: &str = "(c.state NOT IN ('held', 'refused') OR c.member_id = $3 OR c.guest_id = $4 \
     OR EXISTS (SELECT 1 FROM comments b WHERE b.subject_kind = $1 AND b.subject_id = $2 \
     AND b.path > c.path AND b.path < c.path || 'g' AND b.state = 'published'))";

/// [`SELECT`] with more columns, from other rows.
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
/// is shown of a branch (`$7`), the step goes behind the whole branch.
fn whole() -> String {
    let thread = "c.subject_kind = $1 AND c.subject_id = $2";
    let (nth, s_nth) = (nth("shown"), nth("s"));
    let rows = columns(
        &format!(
            "{s_nth} AS nth, CASE WHEN {s_nth} = $7 AND EXISTS (SELECT 1 FROM comments c \
             WHERE {thread} AND c.path > s.path AND c.path < substr(s.path, 1, 6) || 'g' AND {SEEN}) \
             THEN (SELECT c.id FROM comments c WHERE {thread} AND c.path = substr(s.path, 1, 6)) \
             END AS branch"
        ),
        &format!("shown s JOIN comments c ON {thread} AND c.path = s.path"),
    );
    format!(
        "WITH RECURSIVE shown (path, above, above_nth, step) AS ( \
         SELECT $5::text COLLATE \"C\", $5::text COLLATE \"C\", $6::bigint - 1, 0::bigint \
         UNION ALL \
         SELECT (SELECT c.path FROM comments c WHERE {thread} AND {SEEN} AND c.path > \
             CASE WHEN shown.path > '' AND {nth} >= $7 \
               THEN substr(shown.path, 1, 6) || 'g' ELSE shown.path END \
             ORDER BY c.path LIMIT 1), \
           shown.path, {nth}, shown.step + 1 \
         FROM shown WHERE shown.path IS NOT NULL AND shown.step < $8) \
         {rows} WHERE s.step > 0"
    )
}

/// From a comment (`$5`) to the end of what is below it (`$7`).
fn branch() -> String {
    let rows = columns("0::bigint AS nth, NULL::text AS branch", "comments c");
    format!(
        "{rows} WHERE c.subject_kind = $1 AND c.subject_id = $2 AND c.path >= $5 AND c.path > $6 \
         AND c.path < $7 AND {SEEN} ORDER BY c.path LIMIT $8"
    )
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
                "SELECT '/reflections/' || id FROM reflections \
                 WHERE id = $1 AND created_at <= $2 AND state = 'published'"
            }
            SubjectKind::Story => {
                "SELECT '/stories/' || id FROM stories \
                 WHERE id = $1 AND created_at <= $2 AND state = 'published'"
            }
            SubjectKind::ShoutOut => {
                "SELECT '/shout-outs/' || id FROM shout_outs \
                 WHERE id = $1 AND created_at <= $2 AND state = 'published'"
            }
            SubjectKind::Ritual => {
                "SELECT '/rituals/' || id FROM rituals \
                 WHERE id = $1 AND created_at <= $2 AND state = 'published'"
            }
        };
        let statement = sqlx::query(statement).bind(key(subject)).bind(now.0);
        Ok(match self.one(statement, first).await? {
            Some(address) => Some(Thread {
                address,
                locked: self.is_locked(subject).await?,
            }),
            None => None,
        })
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
        part: Part,
        viewer: Writer,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Stored<ThreadPage> {
        let (member, guest) = ids_of(viewer);
        let place = PathPlace::read(after);
        let statement = match part {
            Part::Whole { replies } => sqlx::query(sqlx::AssertSqlSafe(whole()))
                .bind(subject.kind.name())
                .bind(key(subject))
                .bind(member)
                .bind(guest)
                .bind(place.path)
                .bind(i64::from(place.nth))
                .bind(i64::from(replies))
                .bind(asked(limit)),
            Part::Branch(head) => {
                let Some(head) = self.path_under(subject, head).await? else {
                    return Ok(ThreadPage::default());
                };
                let end = beyond(&head);
                sqlx::query(sqlx::AssertSqlSafe(branch()))
                    .bind(subject.kind.name())
                    .bind(key(subject))
                    .bind(member)
                    .bind(guest)
                    .bind(head)
                    .bind(place.path)
                    .bind(end)
                    .bind(asked(limit))
            }
        };
        let mut rows = self.rows(statement).await?;
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
            page.next = Some(PathPlace::new(get(last, "path")?, number(last, "nth")?).cursor());
        }
        Ok(page)
    }

    async fn place_of(&mut self, id: CommentId, replies: u32, limit: u32) -> Stored<Place> {
        let statement =
            sqlx::query("SELECT subject_kind, subject_id, path FROM comments WHERE id = $1")
                .bind(id.to_string());
        let found = self
            .one(statement, |row| {
                Ok((subject(row)?, get::<String>(row, "path")?))
            })
            .await?;
        let Some((subject, path)) = found else {
            return Ok(Place::default());
        };
        let root = root_of(&path);
        // Held ones are counted too, so a page may hold fewer than it could; it
        // never holds too few.
        if path == root || !self.reaches(subject, root, &path, replies).await? {
            let after = match self.reaches(subject, "", &path, limit - 1).await? {
                true => self.before(subject, root, 0).await?,
                false => None,
            };
            return Ok(Place {
                branch: None,
                after: after.map(|path| PathPlace::new(path, 0).cursor()),
            });
        }
        let statement = sqlx::query(
            "SELECT id FROM comments WHERE subject_kind = $1 AND subject_id = $2 AND path = $3",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(root.to_owned());
        let branch = self.one(statement, |row| parsed(row, "id")).await?;
        let after = match self.reaches(subject, root, &path, limit - 1).await? {
            // Some of what stands before it comes along, for context.
            true => self.before(subject, &path, limit / 5).await?,
            false => None,
        };
        Ok(Place {
            branch,
            after: after.map(|path| PathPlace::new(path, 0).cursor()),
        })
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
    /// The path of a comment, if it is under this subject.
    async fn path_under(&mut self, subject: Subject, id: CommentId) -> Stored<Option<String>> {
        let statement = sqlx::query(
            "SELECT path FROM comments WHERE id = $1 AND subject_kind = $2 AND subject_id = $3",
        )
        .bind(id.to_string())
        .bind(subject.kind.name())
        .bind(key(subject));
        self.one(statement, first).await
    }

    /// Do more than so many comments stand behind `from`, up to and with `to`?
    async fn reaches(
        &mut self,
        subject: Subject,
        from: &str,
        to: &str,
        count: u32,
    ) -> Stored<bool> {
        let statement = sqlx::query(
            "SELECT 1::bigint FROM comments WHERE subject_kind = $1 AND subject_id = $2 \
             AND path > $3 AND path <= $4 ORDER BY path LIMIT 1 OFFSET $5",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(from.to_owned())
        .bind(to.to_owned())
        .bind(i64::from(count));
        let found: Option<i64> = self.one(statement, first).await?;
        Ok(found.is_some())
    }

    /// The path so many comments before the one before `path`.
    async fn before(&mut self, subject: Subject, path: &str, count: u32) -> Stored<Option<String>> {
        let statement = sqlx::query(
            "SELECT path FROM comments WHERE subject_kind = $1 AND subject_id = $2 AND path < $3 \
             ORDER BY path DESC LIMIT 1 OFFSET $4",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(path.to_owned())
        .bind(i64::from(count));
        self.one(statement, first).await
    }

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
        if new.state == CommentState::Published && new.source.is_none() {
            self.tell(&News::Comment {
                under: new.subject,
                id: new.id,
            })
            .await?;
        }
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
        let by = counts(state) - counts(comment.state);
        if by > 0 {
            self.tell(&News::Comment {
                under: comment.subject,
                id,
            })
            .await?;
        }
        self.count_published(comment.subject, by).await
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
