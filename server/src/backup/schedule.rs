use super::{BackupError, back_up};
use crate::database::Engine;
use domain::clock::{Clock, Timestamp};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};
use time::{Date, Month};

/// How long to wait after a backup that failed, and the longest time until the
/// clock is asked again: it may be set, and the machine may sleep.
const SOON: Duration = Duration::from_secs(15 * 60);

/// Which backups a server makes by itself, and how many it keeps.
#[derive(Debug, Clone)]
pub struct Schedule {
    folder: PathBuf,
    /// In milliseconds.
    every: i64,
    keep: usize,
}

/// Why there cannot be a schedule. Each reads as a sentence for the host.
#[derive(Debug)]
pub enum ScheduleError {
    /// The database is PostgreSQL's.
    Postgres,
    /// The folder cannot be made.
    Folder(PathBuf, io::Error),
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres => write!(
                f,
                "--backup-folder is for SQLite: on PostgreSQL let pg_dump run by a timer, as \
                 docs/backups.md shows"
            ),
            Self::Folder(folder, error) => write!(
                f,
                "the folder for backups, {}, cannot be made: {error}",
                folder.display()
            ),
        }
    }
}

impl std::error::Error for ScheduleError {}

/// What came of looking whether a backup is due.
#[derive(Debug)]
pub enum Turn {
    /// The newest is young enough; look again after this time.
    NotYet(Duration),
    /// One was made.
    Made(PathBuf),
    /// It could not be made; it is tried again soon.
    Failed(BackupError),
}

impl Schedule {
    /// A backup every so many hours, of which the newest `keep` stay. Both are
    /// at least one.
    ///
    /// # Errors
    ///
    /// A sentence for the host.
    pub fn new(url: &str, folder: &Path, hours: u32, keep: u32) -> Result<Self, ScheduleError> {
        if matches!(Engine::of(url), Ok(Engine::Postgres)) {
            return Err(ScheduleError::Postgres);
        }
        Ok(Self {
            folder: folder.to_owned(),
            every: i64::from(hours.max(1)) * Timestamp::HOUR,
            keep: keep.max(1) as usize,
        })
    }

    /// Makes the folder when it is missing.
    ///
    /// # Errors
    ///
    /// A sentence for the host.
    pub fn make_folder(&self) -> Result<(), ScheduleError> {
        fs::create_dir_all(&self.folder)
            .map_err(|error| ScheduleError::Folder(self.folder.clone(), error))
    }

    /// Makes a backup if one is due, and lets go of those that are too many.
    pub async fn turn(&self, url: &str, now: Timestamp) -> Turn {
        let newest = self.backups(now).into_iter().next();
        if let Some((made, _)) = newest {
            let left = self.every - now.since(made);
            if left > 0 {
                return Turn::NotYet(Duration::from_millis(left.unsigned_abs()));
            }
        }
        self.clear_parts();
        let file = self.folder.join(name_of(now));
        match back_up(url, &file, false, &mut |_| {}).await {
            Ok(_) => {
                self.forget_the_oldest(now);
                Turn::Made(file)
            }
            Err(error) => Turn::Failed(error),
        }
    }

    /// The backups of this schedule up to now, the newest first. What a clock
    /// that was wrong dated later counts for nothing.
    fn backups(&self, now: Timestamp) -> Vec<(Timestamp, PathBuf)> {
        let mut backups: Vec<(Timestamp, PathBuf)> = files(&self.folder)
            .filter_map(|file| Some((moment_of(file.file_name()?.to_str()?)?, file)))
            .filter(|(made, _)| *made <= now)
            .collect();
        backups.sort_by(|one, other| other.cmp(one));
        backups
    }

    fn forget_the_oldest(&self, now: Timestamp) {
        for (_, file) in self.backups(now).into_iter().skip(self.keep) {
            if let Err(error) = fs::remove_file(&file) {
                tracing::warn!(file = %file.display(), %error, "an old backup could not be removed");
            }
        }
    }

    /// What a server that was killed has left half written.
    fn clear_parts(&self) {
        for file in files(&self.folder) {
            let name = file.file_name().and_then(|name| name.to_str());
            let is_ours = name
                .and_then(|name| name.strip_suffix(".part"))
                .is_some_and(|name| moment_of(name).is_some());
            if is_ours && let Err(error) = fs::remove_file(&file) {
                tracing::warn!(file = %file.display(), %error, "a half backup could not be removed");
            }
        }
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.is_file())
}

/// `20261122T140000Z`, of which the later is the greater.
pub fn compact(at: Timestamp) -> String {
    at.rfc3339().replace(['-', ':'], "")
}

/// `chorus-20261122T140000Z.db`.
fn name_of(at: Timestamp) -> String {
    format!("chorus-{}.db", compact(at))
}

