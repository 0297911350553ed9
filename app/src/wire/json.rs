//! Reads JSON as our server writes it: whole numbers only, since no view holds
//! others. serde_json's reader brings all of floating point along.

/// A value of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Deeper than anything that is shown.
const DEEPEST: u8 = 100;

impl Json {
    /// None if it is something else.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let value = reader.value(0)?;
        reader.skip();
        reader.rest.is_empty().then_some(value)
    }

    /// The field of an object.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        fields
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    fn take(&mut self, what: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?;
        Some(())
    }

    /// As much as `length` says, and what follows is left.
    fn split(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn value(&mut self, depth: u8) -> Option<Json> {
        if depth > DEEPEST {
            return None;
        }
        self.skip();
        match self.rest.as_bytes().first()? {
            b'n' => self.take("null").map(|()| Json::Null),
            b't' => self.take("true").map(|()| Json::Bool(true)),
            b'f' => self.take("false").map(|()| Json::Bool(false)),
            b'"' => self.text().map(Json::Text),
            b'[' => self.list(depth),
            b'{' => self.object(depth),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<Json> {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        self.split(end)?.parse().ok().map(Json::Number)
    }

    fn list(&mut self, depth: u8) -> Option<Json> {
        self.take("[")?;
        let mut items = Vec::new();
        self.skip();
        if self.take("]").is_some() {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip();
            if self.take("]").is_some() {
                return Some(Json::List(items));
            }
            self.take(",")?;
        }
    }

    fn object(&mut self, depth: u8) -> Option<Json> {
        self.take("{")?;
        let mut fields = Vec::new();
        self.skip();
        if self.take("}").is_some() {
            return Some(Json::Object(fields));
        }
        loop {
            self.skip();
            let name = self.text()?;
            self.skip();
            self.take(":")?;
            fields.push((name, self.value(depth + 1)?));
            self.skip();
            if self.take("}").is_some() {
                return Some(Json::Object(fields));
            }
            self.take(",")?;
        }
    }

    fn text(&mut self) -> Option<String> {
        self.take("\"")?;
        let mut text = String::new();
        loop {
            let plain = self.rest.find(['"', '\\'])?;
            text.push_str(self.split(plain)?);
            if self.take("\"").is_some() {
                return Some(text);
            }
            self.take("\\")?;
            text.push(match self.split(1)? {
                "n" => '\n',
                "r" => '\r',
                "t" => '\t',
                "b" => '\u{8}',
                "f" => '\u{c}',
                "u" => self.unicode()?,
                same @ ("\"" | "\\" | "/") => same.chars().next()?,
                _ => return None,
            });
        }
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.take("\\u")?;
        let second = self.unit()?;
        if !(0xdc00..0xe000).contains(&second) {
            return None;
        }
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.split(4)?;
        let is_written = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_written.then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    fn written(value: &Json) -> serde_json::Value {
        match value {
            Json::Null => serde_json::Value::Null,
            Json::Bool(yes) => (*yes).into(),
            Json::Number(number) => (*number).into(),
            Json::Text(text) => text.clone().into(),
            Json::List(items) => items.iter().map(written).collect(),
            Json::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), written(value)))
                .collect(),
        }
    }

    #[test]
    fn it_reads_as_another_reader_does() {
        for text in [
            "null",
            " [true , false,null ]\n",
            "{}",
            "[]",
            r#"{"a":{"b":[1,-2,[{"c":[]}]]},"":0}"#,
            "-9223372036854775808",
            r#""ñ \"x\" \\ \/ \b\f\n\r\t \u00e9 \u2028 \ud83d\ude00 \u0000""#,
            r#""\u003cp>no end\u003c/p>""#,
            "\"\"",
        ] {
            let read = Json::read(text).unwrap_or_else(|| panic!("{text}"));
            let other: serde_json::Value = serde_json::from_str(text).expect(text);
            assert_eq!(written(&read), other, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "nul",
            "nulls",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":1,}",
            "{a:1}",
            "\"open",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u+123\"",
            "\"\\ud83d\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ude00\"",
            "\"\\ud83d\\uffff\"",
            "--1",
            "1.5",
            "1e3",
            "9223372036854775808",
            "{} {}",
            "<html>",
        ] {
            assert_eq!(Json::read(text), None, "{text}");
        }
        let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Json::read(&deep(50)).is_some());
        assert_eq!(Json::read(&deep(100_000)), None);
    }
}
