//! Brings a file to the client, slice after slice. It goes on when the page is left, and can be cancelled.

use crate::bridge;
use crate::bridge::files::{ChosenFile, Slices, release_file, take_file};
use crate::i18n::tra;
use crate::pages::imports::ask::ask;
use crate::route::Route;
use crate::state::Shared;
use dioxus::prelude::*;
use protocol::Problem;
use protocol::ui::{ImportsRequest, ImportsResponse};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The files that are on their way, by their import; one that could not be brought stays until somebody has seen why.
pub static BRINGING: GlobalSignal<BTreeMap<Uuid, Bringing>> = Signal::global(BTreeMap::new);

/// How far a file is.
#[derive(Clone, Debug, PartialEq)]
pub struct Bringing {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Bytes that were brought.
    pub done: u64,
    /// Why it went no further.
    pub stopped: Option<Stopped>,
}

/// Why a file was not brought to its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Stopped {
    /// The file was changed or deleted meanwhile, or the system does not give it.
    Unreadable,
    /// The client refused it.
    Refused(Problem),
}

/// Begins to bring the file that was dropped or is chosen in an input, if there is one.
pub fn begin(input: &str, shared: Shared) {
    let id = bridge::new_id();
    let Some(file) = take_file(input, id) else { return };
    let ended = tra("import-brought", &[("file", file.name.clone())]);
    BRINGING.write().insert(id, Bringing { name: file.name.clone(), size: file.size, done: 0, stopped: None });
    // It goes on when the page is left.
    dioxus::core::spawn_forever(async move {
        let outcome = bring(id, file).await;
        release_file(id);
        match outcome {
            Ok(true) if is_on_list() => bridge::leave_to(&Route::ImportPage { id }.to_string()),
            Ok(true) => shared.toast(ended),
            Ok(false) => forget(id).await,
            Err(why) => {
                if let Some(bringing) = BRINGING.write().get_mut(&id) {
                    bringing.stopped = Some(why);
                }
                // A file without its end is of no use.
                return forget(id).await;
            }
        }
        BRINGING.write().remove(&id);
    });
}

/// Brings it no further, or puts away what was said of it.
pub fn cancel(id: Uuid) {
    BRINGING.write().remove(&id);
}

/// Whether the file was brought to its end; not if it was cancelled.
async fn bring(id: Uuid, file: ChosenFile) -> Result<bool, Stopped> {
    let mut slices = Slices::of(id, file);
    loop {
        let slice = slices.next().await.ok_or(Stopped::Unreadable)?;
        if !BRINGING.peek().contains_key(&id) {
            return Ok(false);
        }
        let is_last = slice.is_last;
        match ask(ImportsRequest::Bring(slice)).await.map_err(Stopped::Refused)? {
            ImportsResponse::Import(Some(_)) => {}
            _ => return Err(Stopped::Unreadable),
        }
        match BRINGING.write().get_mut(&id) {
            Some(bringing) => bringing.done = slices.done(),
            None => return Ok(false),
        }
        if is_last {
            return Ok(true);
        }
    }
}

async fn forget(id: Uuid) {
    // What is not there any more needs no forgetting.
    drop(ask(ImportsRequest::Forget(id)).await);
}

/// Whether the list of imports is what somebody looks at.
fn is_on_list() -> bool {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').split('?').next() == Some("/impor")
}
