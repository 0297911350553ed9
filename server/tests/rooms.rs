//! Every room over HTTP: one program, because each that is linked on its own
//! costs as much time as all of them together.

mod accounts;
mod addresses;
mod articles;
mod backup;
mod care;
mod comments;
mod copy;
mod full_disk;
mod import;
mod moderation;
mod pages;
mod reactions;
mod reflections;
mod refusals;
mod rituals;
mod shout_outs;
mod stories;
mod support;
