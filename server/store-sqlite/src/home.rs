use crate::Work;
use async_trait::async_trait;
use domain::home::HomeReads;

#[async_trait]
impl HomeReads for Work {}
