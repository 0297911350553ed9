use async_trait::async_trait;

/// Reads.
#[async_trait]
pub trait ReflectionReads: Send {}

/// Writes.
#[async_trait]
pub trait ReflectionWrites: Send {}
