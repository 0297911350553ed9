//! Every room over HTTP: one program, because each that is linked on its own
//! costs as much time as all of them together.

mod accounts;
mod addresses;
mod articles;
mod care;
mod comments;
mod copy;
mod generate;
mod import;
mod moderation;
mod nodes;
mod pages;
mod reactions;
mod reflections;
mod rituals;
mod shout_outs;
mod stopping;
mod stories;
mod support;
