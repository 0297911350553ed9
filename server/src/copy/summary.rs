use std::fmt::Write;

/// What was copied of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    pub table: String,
    /// The rows that both databases have now.
    pub rows: u64,
    /// How many of them an earlier run had copied.
    pub were_there: u64,
    /// SHA-256 over every value of every row, the same in both.
    pub digest: [u8; 32],
}

/// For people: a line a table.
pub(super) fn table(copied: &[Copied]) -> String {
    let mut text = format!("{:<24}{:>12}  content\n", "table", "rows");
    for table in copied {
        let content = table.digest[..8]
            .iter()
            .fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
        let _ = writeln!(text, "{:<24}{:>12}  {content}", table.table, table.rows);
    }
    let rows: u64 = copied.iter().map(|table| table.rows).sum();
    let were_there: u64 = copied.iter().map(|table| table.were_there).sum();
    let _ = writeln!(
        text,
        "\n{} rows were copied and {were_there} were there already. Both databases hold the same.",
        rows - were_there
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_is_there() {
        let copied = [("members", 12, 5, 0xab), ("audit", 0, 0, 0)].map(
            |(table, rows, were_there, byte)| Copied {
                table: table.to_owned(),
                rows,
                were_there,
                digest: [byte; 32],
            },
        );
        assert_eq!(
            table(&copied),
            "table                           rows  content\n\
             members                           12  abababababababab\n\
             audit                              0  0000000000000000\n\
             \n\
             7 rows were copied and 5 were there already. Both databases hold the same.\n"
        );
    }
}