/// The moment of a name that [`name_of`] made; none for any other.
fn moment_of(name: &str) -> Option<Timestamp> {
    let moment = name.strip_prefix("chorus-")?.strip_suffix(".db")?;
    let number = |from: usize, to: usize| moment.get(from..to)?.parse::<u16>().ok();
    let small = |from: usize| u8::try_from(number(from, from + 2)?).ok();
    let day = Date::from_calendar_date(
        number(0, 4)?.into(),
        Month::try_from(small(4)?).ok()?,
        small(6)?,
    );
    let at = day.ok()?.with_hms(small(9)?, small(11)?, small(13)?).ok()?;
    let at = Timestamp(at.assume_utc().unix_timestamp() * 1000);
    // Only what is written as we write it.
    (compact(at) == moment).then_some(at)
}

/// Keeps a schedule for as long as it is polled, and says in the log what it
/// did.
pub async fn keep(schedule: Schedule, url: String, clock: std::sync::Arc<dyn Clock>) {
    loop {
        let wait = match schedule.turn(&url, clock.now()).await {
            Turn::NotYet(left) => left.min(SOON),
            Turn::Made(file) => {
                tracing::info!(file = %file.display(), "a backup was made");
                Duration::ZERO
            }
            Turn::Failed(error) => {
                tracing::error!(%error, "no backup could be made; it is tried again soon");
                SOON
            }
        };
        tokio::time::sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store_sqlite::{SqliteStore, Synchronous};

    const NOON: Timestamp = Timestamp(1_795_356_000_000);

    struct Scene {
        folder: tempfile::TempDir,
        url: String,
        schedule: Schedule,
    }

    async fn scene() -> Scene {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("chorus.db").display());
        SqliteStore::open(&url, Synchronous::Off)
            .await
            .expect("a community")
            .close()
            .await;
        let backups = folder.path().join("backups");
        let schedule = Schedule::new(&url, &backups, 24, 3).expect("a schedule");
        schedule.make_folder().expect("a folder");
        Scene {
            folder,
            url,
            schedule,
        }
    }

    impl Scene {
        fn names(&self) -> Vec<String> {
            let mut names: Vec<String> = files(&self.folder.path().join("backups"))
                .filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()))
                .collect();
            names.sort();
            names
        }

        fn put(&self, name: &str) {
            fs::write(self.folder.path().join("backups").join(name), "x").expect("a file");
        }

        async fn turn(&self, after_hours: i64) -> Turn {
            let now = NOON.plus(after_hours * Timestamp::HOUR);
            self.schedule.turn(&self.url, now).await
        }
    }

    #[test]
    fn a_name_says_when_and_only_our_names_do() {
        let name = name_of(NOON);
        assert_eq!(name, "chorus-20261122T140000Z.db");
        assert_eq!(moment_of(&name), Some(NOON));
        for other in [
            "chorus.db",
            "chorus-.db",
            "chorus-20261122T140000Z.db.part",
            "chorus-20261399T140000Z.db",
            "chorus-20261122T140000Z-2.db",
            "chorus-before-summer.db",
            "harbour-20261122T140000Z.db",
        ] {
            assert_eq!(moment_of(other), None, "{other}");
        }
    }

    #[tokio::test]
    async fn one_is_made_at_once_and_then_one_a_day_and_three_are_kept() {
        let scene = scene().await;
        scene.put("chorus-by-hand.db");
        scene.put("chorus-20200101T000000Z.db.part");
        assert!(matches!(scene.turn(0).await, Turn::Made(_)));
        match scene.turn(1).await {
            Turn::NotYet(left) => assert_eq!(left, Duration::from_secs(23 * 3600)),
            other => panic!("{other:?}"),
        }
        for day in 1..=3 {
            assert!(matches!(scene.turn(day * 24).await, Turn::Made(_)));
        }
        assert_eq!(
            scene.names(),
            [
                "chorus-20261123T140000Z.db",
                "chorus-20261124T140000Z.db",
                "chorus-20261125T140000Z.db",
                "chorus-by-hand.db",
            ]
        );
    }

    #[tokio::test]
    async fn one_that_failed_takes_no_other_away_and_is_tried_again() {
        let scene = scene().await;
        for day in 0..3 {
            assert!(matches!(scene.turn(day * 24).await, Turn::Made(_)));
        }
        let before = scene.names();
        let file = scene.folder.path().join("chorus.db");
        let away = scene.folder.path().join("away.db");
        fs::rename(&file, &away).expect("gone");
        assert!(matches!(scene.turn(72).await, Turn::Failed(_)));
        assert_eq!(scene.names(), before);
        fs::rename(&away, &file).expect("back");
        assert!(matches!(scene.turn(73).await, Turn::Made(_)));
        assert_eq!(scene.names().len(), 3);
        assert!(matches!(scene.turn(74).await, Turn::NotYet(_)));
    }

    #[tokio::test]
    async fn a_clock_that_was_wrong_stops_nothing() {
        let scene = scene().await;
        scene.put("chorus-20990101T000000Z.db");
        assert!(matches!(scene.turn(0).await, Turn::Made(_)));
        assert!(matches!(scene.turn(1).await, Turn::NotYet(_)));
        assert_eq!(scene.names().len(), 2);
    }

    #[test]
    fn postgres_has_its_own_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = Schedule::new("postgres://a@b/c", folder.path(), 24, 7);
        let words = refused.expect_err("refused").to_string();
        assert!(words.contains("pg_dump"), "{words}");
    }
}
