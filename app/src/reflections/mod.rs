//! Room: reflections.
