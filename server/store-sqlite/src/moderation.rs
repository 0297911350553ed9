use crate::Work;
use async_trait::async_trait;
use domain::moderation::{ModerationReads, ModerationWrites};

#[async_trait]
impl ModerationReads for Work {}

#[async_trait]
impl ModerationWrites for Work {}
