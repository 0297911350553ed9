use crate::{
    Work,
    accounts::member,
    comments::ids_of,
    keyset::{columns, page, posts},
    row::{get, parsed, parsed_maybe, time, time_maybe, unreadable},
};
use async_trait::async_trait;
use domain::{
    actor::Writer,
    clock::Timestamp,
    ids::{CommentId, DecisionId, GuestId, MemberId, ReportId, Subject, SubjectKind},
    moderation::{
        Agreed, Appeal, Case, Decision, ModerationReads, ModerationWrites, NewReport, Report,
        ReportReason, Reveal, Standing, Thing, Why,
    },
    page::{Mark, Page, Postmark},
    store::Stored,
};
use sqlx::sqlite::SqliteRow;

/// Columns `thing_kind` and `thing_id`.
fn thing(row: &SqliteRow) -> Stored<Thing> {
    let kind: &str = get(row, "thing_kind")?;
    let id: CommentId = parsed(row, "thing_id")?;
    Thing::named(kind, id).map_err(|_| unreadable("thing_kind", kind))
}

/// The identifier of a thing as its column holds it.
fn key(thing: Thing) -> String {
    thing.uuid().simple().to_string()
}

fn decision(row: &SqliteRow) -> Stored<Decision> {
    let member: Option<MemberId> = parsed_maybe(row, "member_id")?;
    let guest: Option<GuestId> = parsed_maybe(row, "guest_id")?;
    Ok(Decision {
        id: parsed(row, "id")?,
        at: time(row, "at")?,
        by: parsed_maybe(row, "by_id")?,
        thing: thing(row)?,
        about: member.map(Writer::Member).or(guest.map(Writer::Guest)),
        named: get(row, "named")?,
        ruling: parsed(row, "ruling")?,
        reason: get(row, "reason")?,
        until: time_maybe(row, "until")?,
        confirmed_at: time_maybe(row, "confirmed_at")?,
        lifted_at: time_maybe(row, "lifted_at")?,
        lifted_because: get(row, "lifted_because")?,
        appeal: appeal(row)?,
    })
}

/// Columns `decision_id` and `decision_reason`.
pub(crate) fn why(row: &SqliteRow) -> Stored<Option<Why>> {
    let decision = parsed_maybe(row, "decision_id")?;
    let reason: Option<String> = get(row, "decision_reason")?;
    Ok(decision.map(|decision| Why {
        decision,
        reason: reason.unwrap_or_default(),
    }))
}

fn appeal(row: &SqliteRow) -> Stored<Option<Appeal>> {
    let words: Option<String> = get(row, "appeal")?;
    let at = time_maybe(row, "appealed_at")?;
    let answer = get(row, "answer")?;
    Ok(at
        .zip(words)
        .map(|(at, words)| Appeal { at, words, answer }))
}

/// Each kind is read in the order of its own index, and no further than the
/// oldest of all go.
const HELD: &str = "\
    SELECT 'reflection' AS thing_kind, id AS thing_id, id AS id, created_at AS created_at \
      FROM reflections WHERE state = 'held' AND (created_at, id) > (?1, ?2) \
    UNION ALL \
    SELECT 'story', id, id, created_at \
      FROM stories WHERE state = 'held' AND (created_at, id) > (?1, ?2) \
    UNION ALL \
    SELECT 'shout_out', id, id, created_at \
      FROM shout_outs WHERE state = 'held' AND (created_at, id) > (?1, ?2) \
    UNION ALL \
    SELECT 'ritual', id, id, created_at \
      FROM rituals WHERE state = 'held' AND (created_at, id) > (?1, ?2) \
    UNION ALL \
    SELECT 'comment', id, id, created_at \
      FROM comments WHERE state = 'held' AND (created_at, id) > (?1, ?2) \
    ORDER BY created_at, id LIMIT ?3";

/// Where a list begins that reads oldest first.
fn oldest(after: Option<Mark>) -> (i64, String) {
    after.map_or((i64::MIN, String::new()), columns)
}

