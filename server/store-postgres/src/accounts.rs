use crate::{
    Work,
    keyset::{asked, newest, page},
    row::{first, get, parsed, parsed_maybe, time, time_maybe, unreadable},
    work::{Hold, Statement, kept},
};
use async_trait::async_trait;
use domain::{
    accounts::{
        About, AccountReads, AccountWrites, AuditEntry, Device, Handle, Logged, LoggedAbout,
        LoggedBy, Member, MemberState, Session,
    },
    actor::{Role, Roles},
    clock::Timestamp,
    ids::{DeviceId, GuestId, InvitationId, MemberId},
    page::{Mark, Page},
    store::Stored,
};
use sqlx::postgres::PgRow;

pub(crate) const MEMBER: &str =
    "SELECT id, handle, password, roles, state, barred_until, opaque_id, created_at FROM members ";

/// A text that is empty where there is none.
fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

const fn state_name(state: MemberState) -> &'static str {
    match state {
        MemberState::Active => "active",
        MemberState::Waiting => "waiting",
    }
}

pub(crate) fn member(row: &PgRow) -> Stored<Member> {
    let state: &str = get(row, "state")?;
    Ok(Member {
        id: parsed(row, "id")?,
        handle: get(row, "handle")?,
        password: some(get(row, "password")?),
        roles: Roles::from_bits(get::<i64>(row, "roles")? as u8),
        state: match state {
            "active" => MemberState::Active,
            "waiting" => MemberState::Waiting,
            other => return Err(unreadable("state", other)),
        },
        barred_until: time_maybe(row, "barred_until")?,
        opaque: parsed(row, "opaque_id")?,
        created_at: time(row, "created_at")?,
    })
}

fn session(row: &PgRow) -> Stored<Session> {
    Ok(Session {
        hash: get(row, "hash")?,
        device: parsed(row, "device_id")?,
        member: parsed_maybe(row, "member_id")?,
        record: get(row, "record")?,
        name: get(row, "name")?,
        created_at: time(row, "created_at")?,
        last_used_at: time(row, "last_used_at")?,
        expires_at: time(row, "expires_at")?,
    })
}

fn device(row: &PgRow) -> Stored<Device> {
    Ok(Device {
        id: parsed(row, "device_id")?,
        name: get(row, "name")?,
        signed_in_at: time(row, "created_at")?,
        last_used_at: time(row, "last_used_at")?,
    })
}

/// An entry of the log with the handles of those who are still here.
fn logged(row: &PgRow) -> Stored<Logged> {
    let by: Option<&str> = get(row, "by_id")?;
    let (by_handle, about_handle) = (get(row, "by_handle")?, get(row, "about_handle")?);
    Ok(Logged {
        id: parsed(row, "id")?,
        at: time(row, "at")?,
        by: LoggedBy::read(by, by_handle),
        action: get(row, "action")?,
        about: LoggedAbout::read(get(row, "about")?, about_handle),
        reason: get(row, "reason")?,
    })
}

fn member_where(condition: &str) -> Statement<'static> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{MEMBER} WHERE {condition}")))
}

impl Work {
    async fn set_member(&mut self, statement: Statement<'_>, id: MemberId) -> Stored<()> {
        self.run(statement.bind(id.to_string())).await?;
        Ok(())
    }
}

#[async_trait]
impl AccountReads for Work {
    async fn member(&mut self, id: MemberId) -> Stored<Option<Member>> {
        let id = id.to_string();
        self.hold("members", "id", &id, Hold::Changing).await?;
        self.one(member_where("id = $1").bind(id), member).await
    }

    /// In a unit nobody else joins under the skeleton until it ends.
    async fn member_by_skeleton(&mut self, skeleton: &str) -> Stored<Option<Member>> {
        self.take_turn(&format!("handle {skeleton}")).await?;
        self.hold("members", "skeleton", skeleton, Hold::Changing)
            .await?;
        let statement = member_where("skeleton = $1").bind(kept(skeleton));
        self.one(statement, member).await
    }

    async fn waiting_members(&mut self) -> Stored<Vec<Member>> {
        let statement = member_where("state = 'waiting' ORDER BY created_at, id LIMIT 100");
        self.many(statement, member).await
    }

    async fn codes_left(&mut self, member: MemberId) -> Stored<u64> {
        let statement = sqlx::query("SELECT count(*) FROM recovery_codes WHERE member_id = $1")
            .bind(member.to_string());
        let count: i64 = self.sole(statement, first).await?;
        Ok(count.unsigned_abs())
    }

    async fn reset_link(&mut self, hash: &str, now: Timestamp) -> Stored<Option<MemberId>> {
        let statement =
            sqlx::query("SELECT member_id FROM reset_links WHERE hash = $1 AND expires_at > $2")
                .bind(kept(hash))
                .bind(now.0);
        self.one(statement, |row| parsed(row, "member_id")).await
    }

