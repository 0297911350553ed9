//! A story that nobody tells would be no promise.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_story_is_on_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut written = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("a file").path();
        let room = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if ["lib", "statements", "support"].contains(&room.as_str()) {
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source");
        for line in source.lines() {
            if let Some(rest) = line.strip_prefix("pub async fn ") {
                let story = rest.split('(').next().unwrap_or_default();
                written.insert(format!("{room}::{story}"));
            }
        }
    }
    let listed: BTreeSet<String> = store_contract::STORIES
        .iter()
        .map(|story| story.name.to_owned())
        .collect();
    assert!(!written.is_empty());
    assert_eq!(written, listed);
}
