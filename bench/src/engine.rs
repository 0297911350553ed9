//! A database on the engine that is measured.

use std::fmt;

use bench::Result;
use bench::chorus::{Chorus, Durability};

use crate::ReportArguments;

/// Where a community is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Engine {
    /// One file.
    Sqlite,
    /// A throwaway server on this machine, which keeps on the disk what it acknowledges.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A program with an empty database, which goes when this is let go.
pub struct Place {
    pub chorus: Chorus,
    _kept: Option<test_postgres::Database>,
}

impl Engine {
    /// An empty database of that name.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub async fn place(self, arguments: &ReportArguments, name: &str) -> Result<Place> {
        self.place_with(arguments, name, Durability::Full).await
    }

    /// As [`Engine::place`], confirming its commits in that way; PostgreSQL knows one only.
    ///
    /// # Errors
    /// As [`Engine::place`].
    pub async fn place_with(
        self,
        arguments: &ReportArguments,
        name: &str,
        durability: Durability,
    ) -> Result<Place> {
        let (program, folder) = (&arguments.program, &arguments.folder);
        match self {
            Self::Sqlite => Ok(Place {
                chorus: Chorus::new(program, folder, name, durability)?,
                _kept: None,
            }),
            Self::Postgres => {
                test_postgres::keep_on_disk();
                let (url, kept) = test_postgres::fresh_database().await;
                Ok(Place {
                    chorus: Chorus::on(program, folder, url)?,
                    _kept: Some(kept),
                })
            }
        }
    }
}
