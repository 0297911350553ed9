//! The cookies of the house: all of them HttpOnly, SameSite=Lax and for the
//! whole site; with the `__Host-` prefix where people come by HTTPS.

use axum::http::{HeaderMap, header};
use domain::ids::Chance;

/// Names and attributes.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    /// People come by HTTPS.
    pub secure: bool,
}

/// A browser on which nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub secret: String,
    /// It has sent a form, so that pages may show something of its own.
    pub has_written: bool,
}

/// At the end of the cookie of a guest who has only read.
const ONLY_READS: &str = ".reads";

impl Cookies {
    /// The session's name.
    pub const fn session_name(self) -> &'static str {
        if self.secure {
            "__Host-chorus"
        } else {
            "chorus"
        }
    }

    const fn guest_name(self) -> &'static str {
        if self.secure {
            "__Host-chorus-guest"
        } else {
            "chorus-guest"
        }
    }

    const fn passing_name(self) -> &'static str {
        if self.secure {
            "__Host-chorus-once"
        } else {
            "chorus-once"
        }
    }

    const fn mark_name(self) -> &'static str {
        if self.secure {
            "__Host-chorus-known"
        } else {
            "chorus-known"
        }
    }

    /// Does the browser bring a session?
    pub fn has_session(self, headers: &HeaderMap) -> bool {
        value(headers, self.session_name()).is_some()
    }

    /// The guest, if the browser brings a cookie that was made here.
    pub fn guest_of(self, headers: &HeaderMap) -> Option<Guest> {
        read_guest(&value(headers, self.guest_name())?)
    }

    /// The guest whose cookie an answer hands out.
    pub fn guest_given(self, headers: &HeaderMap) -> Option<Guest> {
        headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next()?.split_once('='))
            .find(|(name, _)| *name == self.guest_name())
            .and_then(|(_, value)| read_guest(value))
    }

    /// Lets the browser be this guest for half a year.
    pub fn guest(self, guest: &Guest) -> String {
        let age = domain::accounts::guests::REMEMBERED_FOR / 1000;
        let mark = if guest.has_written { "" } else { ONLY_READS };
        let value = format!("{}{mark}", guest.secret);
        self.cookie(self.guest_name(), &value, age)
    }

    /// Passes a secret on to the next page.
    pub fn passing(self, secret: &str, seconds: i64) -> String {
        self.cookie(self.passing_name(), secret, seconds)
    }

    /// What was passed on.
    pub fn passed(self, headers: &HeaderMap) -> Option<String> {
        value(headers, self.passing_name()).filter(|secret| !secret.is_empty())
    }

    /// Lets the browser be known by this mark for half a year.
    pub fn leave_mark(self, mark: &str) -> String {
        let age = domain::accounts::guests::REMEMBERED_FOR / 1000;
        self.cookie(self.mark_name(), mark, age)
    }

    /// The mark by which the browser is known.
    pub fn mark(self, headers: &HeaderMap) -> Option<String> {
        value(headers, self.mark_name()).filter(|mark| mark.len() == 64)
    }

    fn cookie(self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}

/// The guest in a cookie that was made here.
fn read_guest(value: &str) -> Option<Guest> {
    let only_reads = value.strip_suffix(ONLY_READS);
    let secret = only_reads.unwrap_or(value);
    let is_ours = secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_hexdigit());
    is_ours.then(|| Guest {
        secret: secret.to_owned(),
        has_written: only_reads.is_none(),
    })
}

fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// A browser that comes for the first time.
pub fn new_guest(chance: &dyn Chance) -> Guest {
    Guest {
        secret: secret(chance),
        has_written: false,
    }
}

/// A new secret: 128 bits, hex.
pub fn secret(chance: &dyn Chance) -> String {
    chance
        .bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
