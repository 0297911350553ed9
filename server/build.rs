use std::{env, fs, path::Path};

#[path = "src/build_id.rs"]
mod build_id;

fn main() {
    // The browser's part is built before the server (`make build`). Without it
    // the server still compiles, for checks and tests, and serves no files.
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    let _ = fs::create_dir_all(&site);
    memory_serve::load_directory("../target/site");
    link_small();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/build_id.rs");
    println!("cargo::rerun-if-changed={}", site.display());
    let id = build_id::of_folder(&site).expect("the site can be read");
    println!("cargo::rustc-env=CHORUS_SITE_ID={id}");
    let parts = parts_of_the_app(&site);
    let list = Path::new(&env::var("OUT_DIR").expect("Cargo says where")).join("parts.json");
    fs::write(list, format!("{parts:?}")).expect("the list can be written");
}

/// What a browser has to keep so that the app runs without a connection. Names
/// of plain letters, so that their list reads as JSON.
fn parts_of_the_app(site: &Path) -> Vec<String> {
    let names = build_id::names(site).expect("the site can be read");
    let is_part = |name: &String| {
        let ends = |end| name.ends_with(end);
        let hears = name.starts_with("hearing/");
        hears || ends(".css") || ends(".js") || ends(".wasm") || name == "icons.svg"
    };
    let names = names.into_iter().filter(is_part);
    names.map(|name| format!("/{name}")).collect()
}

/// What makes the program smaller where Rust brings its own linker: views become
/// many functions that are equal to the byte, of which one each is kept; and the
/// places to adjust when it is loaded take two bits each instead of 24 bytes.
fn link_small() {
    if env::var("TARGET").is_ok_and(|target| target == "x86_64-unknown-linux-gnu") {
        for option in ["--icf=safe", "-z,pack-relative-relocs"] {
            println!("cargo::rustc-link-arg-bin=chorus=-Wl,{option}");
        }
    }
}
