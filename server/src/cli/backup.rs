use server::{
    backup::{BackupOptions, Progress, back_up},
    settings::Options,
};
use std::error::Error;

/// Makes a backup, and prints where it is.
pub async fn run(options: &Options, backup: &BackupOptions) -> Result<(), Box<dyn Error>> {
    let mut progress = Progress::default();
    let made = back_up(
        &options.database,
        &backup.file,
        backup.overwrite,
        &mut |step| progress.show(step),
    )
    .await;
    drop(progress);
    println!("{} is whole: {} bytes", backup.file.display(), made?);
    Ok(())
}
