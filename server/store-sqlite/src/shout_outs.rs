use crate::Work;
use async_trait::async_trait;
use domain::shout_outs::{ShoutOutReads, ShoutOutWrites};

#[async_trait]
impl ShoutOutReads for Work {}

#[async_trait]
impl ShoutOutWrites for Work {}
