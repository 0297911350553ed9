use async_trait::async_trait;

/// Reads.
#[async_trait]
pub trait RitualReads: Send {}

/// Writes.
#[async_trait]
pub trait RitualWrites: Send {}
