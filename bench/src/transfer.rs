//! What the browser loaded, as the browser counted it.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use bench::Result;

/// One file.
#[derive(Deserialize)]
pub struct Loaded {
    /// Its address without the host.
    pub path: String,
    /// The browser's word for its kind, such as `Document`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it was compressed; empty when it was not.
    pub encoding: String,
    /// Bytes on the wire, headers included.
    pub wire: u64,
    /// Bytes of the body as sent.
    pub body: u64,
}

/// A cold visit to the article page, without WASM and with it.
#[derive(Deserialize)]
pub struct Transfer {
    /// The article's address.
    pub path: String,
    /// The browser's version.
    pub browser: String,
    /// With `.wasm` blocked: what a reader needs.
    pub blocked: Vec<Loaded>,
    /// Everything, until the page is hydrated.
    pub full: Vec<Loaded>,
}

impl Transfer {
    /// Reads the file that the browser run wrote.
    ///
    /// # Errors
    /// When it is not there or is something else.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    }

    /// HTML and CSS, body bytes.
    pub fn first_view(&self) -> u64 {
        self.blocked
            .iter()
            .filter(|file| matches!(file.kind.as_str(), "Document" | "Stylesheet"))
            .map(|file| file.body)
            .sum()
    }

    /// Files that only hydration needs: script and WASM.
    pub fn hydration(&self) -> Vec<&Loaded> {
        self.full
            .iter()
            .filter(|file| {
                file.path.ends_with(".wasm") || file.path.ends_with(".js") || file.kind == "Script"
            })
            .collect()
    }

    /// Their body bytes together.
    pub fn hydration_bytes(&self) -> u64 {
        self.hydration().iter().map(|file| file.body).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_kind() {
        let transfer: Transfer = serde_json::from_str(
            r#"{"path":"/a","browser":"1","blocked":[
                {"path":"/a","type":"Document","encoding":"br","wire":12,"body":10},
                {"path":"/s.css","type":"Stylesheet","encoding":"br","wire":7,"body":5},
                {"path":"/f.svg","type":"Image","encoding":"","wire":9,"body":9}],
              "full":[
                {"path":"/a","type":"Document","encoding":"br","wire":12,"body":10},
                {"path":"/c.js","type":"Script","encoding":"br","wire":4,"body":3},
                {"path":"/c.wasm","type":"Fetch","encoding":"br","wire":102,"body":100}]}"#,
        )
        .expect("a transfer");
        assert_eq!(transfer.first_view(), 15);
        assert_eq!(transfer.hydration_bytes(), 103);
    }
}
