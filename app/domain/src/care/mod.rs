//! Care: crisis contacts and where to look for help.