    async fn devices(&mut self, member: MemberId, now: Timestamp) -> Stored<Vec<Device>> {
        let statement = sqlx::query(
            "SELECT device_id, name, created_at, last_used_at FROM sessions \
             WHERE member_id = $1 AND expires_at > $2 ORDER BY last_used_at DESC LIMIT 100",
        )
        .bind(member.to_string())
        .bind(now.0);
        self.many(statement, device).await
    }

    async fn device_owner(&mut self, device: DeviceId, now: Timestamp) -> Stored<Option<MemberId>> {
        let device = device.to_string();
        self.hold("sessions", "device_id", &device, Hold::Changing)
            .await?;
        let statement =
            sqlx::query("SELECT member_id FROM sessions WHERE device_id = $1 AND expires_at > $2")
                .bind(device)
                .bind(now.0);
        let owner = self
            .one(statement, |row| parsed_maybe(row, "member_id"))
            .await?;
        Ok(owner.flatten())
    }

    async fn session(&mut self, hash: &str, now: Timestamp) -> Stored<Option<Session>> {
        let statement = sqlx::query(
            "SELECT hash, device_id, member_id, record, name, created_at, last_used_at, \
             expires_at FROM sessions WHERE hash = $1 AND expires_at > $2",
        )
        .bind(kept(hash))
        .bind(now.0);
        self.one(statement, session).await
    }

    async fn any_member(&mut self) -> Stored<bool> {
        let statement = sqlx::query("SELECT EXISTS (SELECT 1 FROM members)");
        self.sole(statement, first).await
    }

    async fn first_with_role(&mut self, role: Role) -> Stored<Option<MemberId>> {
        let statement = sqlx::query(
            "SELECT id FROM members WHERE state = 'active' AND roles & $1 <> 0 \
             ORDER BY created_at, id LIMIT 1",
        )
        .bind(i64::from(Roles::default().with(role).bits()));
        self.one(statement, |row| parsed(row, "id")).await
    }

    async fn log(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Logged>> {
        let (at, id) = newest(after);
        let statement = sqlx::query(
            "SELECT l.id, l.at, l.by_id, l.action, l.about, l.reason, \
             b.handle AS by_handle, a.handle AS about_handle FROM audit l \
             LEFT JOIN members b ON b.opaque_id = l.by_id \
             LEFT JOIN members a ON a.opaque_id = substr(l.about, 8) \
             WHERE (l.at, l.id) < ($1, $2) ORDER BY l.at DESC, l.id DESC LIMIT $3",
        )
        .bind(at)
        .bind(id)
        .bind(asked(limit));
        let rows = self.rows(statement).await?;
        page(&rows, limit, "at", logged)
    }
}

#[async_trait]
impl AccountWrites for Work {
    async fn insert_member(&mut self, member: &Member, handle: &Handle) -> Stored<bool> {
        let statement =
            sqlx::query("SELECT EXISTS (SELECT 1 FROM retired_handles WHERE hash = $1)");
        if self.sole(statement.bind(handle.hash()), first).await? {
            return Ok(false);
        }
        let statement = sqlx::query(
            "INSERT INTO members \
             (id, handle, skeleton, password, roles, state, opaque_id, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (skeleton) DO NOTHING",
        )
        .bind(member.id.to_string())
        .bind(kept(handle.as_str()))
        .bind(kept(&handle.skeleton()))
        .bind(kept(member.password.as_deref().unwrap_or_default()))
        .bind(i64::from(member.roles.bits()))
        .bind(state_name(member.state))
        .bind(member.opaque.to_string())
        .bind(member.created_at.0);
        Ok(self.run(statement).await? == 1)
    }

    async fn set_password(&mut self, member: MemberId, phc: &str) -> Stored<()> {
        let statement = sqlx::query("UPDATE members SET password = $1 WHERE id = $2");
        self.set_member(statement.bind(kept(phc)), member).await
    }

    async fn set_roles(&mut self, member: MemberId, roles: Roles) -> Stored<()> {
        let statement = sqlx::query("UPDATE members SET roles = $1 WHERE id = $2");
        self.set_member(statement.bind(i64::from(roles.bits())), member)
            .await
    }

    async fn set_member_state(&mut self, member: MemberId, state: MemberState) -> Stored<()> {
        let statement = sqlx::query("UPDATE members SET state = $1 WHERE id = $2");
        self.set_member(statement.bind(state_name(state)), member)
            .await
    }

    async fn remove_member(&mut self, member: MemberId) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM members WHERE id = $1");
        self.set_member(statement, member).await
    }

