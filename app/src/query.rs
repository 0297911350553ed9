//! Addresses with fields in their query.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a value may hold as it is (RFC 3986, unreserved characters), and the
/// slash, which a query may hold as well.
const WRITTEN_OUT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The address with one more field in its query, in place of one of that name.
pub fn with_query(address: &str, name: &str, value: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut out = format!("{path}?");
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pair.split('=').next() != Some(name) {
            out.push_str(pair);
            out.push('&');
        }
    }
    out.push_str(name);
    out.push('=');
    out.extend(utf8_percent_encode(value, WRITTEN_OUT));
    out
}

/// The address to sign in at, and to come back from to `next`.
pub fn sign_in_first(next: &str) -> String {
    with_query("/sign-in", "next", next)
}

/// The address to prove at who one is, and to come back from to `next`.
pub fn confirm_first(next: &str) -> String {
    with_query("/me/confirm", "next", next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_stands_once() {
        assert_eq!(with_query("/a", "kept", "x.y"), "/a?kept=x.y");
        assert_eq!(with_query("/a?kept=1&b=2", "kept", "3"), "/a?b=2&kept=3");
    }

    #[test]
    fn a_way_back_keeps_its_own_query() {
        assert_eq!(
            sign_in_first("/stories/new?preview=true#é"),
            "/sign-in?next=/stories/new%3Fpreview%3Dtrue%23%C3%A9"
        );
    }
}
