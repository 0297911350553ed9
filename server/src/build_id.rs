// Also a part of the build script.

use sha2::{Digest, Sha256};
use std::{fs, io, path::Path};

/// Bytes of the digest that an id shows: enough that no two builds share one.
const SHOWN: usize = 8;

/// Names what a folder holds, in hexadecimal: another file, another name or one
/// byte that differs, and it is another id.
///
/// # Errors
///
/// When the folder or a file in it cannot be read.
pub fn of_folder(folder: &Path) -> io::Result<String> {
    let mut whole = Sha256::new();
    for name in names(folder)? {
        // Each piece of fixed length, so that none runs into the next.
        whole.update(Sha256::digest(&name));
        whole.update(Sha256::digest(fs::read(folder.join(&name))?));
    }
    let shown = whole.finalize();
    Ok(shown
        .iter()
        .take(SHOWN)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// The names of all files in a folder and below it, in order.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    gather(folder, folder, &mut names)?;
    names.sort();
    Ok(names)
}

fn gather(top: &Path, folder: &Path, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(top, &path, names)?;
        } else {
            let name = path.strip_prefix(top).unwrap_or(&path);
            let name = name.to_str().ok_or_else(|| {
                io::Error::other(format!("{} is not a plain name", path.display()))
            })?;
            names.push(name.to_owned());
        }
    }
    Ok(())
}
