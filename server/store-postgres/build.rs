fn main() {
    // `sqlx::migrate!` reads the folder while compiling; cargo must know.
    println!("cargo:rerun-if-changed=migrations");
}
