//! Everything that is kept about a member, in one file to take along: pages to
//! read, and data for another program.
//!
//! It is written to a file without a name, which goes with the answer.

mod readable;
mod table;

use crate::App;
use app::ctx::{self, House, Look};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    actor::ActingMember,
    ids::Subject,
    privacy::{MENTIONS, Mention, Record, TakenAlong},
    store::{Reader, StoreError, Stored},
    tables::Value,
};
use leptos_axum::ResponseOptions;
use readable::Readable;
use std::{
    collections::HashMap,
    fs::File,
    io::{BufWriter, Seek, Write},
};
use table::Table;
use tokio_util::io::ReaderStream;
use zip::{ZipWriter, write::SimpleFileOptions};

/// The name of the file. It tells nothing to whoever sees it on a shared device.
const NAME: &str = "my-data.zip";

/// What a row of another table is about: its title and its address.
type Titles = HashMap<Subject, (String, String)>;

/// Hands everything over to whoever has proven a moment ago who they are.
pub async fn download(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(exchange) = app.exchange(&parts, ResponseOptions::default()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let look = match ctx::look_at(app.house.clone(), &exchange).await {
        Ok(look) => look,
        Err(error) => return status(error.status()),
    };
    let Ok(member) = look.stepped_up().cloned() else {
        return Redirect::to("/me/export").into_response();
    };
    let paced = ctx::keep_pace(&exchange, "privacy.export", &look.actor).await;
    if let Err(error) = paced {
        return status(error.status());
    }
    match pack(look, &app.house, &member).await {
        Ok(file) => answer(file),
        Err(error) => {
            let id = exchange.arrival.id;
            tracing::error!(id, %error, "an export failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn status(code: u16) -> Response {
    StatusCode::from_u16(code)
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        .into_response()
}

fn answer(file: File) -> Response {
    let length = file.metadata().map(|about| about.len());
    let file = tokio::fs::File::from_std(file);
    let mut response = Response::new(Body::from_stream(ReaderStream::new(file)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/zip"),
    );
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{NAME}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    if let Ok(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

async fn pack(mut look: Look, house: &House, member: &ActingMember) -> Stored<File> {
    let reader = &mut *look.reader;
    let titles = titles(reader, member, look.now).await?;
    let mut page = Readable::new(&house.settings, titles)?;
    let mut zip = ZipWriter::new(BufWriter::new(file()?));
    for mention in MENTIONS {
        let TakenAlong::Without(left_out) = mention.taken_along else {
            continue;
        };
        begin(&mut zip, &format!("data/{}.json", mention.file_name()))?;
        let mut table = Table::new(&mut zip)?;
        page.section(mention)?;
        let mut take = |record: Record| {
            let record = without(record, left_out);
            page.row(&record)?;
            table.row(&record)
        };
        reader.each_mention(mention, member.id, &mut take).await?;
        table.end()?;
    }
    begin(&mut zip, "index.html")?;
    page.finish(&member.handle, look.now, &mut zip)?;
    let mut file = zip
        .finish()
        .map_err(StoreError::new)?
        .into_inner()
        .map_err(|error| StoreError::new(error.into_error()))?;
    file.rewind().map_err(StoreError::new)?;
    Ok(file)
}

/// A file that goes when nobody holds it any more.
fn file() -> Stored<File> {
    tempfile::tempfile().map_err(StoreError::new)
}

fn begin(zip: &mut ZipWriter<impl Write + Seek>, name: &str) -> Stored<()> {
    zip.start_file(name, SimpleFileOptions::default())
        .map_err(StoreError::new)
}

fn without(record: Record, left_out: &[&str]) -> Record {
    record
        .into_iter()
        .filter(|(name, _)| !left_out.contains(&name.as_str()))
        .collect()
}

/// What the member's comments and support are about. Of what others wrote only
/// the title is needed, and only if it can still be seen.
async fn titles(
    reader: &mut dyn Reader,
    member: &ActingMember,
    now: domain::clock::Timestamp,
) -> Stored<Titles> {
    let mut titles = Titles::new();
    for mention in MENTIONS
        .iter()
        .filter(|mention| is_about_something(mention))
    {
        let mut take = |record: Record| {
            if let Some(subject) = subject(&record) {
                titles.entry(subject).or_default();
            }
            Ok(())
        };
        reader.each_mention(mention, member.id, &mut take).await?;
    }
    let subjects: Vec<Subject> = titles.keys().copied().collect();
    for subject in subjects {
        match reader.thread(subject, now).await? {
            Some(thread) => {
                let title = readable::title(reader, subject).await?;
                titles.insert(subject, (title, thread.address));
            }
            None => {
                titles.remove(&subject);
            }
        }
    }
    Ok(titles)
}

fn is_about_something(mention: &Mention) -> bool {
    ["comments", "support"].contains(&mention.table)
}

/// What a row is about, by its two columns.
fn subject(record: &Record) -> Option<Subject> {
    let kind = text(record, "subject_kind")?;
    let id = text(record, "subject_id")?;
    format!("{kind}-{id}").parse().ok()
}

fn text<'r>(record: &'r Record, column: &str) -> Option<&'r str> {
    record
        .iter()
        .find(|(name, _)| name == column)
        .and_then(|(_, value)| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
}
