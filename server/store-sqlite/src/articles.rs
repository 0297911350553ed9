use crate::Work;
use async_trait::async_trait;
use domain::articles::{ArticleReads, ArticleWrites};

#[async_trait]
impl ArticleReads for Work {}

#[async_trait]
impl ArticleWrites for Work {}
