//! Brings the file of a pack to the client, slice after slice. It goes on when the page is left, and can be cancelled.

use crate::bridge;
use crate::bridge::files::{ChosenFile, Slices, release_file, take_file};
use crate::i18n::tra;
use crate::pages::maps::ask;
use crate::state::Shared;
use dioxus::prelude::*;
use protocol::Problem;
use protocol::ui::maps::{MOST_BYTES, PackFault};
use protocol::ui::{MapsRequest, MapsResponse};
use uuid::Uuid;

/// The file that is on its way; one that was not imported stays until somebody has seen why.
pub static BRINGING: GlobalSignal<Option<Bringing>> = Signal::global(|| None);

/// Counts what was imported and removed: what shows the packs asks again.
pub static CHANGES: GlobalSignal<u32> = Signal::global(|| 0);

/// How far a file is.
#[derive(Clone, Debug, PartialEq)]
pub struct Bringing {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Bytes that were brought.
    pub done: u64,
    /// Why it went no further.
    pub stopped: Option<Stopped>,
}

/// Why a file was not imported.
#[derive(Clone, Debug, PartialEq)]
pub enum Stopped {
    /// The file was changed or deleted meanwhile, or the system does not give it.
    Unreadable,
    /// It is no pack that this app can show.
    Refused(PackFault),
    /// The client could not keep it.
    Failed(Problem),
}

/// Begins to bring the file that is chosen in an input, if there is one.
pub fn begin(input: &str, shared: Shared) {
    let id = bridge::new_id();
    let Some(file) = take_file(input, id) else { return };
    let stopped = (file.size > MOST_BYTES).then_some(Stopped::Refused(PackFault::TooLarge));
    let is_refused = stopped.is_some();
    *BRINGING.write() = Some(Bringing { id, name: file.name.clone(), size: file.size, done: 0, stopped });
    if is_refused {
        return release_file(id);
    }
    let imported = tra("maps-imported", &[("file", file.name.clone())]);
    // It goes on when the page is left.
    dioxus::core::spawn_forever(async move {
        let outcome = bring(id, file).await;
        release_file(id);
        match outcome {
            Ok(true) => {
                *BRINGING.write() = None;
                *CHANGES.write() += 1;
                shared.toast(imported);
            }
            Ok(false) => forget(id).await,
            Err(why) => {
                forget(id).await;
                change(id, |bringing| bringing.stopped = Some(why));
            }
        }
    });
}

/// Brings it no further, or puts away what was said of it.
pub fn cancel() {
    *BRINGING.write() = None;
}

/// Changes what is known of a file that is still on its way.
fn change(id: Uuid, change: impl FnOnce(&mut Bringing)) {
    if let Some(bringing) = &mut *BRINGING.write()
        && bringing.id == id
    {
        change(bringing);
    }
}

fn is_wanted(id: Uuid) -> bool {
    BRINGING.peek().as_ref().is_some_and(|bringing| bringing.id == id)
}

/// Whether the file was imported; not if it was cancelled.
async fn bring(id: Uuid, file: ChosenFile) -> Result<bool, Stopped> {
    let mut slices = Slices::of(id, file);
    loop {
        let slice = slices.next().await.ok_or(Stopped::Unreadable)?;
        if !is_wanted(id) {
            return Ok(false);
        }
        let is_last = slice.is_last;
        match ask(MapsRequest::Bring(slice)).await.map_err(Stopped::Failed)? {
            MapsResponse::Refused(fault) => return Err(Stopped::Refused(fault)),
            // What came whole is kept, also if it was cancelled in the last moment.
            MapsResponse::Packs(_) => return Ok(true),
            _ if is_last => return Err(Stopped::Unreadable),
            _ => {}
        }
        change(id, |bringing| bringing.done = slices.done());
    }
}

async fn forget(id: Uuid) {
    // What is not there any more needs no forgetting.
    drop(ask(MapsRequest::Cancel(id)).await);
}