impl Work {
    /// Where a list of everything that people wrote goes on that reads oldest
    /// first.
    async fn oldest_things(&mut self, after: Option<Postmark>) -> Stored<(i64, String)> {
        let Some(after) = after else {
            return Ok((i64::MIN, String::new()));
        };
        for table in [
            "comments",
            "stories",
            "reflections",
            "shout_outs",
            "rituals",
        ] {
            if let Some(place) = self.place_of_post(table, after).await? {
                return Ok(place);
            }
        }
        Ok((after.day_begins().0, String::new()))
    }
}

#[async_trait]
impl ModerationReads for Work {
    async fn held(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<Thing>> {
        let (at, id) = self.oldest_things(after).await?;
        let statement = sqlx::query(HELD).bind(at).bind(id).bind(limit + 1);
        let rows = self.rows(statement).await?;
        posts(&rows, limit, thing)
    }

    async fn cases(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Case>> {
        let (place, id) = oldest(after);
        let statement = sqlx::query(
            "SELECT thing_kind, thing_id, thing_id AS id, place, reports FROM cases \
             WHERE (place, thing_id) > (?, ?) ORDER BY place, thing_id LIMIT ?",
        )
        .bind(place)
        .bind(id)
        .bind(limit + 1);
        let rows = self.rows(statement).await?;
        page(&rows, limit, "place", |row| {
            Ok(Case {
                thing: thing(row)?,
                reports: get(row, "reports")?,
            })
        })
    }

    async fn reports(&mut self, thing: Thing) -> Stored<Vec<Report>> {
        let statement = sqlx::query(
            "SELECT reason, words FROM reports WHERE thing_kind = ? AND thing_id = ? \
             AND settled_at IS NULL ORDER BY id LIMIT 50",
        )
        .bind(thing.kind())
        .bind(key(thing));
        self.many(statement, |row| {
            Ok(Report {
                reason: parsed(row, "reason")?,
                words: get(row, "words")?,
            })
        })
        .await
    }

    async fn reported(&mut self, thing: Thing, writer: Writer) -> Stored<Option<ReportReason>> {
        let (statement, id) = match writer {
            Writer::Member(id) => (
                "SELECT reason FROM reports \
                 WHERE member_id = ? AND thing_kind = ? AND thing_id = ?",
                id.to_string(),
            ),
            Writer::Guest(id) => (
                "SELECT reason FROM reports \
                 WHERE guest_id = ? AND thing_kind = ? AND thing_id = ?",
                id.to_string(),
            ),
        };
        let statement = sqlx::query(statement)
            .bind(id)
            .bind(thing.kind())
            .bind(key(thing));
        self.one(statement, |row| parsed(row, "reason")).await
    }

    async fn decision(&mut self, id: DecisionId) -> Stored<Option<Decision>> {
        let statement = sqlx::query("SELECT * FROM decisions WHERE id = ?").bind(id.to_string());
        self.one(statement, decision).await
    }

    async fn decisions_about(&mut self, thing: Thing, limit: u32) -> Stored<Vec<Decision>> {
        let statement = sqlx::query(
            "SELECT * FROM decisions WHERE thing_kind = ? AND thing_id = ? \
             ORDER BY at DESC, id DESC LIMIT ?",
        )
        .bind(thing.kind())
        .bind(key(thing))
        .bind(limit);
        self.many(statement, decision).await
    }

    async fn why(&mut self, thing: Thing) -> Stored<Option<Why>> {
        let statement = sqlx::query(
            "SELECT id AS decision_id, reason AS decision_reason FROM decisions \
             WHERE thing_kind = ? AND thing_id = ? AND ruling IN ('hold', 'hide') \
             AND lifted_at IS NULL",
        )
        .bind(thing.kind())
        .bind(key(thing));
        Ok(self.one(statement, why).await?.flatten())
    }

    async fn decisions_on(&mut self, writer: Writer, limit: u32) -> Stored<Vec<Decision>> {
        let (statement, id) = match writer {
            Writer::Member(id) => (
                "SELECT * FROM decisions WHERE member_id = ? AND named = 1 \
                 ORDER BY at DESC, id DESC LIMIT ?",
                id.to_string(),
            ),
            Writer::Guest(id) => (
                "SELECT * FROM decisions WHERE guest_id = ? AND named = 1 \
                 ORDER BY at DESC, id DESC LIMIT ?",
                id.to_string(),
            ),
        };
        let statement = sqlx::query(statement).bind(id).bind(limit);
        self.many(statement, decision).await
    }

    async fn decisions_for(
        &mut self,
        writer: Writer,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Decision>> {
        let (at, mark) = after.map_or((i64::MAX, String::new()), columns);
        let (statement, id) = match writer {
            Writer::Member(id) => (
                "SELECT * FROM decisions WHERE member_id = ? AND (at, id) < (?, ?) \
                 AND ruling <> 'publish' ORDER BY at DESC, id DESC LIMIT ?",
                id.to_string(),
            ),
            Writer::Guest(id) => (
                "SELECT * FROM decisions WHERE guest_id = ? AND (at, id) < (?, ?) \
                 AND ruling <> 'publish' ORDER BY at DESC, id DESC LIMIT ?",
                id.to_string(),
            ),
        };
        let statement = sqlx::query(statement)
            .bind(id)
            .bind(at)
            .bind(mark)
            .bind(limit + 1);
        let rows = self.rows(statement).await?;
        page(&rows, limit, "at", decision)
    }

    async fn waiting_bans(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<Decision>> {
        let statement = sqlx::query(
            "SELECT * FROM decisions WHERE ruling = 'ban' AND confirmed_at IS NULL \
             AND lifted_at IS NULL AND until > ? ORDER BY until, id LIMIT ?",
        )
        .bind(now.0)
        .bind(limit);
        self.many(statement, decision).await
    }

    async fn appealed(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Decision>> {
        let (at, id) = oldest(after);
        let statement = sqlx::query(
            "SELECT * FROM decisions WHERE appeal_waits = 1 AND (appealed_at, id) > (?, ?) \
             ORDER BY appealed_at, id LIMIT ?",
        )
        .bind(at)
        .bind(id)
        .bind(limit + 1);
        let rows = self.rows(statement).await?;
        page(&rows, limit, "appealed_at", decision)
    }

    async fn is_locked(&mut self, subject: Subject) -> Stored<bool> {
        let statement =
            sqlx::query("SELECT locked FROM threads WHERE subject_kind = ? AND subject_id = ?")
                .bind(subject.kind.name())
                .bind(subject.id.simple().to_string());
        let locked = self.one(statement, |row| get(row, "locked")).await?;
        Ok(locked.unwrap_or(false))
    }

    async fn keepers(&mut self, now: Timestamp) -> Stored<Vec<MemberId>> {
        let statement = sqlx::query(
            "SELECT * FROM members WHERE roles <> 0 ORDER BY created_at, id LIMIT 1000",
        );
        let members = self.many(statement, member).await?;
        Ok(members
            .iter()
            .filter(|member| member.keeps_house(now))
            .map(|member| member.id)
            .collect())
    }

    async fn reveal(&mut self, thing: Thing) -> Stored<Option<Reveal>> {
        let statement = sqlx::query(
            "SELECT reason, asked_by, asked_at, agreed_by, agreed_at FROM reveals \
             WHERE thing_kind = ? AND thing_id = ?",
        )
        .bind(thing.kind())
        .bind(key(thing));
        self.one(statement, |row| {
            let by = parsed_maybe(row, "agreed_by")?;
            Ok(Reveal {
                thing,
                reason: get(row, "reason")?,
                asked_by: parsed(row, "asked_by")?,
                asked_at: time(row, "asked_at")?,
                agreed: time_maybe(row, "agreed_at")?.map(|at| Agreed { by, at }),
            })
        })
        .await
    }

    async fn unnamed_decisions(&mut self, member: MemberId, limit: u32) -> Stored<Vec<DecisionId>> {
        let statement = sqlx::query(
            "SELECT id FROM decisions WHERE member_id = ? AND named = 0 ORDER BY at, id LIMIT ?",
        )
        .bind(member.to_string())
        .bind(limit);
        self.many(statement, |row| parsed(row, "id")).await
    }
}

#[async_trait]
impl ModerationWrites for Work {
    async fn set_standing(&mut self, share: Subject, standing: Standing) -> Stored<()> {
        let statement = match share.kind {
            SubjectKind::Article => return Ok(()),
            SubjectKind::Reflection => "UPDATE reflections SET state = ? WHERE id = ?",
            SubjectKind::Story => "UPDATE stories SET state = ? WHERE id = ?",
            SubjectKind::ShoutOut => "UPDATE shout_outs SET state = ? WHERE id = ?",
            SubjectKind::Ritual => "UPDATE rituals SET state = ? WHERE id = ?",
        };
        let statement = sqlx::query(statement)
            .bind(standing.name())
            .bind(share.id.simple().to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn lock_thread(&mut self, subject: Subject, locked: bool) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO threads (subject_kind, subject_id, locked) VALUES (?, ?, ?) \
             ON CONFLICT (subject_kind, subject_id) DO UPDATE SET locked = excluded.locked",
        )
        .bind(subject.kind.name())
        .bind(subject.id.simple().to_string())
        .bind(locked);
        self.run(statement).await?;
        Ok(())
    }

    async fn insert_report(
        &mut self,
        id: ReportId,
        report: &NewReport,
        writer: Writer,
        now: Timestamp,
    ) -> Stored<bool> {
        let (member, guest) = ids_of(writer);
        let statement = sqlx::query(
            "INSERT INTO reports (id, thing_kind, thing_id, member_id, guest_id, reason, words, \
             at, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(id.to_string())
        .bind(report.thing.kind())
        .bind(key(report.thing))
        .bind(member)
        .bind(guest)
        .bind(report.reason.name())
        .bind(report.words.as_str())
        .bind(now.0)
        .bind(report.settled_at(now).map(|at| at.0));
        Ok(self.run(statement).await? == 1)
    }

    async fn open_case(&mut self, thing: Thing, place: Timestamp) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO cases (thing_kind, thing_id, place, reports) VALUES (?, ?, ?, 1) \
             ON CONFLICT (thing_kind, thing_id) DO UPDATE SET reports = reports + 1, \
             place = min(place, excluded.place)",
        )
        .bind(thing.kind())
        .bind(key(thing))
        .bind(place.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn close_case(&mut self, thing: Thing, now: Timestamp) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM cases WHERE thing_kind = ? AND thing_id = ?")
            .bind(thing.kind())
            .bind(key(thing));
        self.run(statement).await?;
        let statement = sqlx::query(
            "UPDATE reports SET settled_at = ? WHERE thing_kind = ? AND thing_id = ? \
             AND settled_at IS NULL",
        )
        .bind(now.0)
        .bind(thing.kind())
        .bind(key(thing));
        self.run(statement).await?;
        Ok(())
    }

    async fn keep_decision(&mut self, decision: &Decision) -> Stored<()> {
        let (member, guest) = decision.about.map_or((None, None), ids_of);
        let statement = sqlx::query(
            "INSERT INTO decisions (id, at, by_id, thing_kind, thing_id, member_id, guest_id, \
             named, ruling, reason, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(decision.id.to_string())
        .bind(decision.at.0)
        .bind(decision.by.map(|by| by.to_string()))
        .bind(decision.thing.kind())
        .bind(key(decision.thing))
        .bind(member)
        .bind(guest)
        .bind(decision.named)
        .bind(decision.ruling.name())
        .bind(&decision.reason)
        .bind(decision.until.map(|until| until.0));
        self.run(statement).await?;
        Ok(())
    }

    async fn mark_lifted(
        &mut self,
        id: DecisionId,
        now: Timestamp,
        because: Option<&str>,
    ) -> Stored<bool> {
        let statement = sqlx::query(
            "UPDATE decisions SET lifted_at = ?, lifted_because = ? \
             WHERE id = ? AND lifted_at IS NULL",
        )
        .bind(now.0)
        .bind(because)
        .bind(id.to_string());
        Ok(self.run(statement).await? == 1)
    }

    async fn lift_standings(&mut self, thing: Thing, now: Timestamp) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE decisions SET lifted_at = ? WHERE thing_kind = ? AND thing_id = ? \
             AND ruling IN ('hold', 'hide') AND lifted_at IS NULL",
        )
        .bind(now.0)
        .bind(thing.kind())
        .bind(key(thing));
        self.run(statement).await?;
        Ok(())
    }

    async fn confirm_ban(
        &mut self,
        id: DecisionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Stored<bool> {
        let statement = sqlx::query(
            "UPDATE decisions SET confirmed_at = ?, until = ? WHERE id = ? AND ruling = 'ban' \
             AND confirmed_at IS NULL AND lifted_at IS NULL",
        )
        .bind(now.0)
        .bind(until.0)
        .bind(id.to_string());
        Ok(self.run(statement).await? == 1)
    }

    async fn bar(&mut self, member: MemberId, now: Timestamp) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE members SET barred_until = (SELECT max(until) FROM decisions \
             WHERE member_id = ?1 AND lifted_at IS NULL AND until > ?2) WHERE id = ?1",
        )
        .bind(member.to_string())
        .bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn keep_appeal(
        &mut self,
        decision: DecisionId,
        words: &str,
        day: Timestamp,
    ) -> Stored<bool> {
        let statement = sqlx::query(
            "UPDATE decisions SET appeal = ?, appealed_at = ?, appeal_waits = 1 \
             WHERE id = ? AND appealed_at IS NULL",
        )
        .bind(words)
        .bind(day.0)
        .bind(decision.to_string());
        Ok(self.run(statement).await? == 1)
    }

    async fn answer_appeal(&mut self, decision: DecisionId, answer: &str) -> Stored<bool> {
        let statement = sqlx::query(
            "UPDATE decisions SET answer = ?, appeal_waits = 0 WHERE id = ? AND appeal_waits = 1",
        )
        .bind(answer)
        .bind(decision.to_string());
        Ok(self.run(statement).await? == 1)
    }

    async fn keep_reveal(&mut self, reveal: &Reveal) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO reveals (thing_kind, thing_id, reason, asked_by, asked_at) \
             VALUES (?, ?, ?, ?, ?) ON CONFLICT (thing_kind, thing_id) DO UPDATE \
             SET reason = excluded.reason, asked_by = excluded.asked_by, \
             asked_at = excluded.asked_at, agreed_by = NULL, agreed_at = NULL",
        )
        .bind(reveal.thing.kind())
        .bind(key(reveal.thing))
        .bind(&reveal.reason)
        .bind(reveal.asked_by.to_string())
        .bind(reveal.asked_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn agree_to_reveal(
        &mut self,
        thing: Thing,
        by: MemberId,
        now: Timestamp,
    ) -> Stored<bool> {
        let statement = sqlx::query(
            "UPDATE reveals SET agreed_by = ?1, agreed_at = ?2 WHERE thing_kind = ?3 \
             AND thing_id = ?4 AND agreed_at IS NULL AND asked_by <> ?1",
        )
        .bind(by.to_string())
        .bind(now.0)
        .bind(thing.kind())
        .bind(key(thing));
        Ok(self.run(statement).await? == 1)
    }

    async fn forget_reveals(&mut self, before: Timestamp) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM reveals WHERE asked_at < ?").bind(before.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn let_decision_leave(&mut self, decision: DecisionId, at: Timestamp) -> Stored<()> {
        let statement =
            sqlx::query("UPDATE decisions SET member_id = NULL, leaves_at = ? WHERE id = ?")
                .bind(at.0)
                .bind(decision.to_string());
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_decisions(&mut self, now: Timestamp) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM decisions WHERE leaves_at <= ?").bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_reports(&mut self, before: Timestamp) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM reports WHERE settled_at < ?").bind(before.0);
        self.run(statement).await?;
        Ok(())
    }
}
