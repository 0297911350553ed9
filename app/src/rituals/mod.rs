//! Room: rituals.
