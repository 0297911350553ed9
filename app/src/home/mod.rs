//! Room: home.
