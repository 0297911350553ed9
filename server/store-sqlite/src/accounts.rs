use crate::{
    Work,
    keyset::{columns, page},
    row::{get, parsed, parsed_maybe, time, time_maybe, unreadable},
    writer::failed,
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
use sqlx::sqlite::SqliteRow;

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

pub(crate) fn member(row: &SqliteRow) -> Stored<Member> {
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

fn session(row: &SqliteRow) -> Stored<Session> {
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

/// An entry of the log with the handles of those who are still here.
fn logged(row: &SqliteRow) -> Stored<Logged> {
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

#[async_trait]
impl AccountReads for Work {
    async fn member(&mut self, id: MemberId) -> Stored<Option<Member>> {
        sqlx::query("SELECT * FROM members WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(member)
            .transpose()
    }

    async fn member_by_skeleton(&mut self, skeleton: &str) -> Stored<Option<Member>> {
        sqlx::query("SELECT * FROM members WHERE skeleton = ?")
            .bind(skeleton)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(member)
            .transpose()
    }

    async fn waiting_members(&mut self) -> Stored<Vec<Member>> {
        sqlx::query(
            "SELECT * FROM members WHERE state = 'waiting' ORDER BY created_at, id LIMIT 100",
        )
        .fetch_all(self.connection())
        .await
        .map_err(failed)?
        .iter()
        .map(member)
        .collect()
    }

    async fn codes_left(&mut self, member: MemberId) -> Stored<u64> {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM recovery_codes WHERE member_id = ?")
                .bind(member.to_string())
                .fetch_one(self.connection())
                .await
                .map_err(failed)?;
        Ok(count.unsigned_abs())
    }

    async fn reset_link(&mut self, hash: &str, now: Timestamp) -> Stored<Option<MemberId>> {
        sqlx::query("SELECT member_id FROM reset_links WHERE hash = ? AND expires_at > ?")
            .bind(hash)
            .bind(now.0)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(|row| parsed(row, "member_id"))
            .transpose()
    }

    async fn devices(&mut self, member: MemberId, now: Timestamp) -> Stored<Vec<Device>> {
        let rows = sqlx::query(
            "SELECT device_id, name, created_at, last_used_at FROM sessions \
             WHERE member_id = ? AND expires_at > ? ORDER BY last_used_at DESC LIMIT 100",
        )
        .bind(member.to_string())
        .bind(now.0)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| {
                Ok(Device {
                    id: parsed(row, "device_id")?,
                    name: get(row, "name")?,
                    signed_in_at: time(row, "created_at")?,
                    last_used_at: time(row, "last_used_at")?,
                })
            })
            .collect()
    }

    async fn device_owner(&mut self, device: DeviceId, now: Timestamp) -> Stored<Option<MemberId>> {
        let row =
            sqlx::query("SELECT member_id FROM sessions WHERE device_id = ? AND expires_at > ?")
                .bind(device.to_string())
                .bind(now.0)
                .fetch_optional(self.connection())
                .await
                .map_err(failed)?;
        Ok(row
            .as_ref()
            .map(|row| parsed_maybe(row, "member_id"))
            .transpose()?
            .flatten())
    }

    async fn session(&mut self, hash: &str, now: Timestamp) -> Stored<Option<Session>> {
        sqlx::query("SELECT * FROM sessions WHERE hash = ? AND expires_at > ?")
            .bind(hash)
            .bind(now.0)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(session)
            .transpose()
    }

    async fn any_member(&mut self) -> Stored<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM members)")
            .fetch_one(self.connection())
            .await
            .map_err(failed)
    }

    async fn first_with_role(&mut self, role: Role) -> Stored<Option<MemberId>> {
        let row = sqlx::query(
            "SELECT id FROM members WHERE state = 'active' AND roles & ? <> 0 \
             ORDER BY created_at, id LIMIT 1",
        )
        .bind(Roles::default().with(role).bits())
        .fetch_optional(self.connection())
        .await
        .map_err(failed)?;
        row.as_ref().map(|row| parsed(row, "id")).transpose()
    }

    async fn log(&mut self, after: Option<Mark>, limit: u32) -> Stored<Page<Logged>> {
        let (at, id) = after.map_or((i64::MAX, String::new()), columns);
        let rows = sqlx::query(
            "SELECT l.id, l.at, l.by_id, l.action, l.about, l.reason, \
             b.handle AS by_handle, a.handle AS about_handle FROM audit l \
             LEFT JOIN members b ON b.opaque_id = l.by_id \
             LEFT JOIN members a ON a.opaque_id = substr(l.about, 8) \
             WHERE (l.at, l.id) < (?, ?) ORDER BY l.at DESC, l.id DESC LIMIT ?",
        )
        .bind(at)
        .bind(id)
        .bind(limit + 1)
        .fetch_all(self.connection())
        .await
        .map_err(failed)?;
        page(&rows, limit, "at", logged)
    }
}

#[async_trait]
impl AccountWrites for Work {
    async fn insert_member(&mut self, member: &Member, handle: &Handle) -> Stored<bool> {
        let rests: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM retired_handles WHERE hash = ?)")
                .bind(handle.hash())
                .fetch_one(self.connection())
                .await
                .map_err(failed)?;
        if rests {
            return Ok(false);
        }
        let done = sqlx::query(
            "INSERT INTO members \
             (id, handle, skeleton, password, roles, state, opaque_id, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (skeleton) DO NOTHING",
        )
        .bind(member.id.to_string())
        .bind(handle.as_str())
        .bind(handle.skeleton())
        .bind(member.password.as_deref().unwrap_or_default())
        .bind(member.roles.bits())
        .bind(state_name(member.state))
        .bind(member.opaque.to_string())
        .bind(member.created_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn set_password(&mut self, member: MemberId, phc: &str) -> Stored<()> {
        sqlx::query("UPDATE members SET password = ? WHERE id = ?")
            .bind(phc)
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn set_roles(&mut self, member: MemberId, roles: Roles) -> Stored<()> {
        sqlx::query("UPDATE members SET roles = ? WHERE id = ?")
            .bind(roles.bits())
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn set_member_state(&mut self, member: MemberId, state: MemberState) -> Stored<()> {
        sqlx::query("UPDATE members SET state = ? WHERE id = ?")
            .bind(state_name(state))
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn remove_member(&mut self, member: MemberId) -> Stored<()> {
        sqlx::query("DELETE FROM members WHERE id = ?")
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn insert_guest(
        &mut self,
        guest: GuestId,
        pseudonym: &str,
        now: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO guests (id, pseudonym, created_at) VALUES (?, ?, ?) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(guest.to_string())
        .bind(pseudonym)
        .bind(now.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn replace_codes(&mut self, member: MemberId, hashes: &[String]) -> Stored<()> {
        sqlx::query("DELETE FROM recovery_codes WHERE member_id = ?")
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        for hash in hashes {
            sqlx::query("INSERT INTO recovery_codes (member_id, hash) VALUES (?, ?)")
                .bind(member.to_string())
                .bind(hash)
                .execute(self.connection())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn use_code(&mut self, member: MemberId, hash: &str) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM recovery_codes WHERE member_id = ? AND hash = ?")
            .bind(member.to_string())
            .bind(hash)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn keep_reset_link(
        &mut self,
        member: MemberId,
        hash: &str,
        expires_at: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO reset_links (member_id, hash, expires_at) VALUES (?, ?, ?) \
             ON CONFLICT (member_id) DO UPDATE \
             SET hash = excluded.hash, expires_at = excluded.expires_at",
        )
        .bind(member.to_string())
        .bind(hash)
        .bind(expires_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn use_reset_link(&mut self, hash: &str, now: Timestamp) -> Stored<Option<MemberId>> {
        sqlx::query("DELETE FROM reset_links WHERE hash = ? AND expires_at > ? RETURNING member_id")
            .bind(hash)
            .bind(now.0)
            .fetch_optional(self.connection())
            .await
            .map_err(failed)?
            .as_ref()
            .map(|row| parsed(row, "member_id"))
            .transpose()
    }

    async fn insert_invitation(
        &mut self,
        id: InvitationId,
        hash: &str,
        by: Option<MemberId>,
        expires_at: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO invitations (id, hash, invited_by, expires_at) VALUES (?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(hash)
        .bind(by.map(|by| by.to_string()))
        .bind(expires_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn use_invitation(&mut self, hash: &str, now: Timestamp) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM invitations WHERE hash = ? AND expires_at > ?")
            .bind(hash)
            .bind(now.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn insert_session(&mut self, session: &Session) -> Stored<()> {
        sqlx::query(
            "INSERT INTO sessions (hash, device_id, member_id, record, name, created_at, \
             last_used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&session.hash)
        .bind(session.device.to_string())
        .bind(session.member.map(|id| id.to_string()))
        .bind(&session.record)
        .bind(&session.name)
        .bind(session.created_at.0)
        .bind(session.last_used_at.0)
        .bind(session.expires_at.0)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn update_session(&mut self, session: &Session) -> Stored<()> {
        sqlx::query(
            "UPDATE sessions SET member_id = ?, record = ?, last_used_at = ?, expires_at = ? \
             WHERE hash = ?",
        )
        .bind(session.member.map(|id| id.to_string()))
        .bind(&session.record)
        .bind(session.last_used_at.0)
        .bind(session.expires_at.0)
        .bind(&session.hash)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn drop_session(&mut self, hash: &str) -> Stored<()> {
        sqlx::query("DELETE FROM sessions WHERE hash = ?")
            .bind(hash)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn drop_device(&mut self, member: MemberId, device: DeviceId) -> Stored<bool> {
        let done = sqlx::query("DELETE FROM sessions WHERE device_id = ? AND member_id = ?")
            .bind(device.to_string())
            .bind(member.to_string())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn drop_devices(&mut self, member: MemberId, but: Option<DeviceId>) -> Stored<()> {
        sqlx::query("DELETE FROM sessions WHERE member_id = ? AND device_id <> ?")
            .bind(member.to_string())
            .bind(but.map(|id| id.to_string()).unwrap_or_default())
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn forget_sessions(&mut self, now: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM sessions WHERE expires_at <= ?")
            .bind(now.0)
            .execute(self.connection())
            .await
            .map_err(failed)?;
        Ok(done.rows_affected())
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Stored<()> {
        let (member, other) = match &entry.about {
            About::Member(id) => (Some(id.to_string()), None),
            About::Other(name) => (None, Some(name)),
        };
        sqlx::query(
            "INSERT INTO audit (id, at, by_id, action, about, reason) VALUES (?, ?, \
             (SELECT opaque_id FROM members WHERE id = ?), ?, \
             coalesce(?, (SELECT 'member-' || opaque_id FROM members WHERE id = ?)), ?)",
        )
        .bind(entry.id.to_string())
        .bind(entry.at.0)
        .bind(entry.by.map(|by| by.to_string()))
        .bind(&entry.action)
        .bind(other)
        .bind(member)
        .bind(&entry.reason)
        .execute(self.connection())
        .await
        .map_err(failed)?;
        Ok(())
    }
}
