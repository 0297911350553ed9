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

    /// Does the browser bring a session?
    pub fn has_session(self, headers: &HeaderMap) -> bool {
        value(headers, self.session_name()).is_some()
    }

    /// The guest's secret, if the browser brings one that was made here.
    pub fn guest_of(self, headers: &HeaderMap) -> Option<String> {
        value(headers, self.guest_name())
            .filter(|secret| secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_hexdigit()))
    }

    /// Lets the browser be this guest for half a year.
    pub fn guest(self, secret: &str) -> String {
        let age = domain::accounts::guests::REMEMBERED_FOR / 1000;
        self.cookie(self.guest_name(), secret, age)
    }

    /// Passes a secret on to the next page.
    pub fn passing(self, secret: &str, seconds: i64) -> String {
        self.cookie(self.passing_name(), secret, seconds)
    }

    /// What was passed on.
    pub fn passed(self, headers: &HeaderMap) -> Option<String> {
        value(headers, self.passing_name()).filter(|secret| !secret.is_empty())
    }

    fn cookie(self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
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

/// A new secret: 128 bits, hex.
pub fn secret(chance: &dyn Chance) -> String {
    chance
        .bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
