//! A large community beside a small one: what a page costs must not hang on what else there is.

use std::time::Instant;

use bench::Result;
use bench::chorus::Running;
use bench::http::Connection;
use bench::posting::links;

use crate::ReportArguments;
use crate::compare::{compare, is_page};
use crate::engine::Engine;
use crate::report::{Report, bytes};
use crate::rounds::median;
use crate::visitor::{WRITER, ask};

/// The small community.
const SMALL: (u64, u64) = (1_000, 10_000);
/// Of so many pages of a kind those two are compared that are closest in size.
const CANDIDATES: usize = 20;

/// Pages of both communities.
///
/// # Errors
/// When one cannot be generated or read.
pub async fn large_and_small(
    report: &mut Report,
    arguments: &ReportArguments,
    engine: Engine,
) -> Result<()> {
    // Many pages, each for a shorter while.
    let arguments = &ReportArguments {
        seconds: arguments.seconds.div_ceil(2),
        ..arguments.clone()
    };
    let (shares, comments) = (arguments.shares, arguments.comments);
    report.part(&format!(
        "{shares} shares and {comments} comments beside {} and {}, {engine}",
        SMALL.0, SMALL.1
    ));
    let small_place = engine.place(arguments, "small").await?;
    small_place.chorus.generate(SMALL.0, SMALL.1).await?;
    let large_place = engine.place(arguments, "large").await?;
    let began = Instant::now();
    large_place.chorus.generate(shares, comments).await?;
    let took = began.elapsed().as_secs_f64();
    report.line(
        "generating the large one",
        &format!(
            "{took:.0} s, {:.0} shares and comments a second",
            (shares + comments) as f64 / took
        ),
    );
    let small = small_place.chorus.start().await?;
    let large = large_place.chorus.start().await?;
    let mut ratios = Vec::new();
    for what in ["/", "/stories", "/shout-outs", "/rituals?past=1"] {
        let same = (what.to_owned(), what.to_owned());
        ratios.push(page(report, arguments, what, (&large, &small), same).await?);
    }
    for (what, list, room) in [
        ("a story", "/stories", "/stories/"),
        ("a shout-out", "/shout-outs", "/shout-outs/"),
        ("an article", "/series", "/series/"),
    ] {
        let pair = alike(&large, &small, list, room).await?;
        ratios.push(page(report, arguments, what, (&large, &small), pair).await?);
    }
    let worst = ratios.iter().copied().fold(0.0, f64::max);
    report.judged(
        "page cost at the large size beside the small one: the worst, and the median",
        &format!("{worst:.2}, {:.2}", median(&ratios)),
        "<= 1.2",
        worst <= 1.2,
    );
    report.figure(
        &format!(
            "what a page costs at {shares} shares and {comments} comments, beside 1,000 shares"
        ),
        engine,
        format!("{:.2} times as much, {worst:.2} at worst", median(&ratios)),
    );
    report.note(
        "Asked by a guest who has sent a form once, so that each page is rendered; processor time \
         of chorus alone. Single pages are pairs of about the same size.",
    );
    small.stop().await?;
    large.stop().await?;
    drop(small_place);
    drop(large_place);
    // The large file is as large as it is told to be.
    let file = arguments.folder.join("large");
    if file.exists() {
        std::fs::remove_dir_all(file)?;
    }
    Ok(())
}

async fn page(
    report: &mut Report,
    arguments: &ReportArguments,
    what: &str,
    (large, small): (&Running, &Running),
    (in_large, in_small): (String, String),
) -> Result<f64> {
    let of_large = |address| ask(address, &in_large, WRITER);
    let of_small = |address| ask(address, &in_small, WRITER);
    let compared = compare(arguments, (large, &of_large), (small, &of_small), is_page).await?;
    let sizes = [size(large, &in_large).await?, size(small, &in_small).await?];
    report.line(
        &format!("{what}: processor time a request"),
        &format!(
            "{}; {} beside {}",
            compared.costs(),
            bytes(sizes[0]),
            bytes(sizes[1])
        ),
    );
    Ok(compared.costs.ratio())
}

/// A page of each community, in the same room and of about the same size.
async fn alike(
    large: &Running,
    small: &Running,
    list: &str,
    room: &str,
) -> Result<(String, String)> {
    let of_large = candidates(large, list, room).await?;
    let of_small = candidates(small, list, room).await?;
    let mut pairs = Vec::new();
    for (size, path) in &of_large {
        for (other_size, other) in &of_small {
            pairs.push((size.abs_diff(*other_size), path, other));
        }
    }
    let closest = pairs.into_iter().min().ok_or("the room is empty")?;
    Ok((closest.1.clone(), closest.2.clone()))
}

/// Pages of a room with their sizes, by the links of its list, or by those of what it lists.
async fn candidates(server: &Running, list: &str, room: &str) -> Result<Vec<(u64, String)>> {
    let is_series = room == "/series/";
    let inside = |page: &str| -> Vec<String> {
        let deep = if is_series { 3 } else { 2 };
        links(page)
            .into_iter()
            .filter(|link| {
                link.starts_with(room) && link.matches('/').count() == deep && is_shown(link)
            })
            .collect()
    };
    let first = text(server, list).await?;
    let mut found = inside(&first);
    if is_series {
        let series = links(&first).into_iter().filter(|link| {
            link.starts_with(room) && link.matches('/').count() == 2 && is_shown(link)
        });
        for series in series.take(2) {
            found.extend(inside(&text(server, &series).await?));
        }
    }
    let mut sizes = Vec::new();
    for path in found.into_iter().take(CANDIDATES) {
        sizes.push((text(server, &path).await?.len() as u64, path));
    }
    Ok(sizes)
}

/// A page that people read, and no form or feed.
fn is_shown(link: &str) -> bool {
    !["/new", "/edit", ".atom"]
        .iter()
        .any(|end| link.ends_with(end))
}

async fn text(server: &Running, path: &str) -> Result<String> {
    let request = bench::http::get(server.address, path, &[("cookie", WRITER)]);
    let answer = Connection::to(server.address).exchange(&request).await?;
    match is_page(&answer) {
        true => Ok(answer.text()),
        false => Err(format!("{path} answers {}", answer.status).into()),
    }
}

async fn size(server: &Running, path: &str) -> Result<u64> {
    Ok(text(server, path).await?.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_feeds_are_no_pages() {
        assert!(is_shown("/stories/0a"));
        for other in ["/stories/new", "/stories/0a/edit", "/series/a/feed.atom"] {
            assert!(!is_shown(other), "{other}");
        }
    }
}
