use axum::http::{HeaderMap, header};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use std::io::{self, Write};

/// Of eleven. Above it a long article becomes a hundredth smaller and takes
/// five times as long.
const BROTLI_QUALITY: i32 = 5;

/// How the bytes of a page are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

impl Encoding {
    /// The smallest that the browser takes.
    pub fn best(headers: &HeaderMap) -> Self {
        let accepts = |name: &str| {
            headers
                .get_all(header::ACCEPT_ENCODING)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|part| is_taken(part, name))
        };
        if accepts("br") {
            Self::Brotli
        } else if accepts("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// Its name in headers; none for plain bytes.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// Packs bytes.
    pub fn pack(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Identity => Ok(bytes.to_vec()),
            Self::Gzip => {
                let mut packer = GzEncoder::new(Vec::new(), Compression::default());
                packer.write_all(bytes)?;
                packer.finish()
            }
            Self::Brotli => {
                let mut packed = Vec::with_capacity(bytes.len() / 4);
                let params = BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    size_hint: bytes.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
                Ok(packed)
            }
        }
    }
}

/// Does a part of `Accept-Encoding` name this encoding, and not only to refuse
/// it (`br;q=0`)?
fn is_taken(part: &str, name: &str) -> bool {
    let mut words = part.split(';').map(str::trim);
    let is_named = words
        .next()
        .is_some_and(|found| found.eq_ignore_ascii_case(name));
    let weight = words.find_map(|word| {
        let (key, value) = word.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then_some(value.trim())
    });
    is_named && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_that_is_taken() {
        for (accepted, best) in [
            ("", Encoding::Identity),
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0.5", Encoding::Brotli),
            ("BR ; Q=0, gzip", Encoding::Gzip),
            ("br;q=0.000, gzip;q=0", Encoding::Identity),
            ("br;q=much", Encoding::Identity),
            ("broken, x-gzip", Encoding::Identity),
            ("*", Encoding::Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().expect("a header"));
            assert_eq!(Encoding::best(&headers), best, "{accepted}");
        }
    }
}
