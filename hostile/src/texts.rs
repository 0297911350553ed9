//! What people do not write, and programs send all the same.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// Bytes that readers of text trip over: what is no UTF-8, what is no character, what turns the
/// line round, and what means something to a database, a template or a shell.
const ODD: [&[u8]; 46] = [
    b"",
    b" ",
    b"\0",
    b"a\0b",
    b"\x01\x02\x1b[31m\x7f",
    b"\r\n\r\n",
    b"\r\nset-cookie: a=b",
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xc0\x80",
    b"\xe0\x80\xaf",
    b"\xf8\x88\x80\x80\x80",
    b"\xed\xa0\x80",
    b"\xed\xb0\x80",
    b"\xed\xa0\xbd\xed\xb8\x80",
    b"\xf4\x90\x80\x80",
    b"\xe2\x82",
    b"\xf0\x9f\x98",
    "\u{202e}drawkcab\u{202c}".as_bytes(),
    "\u{2066}\u{2067}\u{2068}open".as_bytes(),
    "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}".as_bytes(),
    "\u{feff}\u{200b}\u{200d}\u{2060}".as_bytes(),
    "\u{fdfa}\u{fdfa}\u{fdfa}".as_bytes(),
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}\u{1f3fd}".as_bytes(),
    "\u{ffff}\u{10ffff}\u{fffe}".as_bytes(),
    "\u{130}\u{131}\u{df}\u{1e9e}\u{fb01}".as_bytes(),
    "\u{e000}\u{e0001}\u{e0061}".as_bytes(),
    "\u{2028}\u{2029}\u{85}".as_bytes(),
    b"null",
    b"undefined",
    b"NaN",
    b"-1",
    b"0",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"18446744073709551616",
    b"1e309",
    b"true",
    b"[]",
    b"{\"a\":{}}",
    b"' OR 1=1; --",
    b"\"><script>alert(1)</script>",
    b"{{7*7}}${7*7}%s%n%x",
    b"../../../../etc/passwd",
    b"javascript:alert(1)",
    b"http://[::1]:0/",
];

/// Dates, times and zones at their edges.
const MOMENTS: [&str; 18] = [
    "2026-02-30T25:61",
    "0000-00-00T00:00",
    "-9999-01-01T00:00",
    "9999-12-31T23:59",
    "999999999-12-31T23:59",
    "2026-03-29T02:30",
    "2026-10-25T02:30",
    "2026-12-31T23:59:60",
    "1969-12-31T23:59",
    "0001-01-01T00:00",
    "2026-09-24",
    "T18:30",
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "Etc/GMT+14",
    "../../etc/localtime",
    "UTC\0",
    "+25:00",
];

/// One of them, or a few in a row.
pub fn odd(rng: &mut StdRng) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..rng.random_range(1..4) {
        text.extend_from_slice(ODD.choose(rng).copied().unwrap_or_default());
    }
    text
}

/// A date, a time, or a zone that does not exist or stands at an edge.
pub fn moment(rng: &mut StdRng) -> Vec<u8> {
    MOMENTS.choose(rng).copied().unwrap_or_default().into()
}

/// The same sign so many times that it may be too many, up to a little over `most` bytes.
pub fn long(rng: &mut StdRng, most: usize) -> Vec<u8> {
    let signs: [&[u8]; 6] = [
        b"a",
        b"a ",
        "\u{e9}".as_bytes(),
        "e\u{301}".as_bytes(),
        "\u{1f469}\u{200d}".as_bytes(),
        b"\n",
    ];
    let sign = signs.choose(rng).copied().unwrap_or(b"a");
    // As often short as long: the limits of fields lie at a few hundred, and the body's at 512 KiB.
    let most = most >> rng.random_range(0..12);
    let times = rng.random_range(1..=most.max(2)) / sign.len();
    sign.repeat(times.max(1))
}

