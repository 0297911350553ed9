use clap::ValueEnum;
use std::io;
use tracing_subscriber::EnvFilter;

/// Libraries whose words are no use, whatever `CHORUS_LOG` says: two write down
/// what people wrote when they are asked to say more, and one warns of every
/// browser that was signed out elsewhere.
const KEPT_QUIET: [&str; 3] = [
    "html5ever=warn",
    "markup5ever=warn",
    "tower_sessions_core=error",
];

/// The form of what is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

impl LogFormat {
    /// Logs to standard error from now on. `usual` is what is logged if
    /// `CHORUS_LOG` does not say otherwise.
    pub fn begin(self, usual: &str) {
        let chosen =
            EnvFilter::try_from_env("CHORUS_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
        let filter = KEPT_QUIET
            .iter()
            .filter_map(|quiet| quiet.parse().ok())
            .fold(chosen, EnvFilter::add_directive);
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(io::stderr);
        match self {
            Self::Text => log.init(),
            Self::Json => log.json().flatten_event(true).init(),
        }
    }
}
