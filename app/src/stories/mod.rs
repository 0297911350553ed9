//! Room: stories.