    async fn insert_guest(
        &mut self,
        guest: GuestId,
        pseudonym: &str,
        now: Timestamp,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO guests (id, pseudonym, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(guest.to_string())
        .bind(kept(pseudonym))
        .bind(now.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn replace_codes(&mut self, member: MemberId, hashes: &[String]) -> Stored<()> {
        let member = member.to_string();
        // Else two replacements at once would leave both sets of codes.
        self.hold("members", "id", &member, Hold::Changing).await?;
        let statement = sqlx::query("DELETE FROM recovery_codes WHERE member_id = $1");
        self.run(statement.bind(&member)).await?;
        let statement = sqlx::query(
            "INSERT INTO recovery_codes (member_id, hash) SELECT $1, unnest($2::text[])",
        );
        self.run(statement.bind(&member).bind(hashes)).await?;
        Ok(())
    }

    async fn use_code(&mut self, member: MemberId, hash: &str) -> Stored<bool> {
        let statement =
            sqlx::query("DELETE FROM recovery_codes WHERE member_id = $1 AND hash = $2")
                .bind(member.to_string())
                .bind(kept(hash));
        Ok(self.run(statement).await? == 1)
    }

    async fn keep_reset_link(
        &mut self,
        member: MemberId,
        hash: &str,
        expires_at: Timestamp,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO reset_links (member_id, hash, expires_at) VALUES ($1, $2, $3) \
             ON CONFLICT (member_id) DO UPDATE \
             SET hash = excluded.hash, expires_at = excluded.expires_at",
        )
        .bind(member.to_string())
        .bind(kept(hash))
        .bind(expires_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn use_reset_link(&mut self, hash: &str, now: Timestamp) -> Stored<Option<MemberId>> {
        let statement = sqlx::query(
            "DELETE FROM reset_links WHERE hash = $1 AND expires_at > $2 RETURNING member_id",
        )
        .bind(kept(hash))
        .bind(now.0);
        self.one(statement, |row| parsed(row, "member_id")).await
    }

    async fn insert_invitation(
        &mut self,
        id: InvitationId,
        hash: &str,
        by: Option<MemberId>,
        expires_at: Timestamp,
    ) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO invitations (id, hash, invited_by, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(id.to_string())
        .bind(kept(hash))
        .bind(by.map(|by| by.to_string()))
        .bind(expires_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn use_invitation(&mut self, hash: &str, now: Timestamp) -> Stored<bool> {
        let statement = sqlx::query("DELETE FROM invitations WHERE hash = $1 AND expires_at > $2")
            .bind(kept(hash))
            .bind(now.0);
        Ok(self.run(statement).await? == 1)
    }

    async fn insert_session(&mut self, session: &Session) -> Stored<()> {
        let statement = sqlx::query(
            "INSERT INTO sessions (hash, device_id, member_id, record, name, created_at, \
             last_used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(kept(&session.hash))
        .bind(session.device.to_string())
        .bind(session.member.map(|id| id.to_string()))
        .bind(kept(&session.record))
        .bind(kept(&session.name))
        .bind(session.created_at.0)
        .bind(session.last_used_at.0)
        .bind(session.expires_at.0);
        self.run(statement).await?;
        Ok(())
    }

    async fn update_session(&mut self, session: &Session) -> Stored<()> {
        let statement = sqlx::query(
            "UPDATE sessions SET member_id = $1, record = $2, last_used_at = $3, \
             expires_at = $4 WHERE hash = $5",
        )
        .bind(session.member.map(|id| id.to_string()))
        .bind(kept(&session.record))
        .bind(session.last_used_at.0)
        .bind(session.expires_at.0)
        .bind(kept(&session.hash));
        self.run(statement).await?;
        Ok(())
    }

    async fn drop_session(&mut self, hash: &str) -> Stored<()> {
        let statement = sqlx::query("DELETE FROM sessions WHERE hash = $1");
        self.run(statement.bind(kept(hash))).await?;
        Ok(())
    }

    async fn drop_device(&mut self, member: MemberId, device: DeviceId) -> Stored<bool> {
        let statement = sqlx::query("DELETE FROM sessions WHERE device_id = $1 AND member_id = $2")
            .bind(device.to_string())
            .bind(member.to_string());
        Ok(self.run(statement).await? == 1)
    }

    async fn drop_devices(&mut self, member: MemberId, but: Option<DeviceId>) -> Stored<()> {
        let statement =
            sqlx::query("DELETE FROM sessions WHERE member_id = $1 AND device_id <> $2")
                .bind(member.to_string())
                .bind(but.map(|id| id.to_string()).unwrap_or_default());
        self.run(statement).await?;
        Ok(())
    }

    async fn forget_sessions(&mut self, now: Timestamp) -> Stored<u64> {
        self.run(sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now.0))
            .await
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Stored<()> {
        let (member, other) = match &entry.about {
            About::Member(id) => (Some(id.to_string()), None),
            About::Other(name) => (None, Some(kept(name))),
        };
        let statement = sqlx::query(
            "INSERT INTO audit (id, at, by_id, action, about, reason) VALUES ($1, $2, \
             (SELECT opaque_id FROM members WHERE id = $3), $4, \
             coalesce($5, (SELECT 'member-' || opaque_id FROM members WHERE id = $6)), $7)",
        )
        .bind(entry.id.to_string())
        .bind(entry.at.0)
        .bind(entry.by.map(|by| by.to_string()))
        .bind(kept(&entry.action))
        .bind(other)
        .bind(member)
        .bind(entry.reason.as_deref().map(kept));
        self.run(statement).await?;
        Ok(())
    }
}
