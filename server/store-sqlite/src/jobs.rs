use crate::{Work, writer::failed};
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    jobs::{Job, JobWrites},
    store::Stored,
};

#[async_trait]
impl JobWrites for Work {
    async fn claim_job(&mut self, job: Job, now: Timestamp) -> Stored<bool> {
        let done = sqlx::query(
            "INSERT INTO jobs AS known (name, due_at) VALUES (?1, ?3) \
             ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at \
             WHERE known.due_at <= ?2 OR known.due_at > ?4",
        )
        .bind(job.name)
        .bind(now.0)
        .bind(now.plus(job.every).0)
        .bind(now.plus(2 * job.every).0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }
}
