//! Chorus in the browser: makes the page that the server sent come alive.

// View types nest deeply.
#![recursion_limit = "512"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Nothing reads it, so no part of the split WASM holds it: it leaves room for the
/// data of each part to begin at a place of its own. Without that room the splitter
/// puts the words of all rooms into the part that every page loads.
#[used]
static ROOM: [u8; 32 * 1024] = [0; 32 * 1024];

/// Called by `/start.js` once the program has arrived.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
