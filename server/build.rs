fn main() {
    // The browser's part is built before the server (`make build`). Without it
    // the server still compiles, for checks and tests, and serves no files.
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    let _ = std::fs::create_dir_all(&site);
    memory_serve::load_directory("../target/site");
}
