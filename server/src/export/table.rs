use domain::{
    clock::Timestamp,
    privacy::Record,
    store::{StoreError, Stored},
    tables::Value,
};
use serde_json::{Map, Value as Json};
use std::io::Write;

/// One table as JSON: a list of its rows, each with its columns by name.
pub struct Table<'w, W> {
    out: &'w mut W,
    is_empty: bool,
}

impl<'w, W: Write> Table<'w, W> {
    pub fn new(out: &'w mut W) -> Stored<Self> {
        out.write_all(b"[").map_err(StoreError::new)?;
        Ok(Self {
            out,
            is_empty: true,
        })
    }

    pub fn row(&mut self, record: &Record) -> Stored<()> {
        let between = if self.is_empty { "\n" } else { ",\n" };
        self.is_empty = false;
        self.out
            .write_all(between.as_bytes())
            .map_err(StoreError::new)?;
        serde_json::to_writer(&mut *self.out, &object(record)).map_err(StoreError::new)
    }

    pub fn end(self) -> Stored<()> {
        self.out.write_all(b"\n]\n").map_err(StoreError::new)
    }
}

/// Rendered words are left out: the words themselves are there.
fn object(record: &Record) -> Json {
    let fields = record
        .iter()
        .filter(|(name, _)| name != "html")
        .map(|(name, value)| (name.clone(), field(name, value)));
    Json::Object(fields.collect::<Map<String, Json>>())
}

fn field(name: &str, value: &Value) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Number(millis) if is_moment(name) => Timestamp(*millis).rfc3339().into(),
        Value::Number(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
    }
}

/// Does a column hold moments?
pub fn is_moment(column: &str) -> bool {
    column == "at" || column.ends_with("_at")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_list_of_rows() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out).expect("begun");
        for number in [0, 1] {
            let row = vec![
                ("at".to_owned(), Value::Number(number)),
                ("body".to_owned(), Value::Text("\"One\"".to_owned())),
                ("html".to_owned(), Value::Text("<p>One</p>".to_owned())),
                ("edited_at".to_owned(), Value::Nothing),
                ("count".to_owned(), Value::Number(number)),
            ];
            table.row(&row).expect("a row");
        }
        table.end().expect("ended");
        let read: Json = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(
            read[1],
            serde_json::json!({
                "at": "1970-01-01T00:00:00Z",
                "body": "\"One\"",
                "edited_at": null,
                "count": 1,
            })
        );
        assert_eq!(read.as_array().map(Vec::len), Some(2));
    }
}
