#[cfg(feature = "ssr")]
use crate::{
    ctx,
    moderation::{LogAbout, LogLine, LogWho},
};
use crate::{error::AppError, moderation::LogView};
#[cfg(feature = "ssr")]
use domain::{
    accounts::{Logged, LoggedAbout, LoggedBy, keeper},
    moderation::{self, Thing},
    page::{Cursor, Mark},
};
use leptos::prelude::*;

/// A page of the log, newest first.
#[server(prefix = "/api", endpoint = "/moderation/log", protocol = crate::wire::Reads)]
pub async fn load_log(after: String) -> Result<LogView, AppError> {
    let mut look = ctx::look().await?;
    keeper(&look.actor)?;
    let mark = match after.as_str() {
        "" => None,
        cursor => Some(Mark::read(&Cursor(cursor.to_owned()))?),
    };
    let page = look.reader.log(mark, moderation::PAGE).await?;
    Ok(LogView {
        lines: page.items.into_iter().map(line).collect(),
        next: page.next.map(|cursor| cursor.0),
        continued: mark.is_some(),
    })
}

#[cfg(feature = "ssr")]
fn line(entry: Logged) -> LogLine {
    LogLine {
        day: entry.at.day(),
        by: match entry.by {
            LoggedBy::House => LogWho::House,
            LoggedBy::Member(handle) => LogWho::Member(handle),
            LoggedBy::Former => LogWho::Former,
        },
        action: entry.action,
        about: match entry.about {
            LoggedAbout::Member(handle) => LogAbout::Who(LogWho::Member(handle)),
            LoggedAbout::Former => LogAbout::Who(LogWho::Former),
            LoggedAbout::Other(name) => match name.parse::<Thing>() {
                Ok(thing) => LogAbout::Thing(thing),
                Err(_) => LogAbout::Other,
            },
        },
        reason: entry.reason,
    }
}
