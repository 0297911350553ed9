use domain::clock::Clock;
use server::{
    backup::{Progress, RestoreOptions, restore},
    services::SystemClock,
    settings::Options,
};
use std::error::Error;

/// Puts a backup in the place of the database, and prints what was done.
pub async fn run(options: &Options, wanted: &RestoreOptions) -> Result<(), Box<dyn Error>> {
    let mut progress = Progress::default();
    let restored = restore(&options.database, wanted, SystemClock.now(), &mut |step| {
        progress.show(step);
    })
    .await;
    drop(progress);
    let restored = restored?;
    println!(
        "{} is now as {} was",
        restored.database.display(),
        wanted.file.display()
    );
    if restored.erased_again > 0 {
        println!(
            "{} who were erased since are erased again when Chorus runs",
            restored.erased_again
        );
    }
    if let Some(kept) = restored.kept {
        println!("what was there before is in {}", kept.display());
    }
    Ok(())
}
