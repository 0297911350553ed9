use super::{NewReport, ReportReason, Reveal, Ruling, Standing, Thing, Why};
use crate::{
    actor::Writer,
    clock::Timestamp,
    ids::{DecisionId, MemberId, ReportId, Subject},
    page::{Mark, Page, Postmark},
    store::Stored,
};
use async_trait::async_trait;

/// A decision about a thing and its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub id: DecisionId,
    pub at: Timestamp,
    /// None once the account is gone.
    pub by: Option<MemberId>,
    pub thing: Thing,
    /// Its author, who is told; none if the account was gone.
    pub about: Option<Writer>,
    /// The author was named there.
    pub named: bool,
    pub ruling: Ruling,
    /// For the author to read.
    pub reason: Option<String>,
    /// Until when the author cannot write.
    pub until: Option<Timestamp>,
    /// When a second person agreed to a ban.
    pub confirmed_at: Option<Timestamp>,
    /// When it was taken back, and why.
    pub lifted_at: Option<Timestamp>,
    pub lifted_because: Option<String>,
    /// What its author said to it.
    pub appeal: Option<Appeal>,
}

impl Decision {
    /// Is it a ban that still waits for a second person?
    pub fn waits(&self, now: Timestamp) -> bool {
        self.ruling == Ruling::Ban
            && self.confirmed_at.is_none()
            && self.lifted_at.is_none()
            && self.until.is_some_and(|until| until > now)
    }

    /// Does it keep its author from writing?
    pub fn bars(&self, now: Timestamp) -> bool {
        self.lifted_at.is_none() && self.until.is_some_and(|until| until > now)
    }
}

/// A thing that was reported and waits for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub thing: Thing,
    /// By how many.
    pub reports: u32,
}

/// What one person reported. Nobody learns who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub reason: ReportReason,
    pub words: String,
}

/// What an author says to a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// The beginning of the day.
    pub at: Timestamp,
    pub words: String,
    /// None while it waits.
    pub answer: Option<String>,
}

/// Reads what waits and what was decided.
#[async_trait]
pub trait ModerationReads: Send {
    /// What waits for review, oldest first, of what stands after the mark.
    async fn held(&mut self, after: Option<Postmark>, limit: u32) -> Stored<Page<Thing>>;

