use std::collections::HashSet;

use ammonia::Url;

use crate::blocks::{self, Block, Newlines};
use crate::export::{Article, Comment, Commenter, Export, GuestKey, Millis, SourceId, Status};
use crate::text::Slugs;
use crate::thread::{self, Link};
use crate::{html, markdown, marks, text};

const TITLE_MAX: usize = 200;
const TITLE_FROM_BODY_MAX: usize = 60;
const SUMMARY_MAX: usize = 500;
const CATEGORY_MAX: usize = 100;
/// Longest global id that is used as a key, in bytes.
const GUID_MAX: usize = 500;

/// The fields of one `<item>` that are looked at.
#[derive(Default)]
pub(crate) struct RawItem {
    title: String,
    guid: String,
    body: String,
    excerpt: String,
    id: String,
    published: String,
    date: String,
    date_gmt: String,
    modified_gmt: String,
    slug: String,
    status: String,
    kind: String,
    has_password: bool,
    pub(crate) categories: Vec<String>,
    pub(crate) comments: Vec<RawComment>,
}

impl RawItem {
    pub(crate) fn set(&mut self, name: &str, value: String) {
        match name {
            "title" => self.title = value,
            "guid" => self.guid = value,
            "pubDate" => self.published = value,
            "content:encoded" => self.body = value,
            "excerpt:encoded" => self.excerpt = value,
            "wp:post_id" => self.id = value,
            "wp:post_date" => self.date = value,
            "wp:post_date_gmt" => self.date_gmt = value,
            "wp:post_modified_gmt" => self.modified_gmt = value,
            "wp:post_name" => self.slug = value,
            "wp:status" => self.status = value,
            "wp:post_type" => self.kind = value,
            "wp:post_password" => self.has_password = !value.is_empty(),
            _ => {}
        }
    }
}

/// The fields of one `<wp:comment>` that are looked at. Name, site and address
/// are not among them, and of the e-mail there is only the key.
#[derive(Default)]
pub(crate) struct RawComment {
    pub(crate) guest: Option<GuestKey>,
    id: String,
    parent: String,
    user: String,
    date: String,
    date_gmt: String,
    approved: String,
    kind: String,
    body: String,
}

impl RawComment {
    pub(crate) fn set(&mut self, name: &str, value: String) {
        match name {
            "wp:comment_id" => self.id = value.trim().to_owned(),
            "wp:comment_parent" => self.parent = value.trim().to_owned(),
            "wp:comment_user_id" => self.user = value,
            "wp:comment_date" => self.date = value,
            "wp:comment_date_gmt" => self.date_gmt = value,
            "wp:comment_approved" => self.approved = value.trim().to_owned(),
            "wp:comment_type" => self.kind = value.trim().to_owned(),
            "wp:comment_content" => self.body = value,
            _ => {}
        }
    }

    fn is_ping(&self) -> bool {
        matches!(self.kind.as_str(), "pingback" | "trackback")
    }

    fn is_kept(&self) -> bool {
        matches!(self.kind.as_str(), "" | "comment")
            && !matches!(self.approved.as_str(), "spam" | "trash" | "post-trashed")
    }

    fn commenter(&self) -> Commenter {
        match (self.user.trim().parse::<u64>(), self.guest) {
            (Ok(1..), _) | (_, None) => Commenter::Editor,
            (_, Some(guest)) => Commenter::Guest(guest),
        }
    }
}

/// Turns items into articles and counts the others.
pub(crate) struct Converter {
    base: Option<Url>,
    exported_at: Millis,
    slugs: Slugs,
    keys: HashSet<String>,
    seen: u64,
}

impl Converter {
    pub(crate) fn new() -> Self {
        Self {
            base: None,
            exported_at: 0,
            slugs: Slugs::default(),
            keys: HashSet::new(),
            seen: 0,
        }
    }

    /// Takes in what stands above the items: where relative links lead, and when
    /// the export was made.
    pub(crate) fn set_channel(&mut self, name: &str, value: &str) {
        match name {
            "link" | "wp:base_blog_url" => {
                if let Ok(mut url) = Url::parse(value.trim())
                    && matches!(url.scheme(), "http" | "https")
                {
                    if !url.path().ends_with('/') {
                        url.set_path(&format!("{}/", url.path()));
                    }
                    self.base = Some(url);
                }
            }
            "pubDate" => {
                if let Some(at) = text::feed_time(value) {
                    self.exported_at = at;
                }
            }
            _ => {}
        }
    }

    pub(crate) fn add(&mut self, item: RawItem, export: &mut Export) {
        self.seen += 1;
        let pings = item.comments.iter().filter(|c| c.is_ping()).count() as u64;
        let comments = item.comments.len() as u64 - pings;
        export.skipped.pings += pings;
        let in_use = !matches!(item.status.trim(), "trash" | "auto-draft" | "inherit");
        match item.kind.trim() {
            "post" if in_use => {
                let article = self.article(item);
                export.skipped.other_comments += comments - article.comments.len() as u64;
                export.articles.push(article);
                return;
            }
            "page" if in_use => {
                let page = self.article(item);
                export.skipped.pages += 1;
                export.skipped.page_comments += page.comments.len() as u64;
                export.skipped.other_comments += comments - page.comments.len() as u64;
                export.pages.push(page);
                return;
            }
            "attachment" => export.skipped.attachments += 1,
            "nav_menu_item" => export.skipped.menu_items += 1,
            _ => export.skipped.other += 1,
        }
        export.skipped.other_comments += comments;
    }

