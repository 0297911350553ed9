//! Every room over HTTP: one program, because each that is linked on its own
//! costs as much time as all of them together.

mod accounts;
mod addresses;
mod articles;
mod authorisation;
mod backup;
mod caching;
mod canary;
mod care;
mod comments;
mod copy;
mod crowd;
mod files;
mod full_disk;
mod generate;
mod house;
mod import;
mod leave;
mod metrics;
mod moderation;
mod nodes;
mod notifications;
mod pages;
mod privacy;
mod reactions;
mod ready;
mod reflections;
mod refusals;
mod rituals;
mod shout_outs;
mod standing;
mod stopping;
mod stories;
mod support;
mod under_way;
mod unseen;
