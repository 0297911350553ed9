use super::HousePage;
use crate::{clock::Timestamp, store::Stored};
use async_trait::async_trait;

/// What a host wrote for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostsWords {
    /// Markdown as it was typed.
    pub body: String,
    /// `body`, rendered and sanitised when it was written.
    pub html: String,
}

/// How a page that was ever changed stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// None: it says again what comes with Chorus.
    pub words: Option<HostsWords>,
    /// How often it was changed.
    pub version: i64,
    pub changed_at: Timestamp,
}

/// Reads the pages of the house.
#[async_trait]
pub trait HouseReads: Send {
    /// The page, if it was ever changed.
    async fn house_page(&mut self, page: HousePage) -> Stored<Option<KeptPage>>;
}

/// Writes the pages of the house.
#[async_trait]
pub trait HouseWrites: Send {
    /// Keeps how a page stands in place of how it stood.
    async fn keep_house_page(&mut self, page: HousePage, kept: &KeptPage) -> Stored<()>;
}
