use crate::Work;
use async_trait::async_trait;
use domain::support::{SupportReads, SupportWrites};

#[async_trait]
impl SupportReads for Work {}

#[async_trait]
impl SupportWrites for Work {}