/// Markdown that nests, opens without closing, or repeats, up to about 60,000 bytes.
pub fn markdown(rng: &mut StdRng) -> Vec<u8> {
    let many = 1_usize << rng.random_range(1..13);
    let text = match rng.random_range(0..24) {
        0 => format!("{} deep", ">".repeat(many)),
        1 => format!("{} deep", "> ".repeat(many)),
        2 => nested_list(many.min(340)),
        3 => format!("{}a{}", "*".repeat(many), "*".repeat(many)),
        4 => "*a _b ".repeat(many),
        5 => format!("{}a{}", "[".repeat(many), "](/x)".repeat(many)),
        6 => "![a](".repeat(many),
        7 => "[a](<b".repeat(many),
        8 => format!("{}a{}", "<b>".repeat(many), "</b>".repeat(many)),
        9 => "<div><table><tr><td>".repeat(many.min(2_000)),
        10 => {
            "<svg><math><mi><style><!--</style><img src=x onerror=alert(1)>".repeat(many.min(800))
        }
        11 => format!("{}\n", "`".repeat(many)),
        12 => "a`".repeat(many),
        13 => "| a ".repeat(many) + "\n" + &"|---".repeat(many),
        14 => "[a]: /b\n".repeat(many.min(4_000)) + &"[a]".repeat(many),
        15 => "&amp;&#0;&#xd800;&#1114112;&bogus;".repeat(many.min(1_500)),
        16 => "<!--".repeat(many) + "-->",
        17 => "<![CDATA[".repeat(many) + "<?php".repeat(many.min(99)).as_str(),
        18 => "[^1]".repeat(many) + "\n\n[^1]: [^1]",
        19 => format!("# {}\n{}", "#".repeat(many), "=".repeat(many)),
        20 => "1) ".repeat(many) + "a",
        21 => "<http://a".repeat(many) + &">".repeat(many),
        22 => "- - ".repeat(many) + "\n\t```\n" + &" ".repeat(many),
        _ => "~~a~~ **b**_c_\\\n".repeat(many.min(4_000)) + "\\",
    };
    text.into_bytes()
}

fn nested_list(depth: usize) -> String {
    (0..depth)
        .map(|level| format!("{}- a\n", " ".repeat(level * 2 % 340)))
        .collect()
}

/// Where a list might begin: 24 bytes in base64 as the stores make them, with times and ids at
/// their edges, and others of other lengths.
pub fn cursor(rng: &mut StdRng) -> Vec<u8> {
    let at = [
        i64::MIN,
        i64::MAX,
        -1,
        0,
        1,
        253_402_300_800_000,
        rng.random(),
    ];
    let at = at.choose(rng).copied().unwrap_or_default();
    let mut bytes = at.to_be_bytes().to_vec();
    let id = match rng.random_range(0..3) {
        0 => [0; 16],
        1 => [0xff; 16],
        _ => rng.random(),
    };
    bytes.extend_from_slice(&id);
    if rng.random_ratio(1, 4) {
        bytes.truncate(rng.random_range(0..24));
    }
    if rng.random_ratio(1, 8) {
        bytes.extend_from_slice(&id);
    }
    base64(&bytes).into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(place).copied().unwrap_or_default());
        }
        for place in 0..=chunk.len() {
            let sign = bits >> (18 - 6 * place) & 63;
            text.push(char::from(SIGNS[sign as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn texts_are_bounded_and_repeatable() {
        for seed in 0..2_000 {
            let text = |seed| {
                let mut rng = StdRng::seed_from_u64(seed);
                (markdown(&mut rng), long(&mut rng, 600_000), odd(&mut rng))
            };
            let (markdown, long, odd) = text(seed);
            assert!(markdown.len() < 130_000, "{}", markdown.len());
            assert!(long.len() <= 600_000 && odd.len() < 300);
            assert_eq!(text(seed), (markdown, long, odd));
        }
    }

    #[test]
    fn base64_is_that_of_addresses() {
        assert_eq!(base64(b"\xff\xfe\xfd"), "__79");
        assert_eq!(base64(b"ab"), "YWI");
        assert_eq!(base64(b"a"), "YQ");
        assert_eq!(base64(&[0; 24]).len(), 32);
    }
}
