use crate::{
    Work,
    row::{get, parsed, parsed_maybe},
    writer::failed,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{CommentId, MemberId, Subject, SubjectKind},
    live::News,
    store::Stored,
    support::{SupportKind, SupportReads, SupportWrites, Supportable},
};
use sqlx::sqlite::SqliteRow;

fn subject(row: &SqliteRow) -> Stored<Subject> {
    let kind: SubjectKind = parsed(row, "subject_kind")?;
    let id: CommentId = parsed(row, "subject_id")?;
    Ok(Subject {
        kind,
        id: id.uuid(),
    })
}

fn kind(row: &SqliteRow) -> Stored<SupportKind> {
    parsed(row, "kind")
}

/// The subjects as a list that one statement can read.
fn listed(subjects: &[Subject]) -> String {
    let pairs: Vec<String> = subjects
        .iter()
        .map(|subject| format!(r#"["{}","{}"]"#, subject.kind.name(), subject.id.simple()))
        .collect();
    format!("[{}]", pairs.join(","))
}

#[async_trait]
impl SupportReads for Work {
    async fn supportable(&mut self, subject: Subject) -> Stored<Option<Supportable>> {
        let statement = match subject.kind {
            SubjectKind::Article => return Ok(None),
            SubjectKind::Reflection => {
                "SELECT member_id FROM reflections WHERE id = ? AND state = 'published'"
            }
            SubjectKind::Story => {
                "SELECT member_id FROM stories WHERE id = ? AND state = 'published'"
            }
            SubjectKind::ShoutOut => {
                "SELECT member_id FROM shout_outs WHERE id = ? AND state = 'published'"
            }
            SubjectKind::Ritual => {
                "SELECT member_id FROM rituals WHERE id = ? AND state = 'published'"
            }
        };
        sqlx::query(statement)
            .bind(subject.id.simple().to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(|row| {
                Ok(Supportable {
                    author: parsed_maybe(row, "member_id")?,
                })
            })
            .transpose()
    }

    async fn support_given(
        &mut self,
        member: MemberId,
        subjects: &[Subject],
    ) -> Stored<Vec<(Subject, SupportKind)>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        sqlx::query(
            "SELECT s.subject_kind, s.subject_id, s.kind FROM json_each(?) j \
             CROSS JOIN support s ON s.subject_kind = j.value ->> 0 \
             AND s.subject_id = j.value ->> 1 AND s.member_id = ?",
        )
        .bind(listed(subjects))
        .bind(member.to_string())
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(|row| Ok((subject(row)?, kind(row)?)))
        .collect()
    }

    async fn support_counts(
        &mut self,
        subjects: &[Subject],
    ) -> Stored<Vec<(Subject, SupportKind, u64)>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let kinds: Vec<String> = SupportKind::ALL
            .iter()
            .map(|kind| format!("\"{}\"", kind.name()))
            .collect();
        let counts: Vec<(Subject, SupportKind, u64)> = sqlx::query(
            "SELECT j.value ->> 0 AS subject_kind, j.value ->> 1 AS subject_id, k.value AS kind, \
             (SELECT count(*) FROM support s WHERE s.subject_kind = j.value ->> 0 \
             AND s.subject_id = j.value ->> 1 AND s.kind = k.value AND s.unseen = 0) AS given \
             FROM json_each(?) j CROSS JOIN json_each(?) k",
        )
        .bind(listed(subjects))
        .bind(format!("[{}]", kinds.join(",")))
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(|row| {
            let given: i64 = get(row, "given")?;
            Ok((subject(row)?, kind(row)?, given.unsigned_abs()))
        })
        .collect::<Stored<_>>()?;
        Ok(counts.into_iter().filter(|count| count.2 > 0).collect())
    }
}

impl Work {
    /// Takes out all support for a share: it is gone.
    pub(crate) async fn remove_support(&mut self, subject: Subject) -> Stored<()> {
        sqlx::query("DELETE FROM support WHERE subject_kind = ? AND subject_id = ?")
            .bind(subject.kind.name())
            .bind(subject.id.simple().to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }
}

#[async_trait]
impl SupportWrites for Work {
    async fn give_support(
        &mut self,
        subject: Subject,
        kind: SupportKind,
        member: MemberId,
        seen: bool,
        now: Timestamp,
    ) -> Stored<bool> {
        let done = sqlx::query(
            "INSERT INTO support (subject_kind, subject_id, member_id, kind, created_at, unseen) \
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .bind(member.to_string())
        .bind(kind.name())
        .bind(now.0)
        .bind(!seen)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        let given = done.rows_affected() == 1;
        if given && seen {
            self.tell(&News::Support(subject)).await?;
        }
        Ok(given)
    }

    async fn take_back_support(
        &mut self,
        subject: Subject,
        kind: SupportKind,
        member: MemberId,
    ) -> Stored<()> {
        let seen: Option<bool> = sqlx::query_scalar(
            "DELETE FROM support WHERE subject_kind = ? AND subject_id = ? AND member_id = ? \
             AND kind = ? RETURNING unseen = 0",
        )
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .bind(member.to_string())
        .bind(kind.name())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        if seen == Some(true) {
            self.tell(&News::Support(subject)).await?;
        }
        Ok(())
    }
}
