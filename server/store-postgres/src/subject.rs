//! The share or article that comments and support hang under.

use crate::{
    Work,
    row::parsed,
    work::{Hold, Statement},
};
use domain::{
    ids::{CommentId, Subject, SubjectKind},
    store::Stored,
};
use sqlx::postgres::PgRow;

pub(crate) const fn table(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Article => "articles",
        SubjectKind::Reflection => "reflections",
        SubjectKind::Story => "stories",
        SubjectKind::ShoutOut => "shout_outs",
        SubjectKind::Ritual => "rituals",
    }
}

/// The identifier as the columns hold it.
pub(crate) fn key(subject: Subject) -> String {
    subject.id.simple().to_string()
}

/// Columns `subject_kind` and `subject_id`.
pub(crate) fn subject(row: &PgRow) -> Stored<Subject> {
    let id: CommentId = parsed(row, "subject_id")?;
    Ok(Subject {
        kind: parsed(row, "subject_kind")?,
        id: id.uuid(),
    })
}

impl Work {
    /// Holds a subject until the unit ends.
    pub(crate) async fn hold_subject(&mut self, subject: Subject, hold: Hold) -> Stored<()> {
        self.hold(table(subject.kind), "id", &key(subject), hold)
            .await
    }

    /// Takes a subject out with all that hangs under it.
    pub(crate) async fn remove_subject(&mut self, subject: Subject) -> Stored<()> {
        self.hold_subject(subject, Hold::Removing).await?;
        // The thread before its comments: whoever changes one of them has the
        // thread already.
        for statement in [
            "DELETE FROM threads WHERE subject_kind = $1 AND subject_id = $2",
            "DELETE FROM comments WHERE subject_kind = $1 AND subject_id = $2",
            "DELETE FROM support WHERE subject_kind = $1 AND subject_id = $2",
        ] {
            let statement: Statement<'_> = sqlx::query(statement);
            self.run(statement.bind(subject.kind.name()).bind(key(subject)))
                .await?;
        }
        let table = table(subject.kind);
        let statement = sqlx::query(sqlx::AssertSqlSafe(format!(
            "DELETE FROM {table} WHERE id = $1"
        )));
        self.run(statement.bind(key(subject))).await?;
        Ok(())
    }
}
