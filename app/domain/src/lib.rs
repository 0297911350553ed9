//! What Chorus is about, free of any framework and any database.
//!
//! Every room has one module here with its words, limits and rules. With the
//! `ssr` feature it also has its use cases and its port: the trait that a
//! store must fulfil. Time, chance and the acting person are arguments.

pub mod actor;
pub mod clock;
pub mod ids;
pub mod page;
pub mod refusal;
pub mod text;

pub mod accounts;
pub mod articles;
pub mod care;
pub mod comments;
pub mod drafts;
pub mod home;
pub mod house;
pub mod leave;
pub mod moderation;
pub mod notifications;
pub mod people;
pub mod privacy;
pub mod reflections;
pub mod rituals;
pub mod shout_outs;
pub mod stories;
pub mod support;
pub mod watch;

#[cfg(feature = "ssr")]
pub mod changes;
#[cfg(feature = "ssr")]
pub mod holds;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod journal;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(feature = "ssr")]
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod once;
#[cfg(feature = "ssr")]
pub mod pace;
#[cfg(feature = "ssr")]
pub mod push;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod tables;
