//! Room: articles.
