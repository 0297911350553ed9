//! Room: support.
