use crate::Work;
use async_trait::async_trait;
use domain::stories::{StoryReads, StoryWrites};

#[async_trait]
impl StoryReads for Work {}

#[async_trait]
impl StoryWrites for Work {}
