use async_trait::async_trait;

/// Reads.
#[async_trait]
pub trait SupportReads: Send {}

/// Writes.
#[async_trait]
pub trait SupportWrites: Send {}
