//! What can be asked for: the addresses on file, and what each server function takes, read from
//! the sources. A new function or page is attacked without being named here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bench::Result;

const ADDRESSES: &str = "server/tests/addresses.txt";
const PAGES: &str = "server/tests/pages.txt";
const SOURCES: &str = "app/src";

/// A server function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// `GET` or `POST`.
    pub method: String,
    /// As in `/api/stories/share`.
    pub path: String,
    /// The names of the fields that it takes.
    pub fields: Vec<String>,
}

/// The addresses of the house.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// Server functions.
    pub functions: Vec<Function>,
    /// Pages, with names in braces for what varies.
    pub pages: Vec<String>,
}

impl Addresses {
    /// Reads them from a working copy.
    ///
    /// # Errors
    /// When a file cannot be read, or is empty.
    pub fn read(root: &Path) -> Result<Self> {
        let mut sources = Vec::new();
        for file in rust_files(&root.join(SOURCES))? {
            sources.push(fs::read_to_string(file)?);
        }
        let taken = fields_by_endpoint(&sources);
        let functions: Vec<Function> = lines(&root.join(ADDRESSES))?
            .iter()
            .filter_map(|line| line.split_once(' '))
            .map(|(method, path)| Function {
                method: method.to_owned(),
                path: path.to_owned(),
                fields: taken.get(path).cloned().unwrap_or_default(),
            })
            .collect();
        Ok(Self {
            functions,
            pages: lines(&root.join(PAGES))?,
        })
    }

    /// Functions whose declaration was found in the sources.
    pub fn understood(&self) -> usize {
        let known = |function: &&Function| !function.fields.is_empty();
        self.functions.iter().filter(known).count()
    }
}

fn lines(file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return Err(format!("{} is empty", file.display()).into());
    }
    Ok(lines)
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The fields of every `#[server]` function by its address. Structures are looked for in the
/// function's own file first, since several rooms have one of the same name.
fn fields_by_endpoint(sources: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for source in sources {
        for declaration in source.split("#[server(prefix").skip(1) {
            let Some(endpoint) = between(declaration, "endpoint = \"", "\"") else {
                continue;
            };
            let Some(arguments) = arguments(declaration) else {
                continue;
            };
            let mut fields = Vec::new();
            for argument in split_arguments(arguments) {
                let flat = argument.contains("#[server(flatten)]");
                let plain = argument.rsplit(']').next().unwrap_or(argument);
                let Some((name, kind)) = plain.split_once(':') else {
                    continue;
                };
                let (name, kind) = (name.trim(), kind.trim());
                let inner = structure(source, kind)
                    .or_else(|| sources.iter().find_map(|other| structure(other, kind)));
                match inner {
                    Some(inner) if flat => fields.extend(inner),
                    Some(inner) => {
                        fields.extend(inner.iter().map(|inner| format!("{name}[{inner}]")));
                    }
                    None => fields.push(name.to_owned()),
                }
            }
            found.insert(format!("/api{endpoint}"), fields);
        }
    }
    found
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split(end).next()
}

/// What stands in the parentheses behind the function's name.
fn arguments(declaration: &str) -> Option<&str> {
    let rest = declaration.split_once("fn ")?.1;
    let rest = rest.split_once('(')?.1;
    let mut depth = 1_u32;
    for (place, sign) in rest.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(..place);
        }
    }
    None
}

fn split_arguments(arguments: &str) -> impl Iterator<Item = &str> {
    arguments
        .split(',')
        .map(str::trim)
        .filter(|argument| !argument.is_empty())
}

/// The public fields of a structure that is declared here.
fn structure(source: &str, name: &str) -> Option<Vec<String>> {
    let body = source
        .split_once(&format!("pub struct {name} {{"))?
        .1
        .split("\n}")
        .next()?;
    let fields = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub "))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.trim().to_owned())
        .collect();
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_from_declarations() {
        let room = r#"
pub struct NoteForm {
    /// Where from.
    pub page: String,
    pub body: String,
}
#[server(prefix = "/api", endpoint = "/notes/keep")]
pub async fn keep_note(
    #[server(flatten)] form: NoteForm,
    tag: String,
) -> Result<(), AppError> { todo() }
#[server(prefix = "/api", endpoint = "/notes/read", input = GetUrl)]
pub async fn read(id: String, query: Query) -> Result<(), AppError> {}
#[server(prefix = "/api", endpoint = "/notes/all", input = GetUrl)]
pub async fn all() -> Result<(), AppError> {}"#;
        let other = "pub struct Query {\n    pub after: String,\n}\n";
        let found = fields_by_endpoint(&[room.to_owned(), other.to_owned()]);
        assert_eq!(found["/api/notes/keep"], ["page", "body", "tag"]);
        assert_eq!(found["/api/notes/read"], ["id", "query[after]"]);
        assert!(found["/api/notes/all"].is_empty());
    }

    #[test]
    fn the_addresses_on_file_are_understood() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let addresses = Addresses::read(&root).expect("the working copy");
        assert!(addresses.pages.iter().any(|page| page == "/help"));
        for function in addresses.functions {
            let takes = !function.fields.is_empty();
            assert!(takes || function.method == "GET", "{function:?}");
        }
    }
}
