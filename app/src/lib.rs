//! Chorus as people see it: the same components render on the server and run
//! in the browser. Nothing here knows of a database or of the web server.

// View types nest deeply.
#![recursion_limit = "512"]

pub mod accounts;
pub mod articles;
pub mod care;
pub mod comments;
pub mod drafts;
pub mod error;
pub mod home;
pub mod house;
pub mod live;
pub mod moderation;
pub mod notifications;
pub mod outbox;
pub mod people;
pub mod privacy;
pub mod reflections;
pub mod rituals;
pub mod shout_outs;
pub mod stories;
pub mod support;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod ctx;

mod layout;
mod query;
mod room;
mod wire;

pub use layout::{App, shell};
