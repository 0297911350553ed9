//! A post: what its text says is who sent it, when, and as the how-manieth.

use std::fmt;

use bench::posting;

/// One comment of one writer, unlike any other of the run's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Post {
    /// The round in which it was first sent.
    pub round: u32,
    /// Whose it is, counted from 1.
    pub writer: u32,
    /// Counted from 1 for each writer.
    pub number: u32,
}

impl Post {
    /// The idempotency key, the same each time that it is sent.
    pub fn key(self) -> String {
        let place = u64::from(self.writer) << 32 | u64::from(self.number);
        posting::key(u64::from(self.round), place)
    }
}

/// The text as sent.
impl fmt::Display for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            round,
            writer,
            number,
        } = self;
        write!(
            f,
            "Round {round}, writer {writer}, post {number}: I am glad that you are here."
        )
    }
}

/// The handle of a writer.
pub fn handle(writer: u32) -> String {
    format!("crash-writer-{writer}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_differ_in_text_and_key() {
        let post = Post {
            round: 1,
            writer: 2,
            number: 3,
        };
        let others = [
            Post { round: 2, ..post },
            Post { writer: 3, ..post },
            Post { number: 4, ..post },
        ];
        for other in others {
            assert_ne!(post.key(), other.key());
            assert_ne!(post.to_string(), other.to_string());
        }
    }
}
