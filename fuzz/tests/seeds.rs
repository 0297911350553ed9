//! A few thousand texts for each entry, bent from real ones. The same each time.

use fuzz::ENTRIES;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::{
    fs,
    path::{Path, PathBuf},
};

const ROUNDS: usize = 3000;

/// What parsers stumble over.
const PIECES: &[&str] = &[
    "<",
    ">",
    "&",
    "\"",
    "'",
    "`",
    "[",
    "](",
    ")",
    "\\",
    "\n",
    "\n\n",
    "\r",
    "\0",
    "\u{2028}",
    "javascript:",
    "data:",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</",
    "/>",
    "&#",
    ";",
    "&lt;",
    "***",
    "~~~",
    "|",
    "|-|\n",
    "> ",
    "- ",
    "1. ",
    "# ",
    "[a]: ",
    "    ",
    "\t",
    "é",
    "\u{202e}",
    "<item>",
    "</item>",
    "<wp:comment>",
    "</wp:comment>",
    "<content:encoded>",
    "<wp:comment_parent>",
    "<!--more-->",
    "<!-- wp:html -->",
    "[caption]",
    "<?x",
    "<!DOCTYPE",
];

fn all_in(folder: &Path, kind: &str) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .expect("a folder of seeds")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == kind))
        .collect()
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<_> = match name {
        "import" => vec![here.join("../server/wordpress/tests/data/week.wxr.xml")],
        "hearing" => all_in(&here.join("../app/domain/data/care"), "tsv"),
        _ => {
            let mut files = all_in(&here.join("../server/sample/articles"), "md");
            files.push(here.join("../end2end/vectors/vectors.txt"));
            files
        }
    };
    let mut seeds: Vec<Vec<u8>> = files
        .iter()
        .map(|file| fs::read(file).expect("a seed"))
        .collect();
    seeds.sort();
    if name != "import" {
        let lines: Vec<Vec<u8>> = seeds
            .iter()
            .flat_map(|seed| seed.split(|byte| *byte == b'\n'))
            .map(<[u8]>::to_vec)
            .collect();
        seeds = lines;
    }
    seeds
}

fn bent(mut text: Vec<u8>, others: &[Vec<u8>], dice: &mut StdRng) -> Vec<u8> {
    for _ in 0..dice.random_range(1..8) {
        let at = dice.random_range(0..=text.len());
        match dice.random_range(0..5) {
            0 => {
                let piece = PIECES.choose(dice).map_or("", |piece| piece);
                let times = [1, 1, 1, 2, 40].choose(dice).copied().unwrap_or(1);
                let pieces = piece.repeat(times);
                text.splice(at..at, pieces.bytes());
            }
            1 => text.truncate(at),
            2 => {
                let end = (at + dice.random_range(0..40)).min(text.len());
                text.drain(at..end);
            }
            3 => {
                let other = others.choose(dice).map_or(&[][..], Vec::as_slice);
                let from = dice.random_range(0..=other.len());
                text.splice(at..at, other[from..].iter().copied().take(2000));
            }
            _ => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << dice.random_range(0..8);
                }
            }
        }
    }
    text
}

#[test]
fn every_entry_holds_for_texts_bent_from_seeds() {
    for (name, entry) in ENTRIES {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        let mut dice = StdRng::seed_from_u64(1);
        for seed in &seeds {
            entry(seed);
        }
        for _ in 0..ROUNDS {
            let seed = seeds.choose(&mut dice).cloned().unwrap_or_default();
            entry(&bent(seed, &seeds, &mut dice));
        }
    }
}
