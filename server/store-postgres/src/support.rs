use crate::{
    Work,
    row::{first, get, parsed, parsed_maybe},
    subject::{key, subject},
    work::Hold,
};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    ids::{MemberId, Subject, SubjectKind},
    live::News,
    store::Stored,
    support::{SupportKind, SupportReads, SupportWrites, Supportable},
};
use sqlx::postgres::PgRow;

fn kind(row: &PgRow) -> Stored<SupportKind> {
    parsed(row, "kind")
}

fn supportable(row: &PgRow) -> Stored<Supportable> {
    Ok(Supportable {
        author: parsed_maybe(row, "member_id")?,
    })
}

/// The subjects as two lists that one statement can read.
fn listed(subjects: &[Subject]) -> (Vec<&'static str>, Vec<String>) {
    subjects
        .iter()
        .map(|subject| (subject.kind.name(), key(*subject)))
        .unzip()
}

#[async_trait]
impl SupportReads for Work {
    /// In a unit the share stands until the unit ends.
    async fn supportable(&mut self, subject: Subject) -> Stored<Option<Supportable>> {
        let statement = match subject.kind {
            SubjectKind::Article => return Ok(None),
            SubjectKind::Reflection => {
                "SELECT member_id FROM reflections WHERE id = $1 AND state = 'published'"
            }
            SubjectKind::Story => {
                "SELECT member_id FROM stories WHERE id = $1 AND state = 'published'"
            }
            SubjectKind::ShoutOut => {
                "SELECT member_id FROM shout_outs WHERE id = $1 AND state = 'published'"
            }
            SubjectKind::Ritual => {
                "SELECT member_id FROM rituals WHERE id = $1 AND state = 'published'"
            }
        };
        self.hold_subject(subject, Hold::Standing).await?;
        let statement = sqlx::query(statement).bind(key(subject));
        self.one(statement, supportable).await
    }

    async fn support_given(
        &mut self,
        member: MemberId,
        subjects: &[Subject],
    ) -> Stored<Vec<(Subject, SupportKind)>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let (kinds, ids) = listed(subjects);
        let statement = sqlx::query(
            "SELECT s.subject_kind, s.subject_id, s.kind \
             FROM unnest($1::text[], $2::text[]) AS j (subject_kind, subject_id) \
             JOIN support s ON s.subject_kind = j.subject_kind \
             AND s.subject_id = j.subject_id AND s.member_id = $3",
        )
        .bind(kinds)
        .bind(ids)
        .bind(member.to_string());
        self.many(statement, |row| Ok((subject(row)?, kind(row)?)))
            .await
    }

    async fn support_counts(
        &mut self,
        subjects: &[Subject],
    ) -> Stored<Vec<(Subject, SupportKind, u64)>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let (kinds, ids) = listed(subjects);
        let every_kind: Vec<&str> = SupportKind::ALL.iter().map(|kind| kind.name()).collect();
        let statement = sqlx::query(
            "SELECT j.subject_kind, j.subject_id, k.kind, \
             (SELECT count(*) FROM support s WHERE s.subject_kind = j.subject_kind \
             AND s.subject_id = j.subject_id AND s.kind = k.kind AND s.unseen = 0) AS given \
             FROM unnest($1::text[], $2::text[]) AS j (subject_kind, subject_id) \
             CROSS JOIN unnest($3::text[]) AS k (kind)",
        )
        .bind(kinds)
        .bind(ids)
        .bind(every_kind);
        let counts = self
            .many(statement, |row| {
                let given: i64 = get(row, "given")?;
                Ok((subject(row)?, kind(row)?, given.unsigned_abs()))
            })
            .await?;
        Ok(counts.into_iter().filter(|count| count.2 > 0).collect())
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
        let statement = sqlx::query(
            "INSERT INTO support (subject_kind, subject_id, member_id, kind, created_at, unseen) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(member.to_string())
        .bind(kind.name())
        .bind(now.0)
        .bind(i64::from(!seen));
        let given = self.run(statement).await? == 1;
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
        let statement = sqlx::query(
            "DELETE FROM support WHERE subject_kind = $1 AND subject_id = $2 AND member_id = $3 \
             AND kind = $4 RETURNING unseen = 0",
        )
        .bind(subject.kind.name())
        .bind(key(subject))
        .bind(member.to_string())
        .bind(kind.name());
        if self.one(statement, first).await? == Some(true) {
            self.tell(&News::Support(subject)).await?;
        }
        Ok(())
    }
}
