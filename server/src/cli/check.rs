use server::{
    database::{Engine, OpenError},
    settings::Options,
};
use std::error::Error;

/// What was looked at, and what is wrong with it.
type Look = (String, Vec<String>);

/// Reads a whole database, prints a line for everything that was looked at, and
/// fails if something is wrong.
pub async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let looks = looks(&options.database).await?;
    let mut faults = 0;
    for (what, wrong) in looks {
        if wrong.is_empty() {
            println!("ok       {what}");
        }
        for fault in &wrong {
            println!("problem  {what}: {fault}");
        }
        faults += wrong.len();
    }
    match faults {
        0 => Ok(()),
        _ => Err("the database does not hold together: go back to a backup".into()),
    }
}

async fn looks(url: &str) -> Result<Vec<Look>, OpenError> {
    let looks = match Engine::of(url)? {
        Engine::Sqlite => store_sqlite::check(url)
            .await?
            .map(|looks| looks.into_iter().map(|l| (l.what, l.faults)).collect()),
        Engine::Postgres => store_postgres::check(url)
            .await?
            .map(|looks| looks.into_iter().map(|l| (l.what, l.faults)).collect()),
    };
    match looks {
        Some(looks) => Ok(looks),
        None => Err(OpenError::Nothing(match Engine::of(url)? {
            Engine::Sqlite => Some(store_sqlite::file_of(url)?),
            Engine::Postgres => None,
        })),
    }
}
