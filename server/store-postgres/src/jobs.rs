use crate::Work;
use async_trait::async_trait;
use domain::{
    clock::Timestamp,
    jobs::{Job, JobWrites},
    store::Stored,
};

#[async_trait]
impl JobWrites for Work {
    /// Whoever comes second waits for the first one's unit, and then finds the
    /// job claimed.
    async fn claim_job(&mut self, job: Job, now: Timestamp) -> Stored<bool> {
        let statement = sqlx::query(
            "INSERT INTO jobs AS known (name, due_at) VALUES ($1, $3) \
             ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at \
             WHERE known.due_at <= $2 OR known.due_at > $4",
        )
        .bind(job.name)
        .bind(now.0)
        .bind(now.plus(job.every).0)
        .bind(now.plus(2 * job.every).0);
        Ok(self.run(statement).await? == 1)
    }
}
