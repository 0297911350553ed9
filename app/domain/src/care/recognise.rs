use super::Severity;

/// What someone says who asks for help.
const ASKS: [&str; 2] = ["i need help", "need help with"];

/// Does a text read like a call for help?
pub fn recognise(text: &str) -> Option<Severity> {
    let text = text.to_lowercase();
    ASKS.iter()
        .any(|words| text.contains(words))
        .then_some(Severity::Call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_calls_of_the_founding_page_are_heard() {
        for call in [
            "I need help with alcohol abuse.",
            "I need help with alcohol abuse.i am going through a divorce which has a put an extra strain on Mt sobriety.",
        ] {
            assert_eq!(recognise(call), Some(Severity::Call), "{call}");
        }
        assert_eq!(recognise("We had soup on Sunday."), None);
    }
}
