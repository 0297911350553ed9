use async_trait::async_trait;

/// Reads.
#[async_trait]
pub trait ModerationReads: Send {}

/// Writes.
#[async_trait]
pub trait ModerationWrites: Send {}
