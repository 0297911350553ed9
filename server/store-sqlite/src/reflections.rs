use crate::Work;
use async_trait::async_trait;
use domain::reflections::{ReflectionReads, ReflectionWrites};

#[async_trait]
impl ReflectionReads for Work {}

#[async_trait]
impl ReflectionWrites for Work {}
