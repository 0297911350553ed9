//! Series, their articles, and the prompts at the end of each.

use super::{
    dice::{Dice, Throw},
    plan::{Kind, PROMPTS, Plan, WEEKS},
    sheet::{Sheet, flag, number, text},
    words::{self, Use, Words},
};
use domain::{
    store::Stored,
    tables::{Row, Table, Value},
};

/// The tables of articles.
pub struct Articles {
    pub series: Sheet,
    pub articles: Sheet,
    pub categories: Sheet,
    pub prompts: Sheet,
}

impl Articles {
    pub fn of(tables: &[Table]) -> Stored<Self> {
        let series = ["id", "slug", "title", "summary", "current", "created_at"];
        let articles = [
            "id",
            "series_id",
            "slug",
            "week",
            "title",
            "summary",
            "body",
            "html",
            "published_at",
            "created_at",
            "updated_at",
            "editor_id",
            "source",
        ];
        let prompts = ["id", "article_id", "position", "text"];
        Ok(Self {
            series: Sheet::of(tables, "series", &series)?,
            articles: Sheet::of(tables, "articles", &articles)?,
            categories: Sheet::of(tables, "article_categories", &["article_id", "name"])?,
            prompts: Sheet::of(tables, "prompts", &prompts)?,
        })
    }

    /// The newest stands on the first page.
    pub fn series(&self, plan: &Plan, which: u64) -> Row {
        let mut dice = Dice::new(plan.seed, Throw::Share, Kind::Series as u64, which);
        self.series.row([
            text(plan.id(Kind::Series, which)),
            text(format!("year-{}", which + 1)),
            text(format!("Year {}: {}", which + 1, words::title(&mut dice))),
            text(words::line(&mut dice)),
            flag(which + 1 == plan.count(Kind::Series)),
            number(plan.began(Kind::Article, which * WEEKS)),
        ])
    }

    pub fn article(&self, plan: &Plan, which: u64, words: &mut Words) -> Row {
        let mut dice = Dice::new(plan.seed, Throw::Words, Kind::Article as u64, which);
        let at = plan.began(Kind::Article, which);
        let week = which % WEEKS + 1;
        let said = words.say(Use::Article, &mut dice).clone();
        self.articles.row([
            text(plan.id(Kind::Article, which)),
            text(plan.id(Kind::Series, which / WEEKS)),
            text(format!("week-{week}")),
            number(week),
            text(format!("{} ({week})", words::title(&mut dice))),
            text(words::line(&mut dice)),
            text(said.body),
            text(said.html),
            number(at),
            number(at),
            number(at),
            text(plan.id(Kind::Member, 0)),
            Value::Nothing,
        ])
    }

    pub fn category(&self, plan: &Plan, which: u64) -> Row {
        const NAMES: [&str; 4] = ["Home", "Others", "Rest", "Work"];
        let mut dice = Dice::new(plan.seed, Throw::Thread, Kind::Series as u64, which);
        self.categories
            .row([text(plan.id(Kind::Article, which)), text(dice.one(&NAMES))])
    }

    pub fn prompt(&self, plan: &Plan, which: u64) -> Row {
        let mut dice = Dice::new(plan.seed, Throw::Words, Kind::Prompt as u64, which);
        self.prompts.row([
            text(plan.id(Kind::Prompt, which)),
            text(plan.id(Kind::Article, which / PROMPTS)),
            number(which % PROMPTS + 1),
            text(words::question(&mut dice)),
        ])
    }
}
