use async_trait::async_trait;

/// Reads.
#[async_trait]
pub trait StoryReads: Send {}

/// Writes.
#[async_trait]
pub trait StoryWrites: Send {}
