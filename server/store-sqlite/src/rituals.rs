use crate::Work;
use async_trait::async_trait;
use domain::rituals::{RitualReads, RitualWrites};

#[async_trait]
impl RitualReads for Work {}

#[async_trait]
impl RitualWrites for Work {}