    /// What was reported, in the order of [`ModerationWrites::open_case`], of
    /// what stands after the mark.
    async fn cases(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Case>>;

    /// Why a thing was reported, as long as nothing was decided: at most 50, in
    /// an order that does not tell who came when.
    async fn reports(&mut self, thing: Thing) -> Stored<Vec<Report>>;

    /// Why this writer reported the thing.
    async fn reported(&mut self, thing: Thing, writer: Writer) -> Stored<Option<ReportReason>>;

    /// One decision.
    async fn decision(&mut self, id: DecisionId) -> Stored<Option<Decision>>;

    /// What was decided about a thing, newest first.
    async fn decisions_about(&mut self, thing: Thing, limit: u32) -> Stored<Vec<Decision>>;

    /// What holds or hides a thing, if it was decided.
    async fn why(&mut self, thing: Thing) -> Stored<Option<Why>>;

    /// What was decided about things that this writer signed with a name,
    /// newest first.
    async fn decisions_on(&mut self, writer: Writer, limit: u32) -> Stored<Vec<Decision>>;

    /// What this writer is told, newest first, of what stands after the mark.
    async fn decisions_for(
        &mut self,
        writer: Writer,
        after: Option<Mark>,
        limit: u32,
    ) -> Stored<Page<Decision>>;

    /// Bans that wait for a second person, those that pass soonest first.
    async fn waiting_bans(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<Decision>>;

    /// Decisions against which an appeal waits, by its day, of what stands
    /// after the mark.
    async fn appealed(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Decision>>;

    /// Does a thread take no more comments?
    async fn is_locked(&mut self, subject: Subject) -> Stored<bool>;

    /// Members who keep the house, of the first 1,000 who have a role.
    async fn keepers(&mut self, now: Timestamp) -> Stored<Vec<MemberId>>;

    /// What a host asked of who wrote a thing.
    async fn reveal(&mut self, thing: Thing) -> Stored<Option<Reveal>>;

    /// Some of the decisions about a member where no name stood.
    async fn unnamed_decisions(&mut self, member: MemberId, limit: u32) -> Stored<Vec<DecisionId>>;
}

/// Writes decisions.
#[async_trait]
pub trait ModerationWrites: Send {
    /// Lets a share be seen or not. An article stands by its own rules, and
    /// what is not there changes nothing.
    async fn set_standing(&mut self, share: Subject, standing: Standing) -> Stored<()>;

    /// Lets a thread take comments or not.
    async fn lock_thread(&mut self, subject: Subject, locked: bool) -> Stored<()>;

    /// Keeps a report; false if this writer reported the thing before. It goes
    /// with the thing. A worry is settled here and waits with care.
    async fn insert_report(
        &mut self,
        id: ReportId,
        report: &NewReport,
        writer: Writer,
        now: Timestamp,
    ) -> Stored<bool>;

    /// Puts a thing on the desk, or counts one more report of it there. What
    /// has the earliest place is read first; of one place, in no order that
    /// says who came when. It goes with the thing.
    async fn open_case(&mut self, thing: Thing, place: Timestamp) -> Stored<()>;

    /// Takes a thing off the desk and settles what was reported.
    async fn close_case(&mut self, thing: Thing, now: Timestamp) -> Stored<()>;

    /// Keeps a decision. It stays when the thing goes, and goes with its
    /// author.
    async fn keep_decision(&mut self, decision: &Decision) -> Stored<()>;

    /// Marks a decision as taken back; false if it was before.
    async fn mark_lifted(
        &mut self,
        id: DecisionId,
        now: Timestamp,
        because: Option<&str>,
    ) -> Stored<bool>;

    /// Marks what held or hid a thing as taken back: another decision takes its
    /// place.
    async fn lift_standings(&mut self, thing: Thing, now: Timestamp) -> Stored<()>;

    /// Lets a ban last until `until`; false if it does not wait any more.
    async fn confirm_ban(
        &mut self,
        id: DecisionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Stored<bool>;

    /// Reckons until when a member cannot write, from all decisions that have
    /// not been taken back.
    async fn bar(&mut self, member: MemberId, now: Timestamp) -> Stored<()>;

    /// Keeps an appeal of this day; false if there is one.
    async fn keep_appeal(
        &mut self,
        decision: DecisionId,
        words: &str,
        day: Timestamp,
    ) -> Stored<bool>;

    /// Keeps the answer to an appeal; false if none waits.
    async fn answer_appeal(&mut self, decision: DecisionId, answer: &str) -> Stored<bool>;

    /// Keeps what a host asks of who wrote a thing, in place of what was asked
    /// before.
    async fn keep_reveal(&mut self, reveal: &Reveal) -> Stored<()>;

    /// Keeps that a second host agreed; false if one has, or if it is who asked.
    async fn agree_to_reveal(&mut self, thing: Thing, by: MemberId, now: Timestamp)
    -> Stored<bool>;

    /// Forgets what was asked before `before`.
    async fn forget_reveals(&mut self, before: Timestamp) -> Stored<()>;

    /// Cuts a decision off from whom it was about, and lets it go at a moment.
    async fn let_decision_leave(&mut self, decision: DecisionId, at: Timestamp) -> Stored<()>;

    /// Forgets decisions that were to leave by now.
    async fn forget_decisions(&mut self, now: Timestamp) -> Stored<()>;

    /// Forgets reports that were settled before `before`.
    async fn forget_reports(&mut self, before: Timestamp) -> Stored<()>;
}
