use sha2::{Digest, Sha256};
use std::{fs, io, path::Path};

/// What somebody who labelled a text said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    Crisis,
    Call,
    None,
}

/// May it be learnt from?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Training,
    HeldOut,
}

impl Part {
    pub const ALL: [Self; 2] = [Self::Training, Self::HeldOut];

    /// By the first byte of the text's hash, as `labelled.tsv` says.
    fn of(hash: [u8; 32]) -> Self {
        if hash[0] % 10 < 3 {
            Self::HeldOut
        } else {
            Self::Training
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::HeldOut => "held-out",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Text {
    pub label: Label,
    pub language: String,
    pub words: String,
    pub part: Part,
    /// Evenly spread and always the same, to cut a set into folds.
    pub lot: u8,
}

impl Text {
    fn new(label: Label, language: &str, words: &str) -> Self {
        let hash: [u8; 32] = Sha256::digest(words).into();
        Self {
            label,
            language: language.to_owned(),
            words: words.to_owned(),
            part: Part::of(hash),
            lot: hash[1],
        }
    }
}

/// Everything that is measured or learnt from.
#[derive(Debug)]
pub struct Texts {
    /// Labelled by hands other than those that made the recogniser.
    pub labelled: Vec<Text>,
    /// Written together with the recogniser: only learnt from.
    pub examples: Vec<Text>,
    /// The sample community: ordinary writing.
    pub ordinary: Vec<Text>,
}

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/domain/data/care");
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/sample");

impl Texts {
    /// Reads them from the sources.
    pub fn load() -> io::Result<Self> {
        let mut labelled = Vec::new();
        for entry in fs::read_dir(DATA)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name.starts_with("labelled")) {
                labelled.extend(table(&path)?);
            }
        }
        Ok(Self {
            labelled,
            examples: table(&Path::new(DATA).join("examples.tsv"))?,
            ordinary: sample()?,
        })
    }
}

fn table(path: &Path) -> io::Result<Vec<Text>> {
    let text = fs::read_to_string(path)?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter(|line| !line.is_empty())
        .map(|line| row(line).ok_or_else(|| io::Error::other(format!("{}", path.display()))))
        .collect()
}

fn row(line: &str) -> Option<Text> {
    let mut parts = line.splitn(3, '\t');
    let label = match parts.next()? {
        "crisis" => Label::Crisis,
        "call" => Label::Call,
        "none" => Label::None,
        _ => return None,
    };
    Some(Text::new(label, parts.next()?, parts.next()?))
}

/// The bodies of the sample community, and its articles.
fn sample() -> io::Result<Vec<Text>> {
    let community = fs::read_to_string(Path::new(SAMPLE).join("community.json"))?;
    let mut bodies = Vec::new();
    collect_bodies(&serde_json::from_str(&community)?, &mut bodies);
    for entry in fs::read_dir(Path::new(SAMPLE).join("articles"))? {
        bodies.push(fs::read_to_string(entry?.path())?);
    }
    Ok(bodies
        .iter()
        .map(|body| Text::new(Label::None, "", body))
        .collect())
}

fn collect_bodies(value: &serde_json::Value, bodies: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(serde_json::Value::String(body)) = fields.get("body") {
                bodies.push(body.clone());
            }
            fields.values().for_each(|one| collect_bodies(one, bodies));
        }
        serde_json::Value::Array(items) => {
            items.iter().for_each(|one| collect_bodies(one, bodies));
        }
        _ => {}
    }
}