    fn article(&mut self, item: RawItem) -> Article {
        let created_at = text::sql_time(&item.date_gmt)
            .or_else(|| text::sql_time(&item.date))
            .or_else(|| text::feed_time(&item.published))
            .unwrap_or(self.exported_at);
        let modified_at = text::sql_time(&item.modified_gmt).unwrap_or(created_at);
        let status = match item.status.trim() {
            "publish" if item.has_password => Status::Protected,
            "publish" => Status::Published { at: created_at },
            "future" => Status::Scheduled { at: created_at },
            _ => Status::Draft,
        };

        let unmarked = marks::unmark(&item.body);
        let newlines = if unmarked.has_blocks {
            Newlines::Space
        } else {
            Newlines::Break
        };
        let mut body = blocks::flow(html::parse(&unmarked.body, self.base.as_ref()), newlines);
        let prompts = blocks::take_prompts(&mut body);
        let summary = [Some(&item.excerpt), unmarked.lead.as_ref()]
            .into_iter()
            .flatten()
            .map(|part| plain(&marks::unmark(part).body))
            .find(|part| !part.is_empty())
            .map(|part| text::shorten(&part, SUMMARY_MAX));

        let key = self.key(&item);
        Article {
            title: title(&item.title, &body),
            slug: self.slugs.choose(&[
                &item.slug,
                &plain(&item.title),
                &format!("article-{}", item.id.trim()),
            ]),
            status,
            created_at,
            modified_at,
            categories: categories(&item.categories),
            markdown: markdown::write(&body),
            summary,
            prompts,
            comments: comments(&key, item.comments, created_at, self.base.as_ref()),
            source_id: SourceId::new(key),
        }
    }

    fn key(&mut self, item: &RawItem) -> String {
        let guid = item.guid.trim();
        let id = item.id.trim();
        let wishes = [
            guid.to_owned(),
            format!("{}-{id}", item.kind.trim()),
            format!("{guid}#{}", self.seen),
            format!("item-{}", self.seen),
        ];
        let [by_guid, by_id, by_both, by_place] = wishes;
        let key = if !guid.is_empty() && guid.len() <= GUID_MAX && !self.keys.contains(&by_guid) {
            by_guid
        } else if !id.is_empty() && id.len() <= GUID_MAX && !self.keys.contains(&by_id) {
            by_id
        } else if guid.len() <= GUID_MAX && !self.keys.contains(&by_both) {
            by_both
        } else {
            by_place
        };
        self.keys.insert(key.clone());
        key
    }
}

fn plain(html: &str) -> String {
    blocks::plain(&blocks::flow(html::parse(html, None), Newlines::Break))
}

fn title(raw: &str, body: &[Block]) -> String {
    let title = plain(&html::keep_as_typed(raw));
    if !title.is_empty() {
        return text::shorten(&title, TITLE_MAX);
    }
    let body = blocks::plain(body);
    if body.is_empty() {
        return "Untitled".to_owned();
    }
    text::shorten(&body, TITLE_FROM_BODY_MAX)
}

fn categories(raw: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in raw {
        let name = text::shorten(&plain(&html::keep_as_typed(name)), CATEGORY_MAX);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn comments(
    article: &str,
    raw: Vec<RawComment>,
    article_at: Millis,
    base: Option<&Url>,
) -> Vec<Comment> {
    let kept: Vec<RawComment> = raw.into_iter().filter(RawComment::is_kept).collect();
    let times: Vec<Millis> = kept
        .iter()
        .map(|comment| {
            text::sql_time(&comment.date_gmt)
                .or_else(|| text::sql_time(&comment.date))
                .unwrap_or(article_at)
        })
        .collect();
    let links: Vec<Link<'_>> = kept
        .iter()
        .zip(&times)
        .map(|(comment, &at)| Link {
            id: &comment.id,
            parent: &comment.parent,
            at,
        })
        .collect();
    let mut seen = HashSet::new();
    let keys: Vec<SourceId> = kept
        .iter()
        .enumerate()
        .map(|(place, comment)| {
            let id = &comment.id;
            let own = !id.is_empty() && id.len() <= 20 && seen.insert(id.as_str());
            SourceId::new(if own {
                format!("{article}#comment-{id}")
            } else {
                format!("{article}#comment-at-{place}")
            })
        })
        .collect();
    thread::arrange(&links)
        .into_iter()
        .map(|placed| {
            let comment = &kept[placed.index];
            Comment {
                source_id: keys[placed.index].clone(),
                parent: placed.parent.map(|parent| keys[parent].clone()),
                commenter: comment.commenter(),
                at: times[placed.index],
                approved: comment.approved == "1",
                markdown: markdown::write(&blocks::flow(
                    html::parse(&html::keep_as_typed(&comment.body), base),
                    Newlines::Break,
                )),
            }
        })
        .collect()
}
