//! Rows for a table by the names of its columns.

use domain::{
    store::{StoreError, Stored},
    tables::{Row, Table, Value},
};

/// A table, and at which of its places each of our columns stands.
pub struct Sheet {
    pub table: Table,
    places: Vec<usize>,
}

impl Sheet {
    /// Finds the table and its columns.
    ///
    /// # Errors
    ///
    /// If the table is not there, or has other columns: then what is generated
    /// would not be what people write.
    pub fn of(tables: &[Table], name: &str, columns: &[&str]) -> Stored<Self> {
        let other = || {
            StoreError::new(format!(
                "the columns of {name} are not those that are known"
            ))
        };
        let table = tables
            .iter()
            .find(|table| table.name == name)
            .ok_or_else(other)?;
        let places: Vec<usize> = columns
            .iter()
            .filter_map(|column| table.columns.iter().position(|found| found.name == *column))
            .collect();
        if places.len() != columns.len() || table.columns.len() != columns.len() {
            return Err(other());
        }
        Ok(Self {
            table: table.clone(),
            places,
        })
    }

    /// A row of values, in the order in which the columns were named.
    pub fn row<const N: usize>(&self, values: [Value; N]) -> Row {
        let mut row = vec![Value::Nothing; N];
        for (value, place) in values.into_iter().zip(&self.places) {
            row[*place] = value;
        }
        row
    }
}

/// A text.
pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A text, if there is one.
pub fn maybe(text: Option<impl Into<String>>) -> Value {
    text.map_or(Value::Nothing, |text| Value::Text(text.into()))
}

/// A number.
pub fn number(number: impl TryInto<i64>) -> Value {
    Value::Number(number.try_into().unwrap_or(i64::MAX))
}

/// A truth, as both engines keep it.
pub fn flag(set: bool) -> Value {
    Value::Number(i64::from(set))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::tables::{Column, Kind};

    #[test]
    fn a_value_stands_where_its_column_is() {
        let columns = ["age", "id", "name"].map(|name| Column {
            name: name.to_owned(),
            kind: Kind::Text,
        });
        let tables = [Table {
            name: "people".to_owned(),
            columns: columns.to_vec(),
            order: vec![1],
        }];
        let sheet = Sheet::of(&tables, "people", &["id", "name", "age"]).expect("a sheet");
        let row = sheet.row([text("1"), maybe(Some("ana")), number(7)]);
        assert_eq!(row, [number(7), text("1"), text("ana")]);
        for other in [&["id", "name"][..], &["id", "name", "size"]] {
            assert!(Sheet::of(&tables, "people", other).is_err());
        }
        assert!(Sheet::of(&tables, "dogs", &["id"]).is_err());
    }
}
