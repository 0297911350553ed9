//! Care: crisis contacts and where to look for help.

#[cfg(feature = "ssr")]
mod contacts;
#[cfg(feature = "ssr")]
pub use contacts::{Contact, Contacts, Emergency, FinderKind, countries, for_country};
