//! Who asks: the headers and cookies that decide whether a page is made once for everyone.

use std::net::SocketAddr;

use bench::http::get;

/// What a browser says of itself.
const BROWSER: [(&str, &str); 4] = [
    (
        "accept",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "en-GB,en;q=0.5"),
    (
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ),
];

/// A guest who has only read: the page that is kept for everyone.
pub const READER: &str = "chorus-guest=8d3c1f02a4b65e7790ab12cd34ef5601.reads";
/// A guest who has sent a form once: every page is rendered for this guest alone.
pub const WRITER: &str = "chorus-guest=8d3c1f02a4b65e7790ab12cd34ef5601";

/// The request of a browser with these cookies for a page.
pub fn ask(address: SocketAddr, path: &str, cookie: &str) -> Vec<u8> {
    ask_with(address, path, cookie, &[])
}

/// As [`ask`], with further headers.
pub fn ask_with(address: SocketAddr, path: &str, cookie: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut headers = BROWSER.to_vec();
    headers.push(("cookie", cookie));
    headers.extend_from_slice(more);
    get(address, path, &headers)
}
