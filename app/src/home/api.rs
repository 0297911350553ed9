use super::HomeView;
#[cfg(feature = "ssr")]
use super::{ShareView, ThisWeek};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    articles::PromptView,
    ctx::{self, Look},
    people::Shield,
};
#[cfg(feature = "ssr")]
use domain::{home::NewestShare, ids::Subject, markdown, moderation::Thing};
use leptos::prelude::*;

/// Shares on the first page.
#[cfg(feature = "ssr")]
const SHARES: u32 = 6;

/// Characters of a share on the first page.
#[cfg(feature = "ssr")]
const EXCERPT: usize = 320;

/// What stands on the first page.
#[server(prefix = "/api", endpoint = "/home/read", protocol = crate::wire::Reads)]
pub async fn read_home() -> Result<HomeView, AppError> {
    let mut look = ctx::look().await?;
    let this_week = this_week(&mut look).await?;
    let shares = look.reader.newest_shares(look.now, SHARES).await?;
    let posts = shares.iter().map(|share| (thing(share), &share.author));
    let shield = Shield::over(&mut look, posts).await?;
    Ok(HomeView {
        this_week,
        shares: shares
            .into_iter()
            .map(|share| share_view(share, &shield))
            .collect(),
    })
}

#[cfg(feature = "ssr")]
async fn this_week(look: &mut Look) -> Result<Option<ThisWeek>, AppError> {
    let Some(series) = look.reader.current_series().await? else {
        return Ok(None);
    };
    let Some(article) = look.reader.newest_article(series.id, look.now).await? else {
        return Ok(None);
    };
    let prompts = look.reader.prompts(article.id).await?;
    Ok(Some(ThisWeek {
        series_address: series.address(),
        series_title: series.title,
        address: article.address(),
        lead: article.lead(),
        title: article.title,
        week: article.week,
        prompts: prompts
            .into_iter()
            .map(|prompt| PromptView {
                number: prompt.position,
                text: prompt.text,
            })
            .collect(),
    }))
}

#[cfg(feature = "ssr")]
fn thing(share: &NewestShare) -> Thing {
    Thing::Share(Subject {
        kind: share.kind,
        id: share.id,
    })
}

#[cfg(feature = "ssr")]
fn share_view(share: NewestShare, shield: &Shield) -> ShareView {
    let thing = thing(&share);
    ShareView {
        address: thing.address(),
        away: shield.distance(thing, &share.author),
        kind: share.kind,
        title: share.title,
        content_note: share.content_note,
        excerpt: markdown::excerpt(&share.opening, EXCERPT),
        byline: share.author.byline(),
        day: share.created_at.day(),
    }
}
