use async_trait::async_trait;

/// Reads what stands on the first page.
#[async_trait]
pub trait HomeReads: Send {}
