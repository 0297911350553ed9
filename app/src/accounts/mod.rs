//! Room: accounts.
