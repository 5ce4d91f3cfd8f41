//! The part of the program that is fetched later. In what is shipped it is a file of its own: the splitter
//! (`xtask/packer`) finds it by the names of an import and an export. A call between two files is beyond what the compiler can check,
//! so this is the one file of the workspace with `unsafe` in it.

use crate::route::Route;
use dioxus::prelude::*;
use protocol::ui::Outcome;

#[cfg(feature = "split")]
use split::ask;
#[cfg(feature = "split")]
pub use split::{fetch, is_ready};

#[cfg(not(feature = "split"))]
use whole::ask;
#[cfg(not(feature = "split"))]
pub use whole::{fetch, is_ready};

/// What the part is asked for. There is one way into it, because what two ways in share would be in the program twice.
enum Asked<'a> {
    /// The page at an address.
    Page(Route),
    /// What a client's answer says.
    Outcome(&'a str),
}

/// What the part gives.
enum Given {
    /// The page.
    Page(Element),
    /// What the answer says, or what is wrong with it.
    Outcome(Box<Result<Outcome, serde_json::Error>>),
}

/// One of its pages; nothing before it is there.
pub fn page(route: Route) -> Element {
    match ask(Asked::Page(route)) {
        Some(Given::Page(page)) => page,
        _ => rsx! {},
    }
}

/// What an answer says.
///
/// # Errors
/// What is wrong with it, or that the part did not come.
pub async fn outcome(text: &str) -> Result<Outcome, String> {
    if !is_ready() {
        fetch().await;
    }
    match ask(Asked::Outcome(text)) {
        Some(Given::Outcome(outcome)) => (*outcome).map_err(|error| error.to_string()),
        _ => Err("a part of the screens did not come".into()),
    }
}

fn give(asked: Asked<'_>) -> Given {
    match asked {
        Asked::Page(route) => Given::Page(super::drawn(route)),
        Asked::Outcome(text) => Given::Outcome(Box::new(serde_json::from_str(text))),
    }
}

#[cfg(not(feature = "split"))]
mod whole {
    use super::{Asked, Given, give};

    /// Whether the part is there.
    pub fn is_ready() -> bool {
        true
    }

    /// Fetches the part.
    pub async fn fetch() {}

    /// What the part gives, if it is there.
    pub fn ask(asked: Asked<'_>) -> Option<Given> {
        Some(give(asked))
    }
}

#[cfg(feature = "split")]
#[allow(unsafe_code)]
mod split {
    use super::{Asked, Given, give};
    use std::cell::Cell;
    use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

    thread_local! {
        static READY: Cell<bool> = const { Cell::new(false) };
    }

    #[wasm_bindgen(raw_module = "./split.js")]
    extern "C" {
        /// Fetches the file of a part; whether it came.
        #[wasm_bindgen(js_name = fetchPart)]
        async fn fetch_part(name: &str) -> JsValue;
    }

    #[link(wasm_import_module = "./split.js")]
    #[allow(improper_ctypes)]
    unsafe extern "C" {
        #[link_name = "__wasm_split_00___later___00_import_0_give"]
        fn imported_give(asked: Asked<'_>) -> Given;
    }

    #[unsafe(export_name = "__wasm_split_00___later___00_export_0_give")]
    #[allow(improper_ctypes_definitions)]
    extern "C" fn exported_give(asked: Asked<'_>) -> Given {
        give(asked)
    }

    /// What the splitter takes for the beginning of the program. It has a value because the compiler gives functions of the same body
    /// one name, and the splitter looks for this one.
    #[unsafe(export_name = "main")]
    extern "C" fn beginning() -> u32 {
        0x696e_646f
    }

    /// Whether the part is there.
    pub fn is_ready() -> bool {
        READY.get()
    }

    /// Fetches the part. Afterwards it is there, or its file did not come.
    pub async fn fetch() {
        if fetch_part("later").await.is_truthy() {
            READY.set(true);
        }
    }

    /// What the part gives, if it is there.
    pub fn ask(asked: Asked<'_>) -> Option<Given> {
        // SAFETY: the export has the same signature and was compiled in the same run, and its file has been instantiated.
        is_ready().then(|| unsafe { imported_give(asked) })
    }
}
