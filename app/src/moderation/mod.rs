//! Room: moderation.
