use async_trait::async_trait;

/// Reads.
#[async_trait]
pub trait ShoutOutReads: Send {}

/// Writes.
#[async_trait]
pub trait ShoutOutWrites: Send {}
