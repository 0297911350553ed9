use async_trait::async_trait;

/// Reads.
#[async_trait]
pub trait ArticleReads: Send {}

/// Writes.
#[async_trait]
pub trait ArticleWrites: Send {}
