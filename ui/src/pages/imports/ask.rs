//! Requests about imports: single ones, and an import that is shown and changed by one page.

use crate::bridge;
use crate::state::{Load, shared};
use dioxus::prelude::*;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::imports::Import;
use protocol::ui::{Answer, ImportsRequest, ImportsResponse, Request};
use std::rc::Rc;
use uuid::Uuid;

/// Sends one request.
pub async fn ask(request: ImportsRequest) -> Result<ImportsResponse, Problem> {
    match bridge::call(Request::Imports(request)).await? {
        Answer::Imports(response) => Ok(*response),
        _ => Err(broken()),
    }
}

/// The response about imports in an answer.
pub fn response(answer: Answer) -> Option<ImportsResponse> {
    if let Answer::Imports(response) = answer { Some(*response) } else { None }
}

fn broken() -> Problem {
    Problem::new(Code::Internal, "another answer")
}

/// What is known of the import of a page: nothing yet, that this device does not have it, or the import.
pub type Known = Load<Option<Rc<Import>>>;

/// The import of a page, and what is on its way about it.
#[derive(Clone, Copy, PartialEq)]
pub struct Held {
    /// Which.
    pub id: Uuid,
    known: Signal<Known>,
    /// Counts acts as they begin and end: what was asked before one of them may be out of date.
    version: Signal<u32>,
    /// The act that was begun last: the answers of those before it are not shown any more.
    newest: Signal<u32>,
    /// Acts on their way.
    pending: Signal<u32>,
    refused: Signal<Option<Problem>>,
    sender: Callback<ImportsRequest>,
}

/// An import: asked for again whenever it goes on, or the cache changes.
pub fn use_held(id: Uuid) -> Held {
    let shared = shared();
    let (known, version, newest) = (use_signal(|| Load::Waiting), use_signal(|| 0), use_signal(|| 0));
    let (pending, refused) = (use_signal(|| 0), use_signal(|| None));
    // Acts belong to the page: a step that is left meanwhile does not end them.
    let sender = use_callback(move |request| send(request, Signals { known, version, newest, pending, refused }, id));
    let held = Held { id, known, version, newest, pending, refused, sender };
    use_resource(move || {
        shared.imports.read();
        shared.changed.read();
        async move { read_again(held.id, held.known, held.version).await }
    });
    held
}

impl Held {
    /// What is known of it.
    pub fn known(self) -> Known {
        self.known.read().clone()
    }

    /// The import as it is now, for what is done with it.
    pub fn now(self) -> Option<Rc<Import>> {
        if let Load::Ready(import) = &*self.known.peek() { import.clone() } else { None }
    }

    /// Does something with it; the page shows what came of it.
    pub fn act(self, request: ImportsRequest) {
        self.sender.call(request);
    }

    /// Shows a change before it is answered.
    pub fn show_at_once(self, change: impl FnOnce(&mut Import)) {
        let mut known = self.known;
        if let Load::Ready(Some(import)) = &mut *known.write() {
            change(Rc::make_mut(import));
        }
    }

    /// Whether an act is on its way.
    pub fn is_busy(self) -> bool {
        (self.pending)() > 0
    }

    /// Why the last act was refused.
    pub fn refused(self) -> Option<Problem> {
        self.refused.read().clone()
    }

    /// For what depends on the import and is asked for by itself, such as its rows: read here, it is asked for again after each act.
    pub fn follow(self) {
        self.version.read();
    }
}

#[derive(Clone, Copy)]
struct Signals {
    known: Signal<Known>,
    version: Signal<u32>,
    newest: Signal<u32>,
    pending: Signal<u32>,
    refused: Signal<Option<Problem>>,
}

/// Asks until nothing was done between question and answer.
async fn read_again(id: Uuid, mut known: Signal<Known>, version: Signal<u32>) {
    loop {
        let before = *version.peek();
        let next = match ask(ImportsRequest::Show(id)).await {
            Ok(ImportsResponse::Import(import)) => Load::Ready(import.map(|import| Rc::new(*import))),
            Ok(_) => Load::Failed(broken()),
            Err(problem) => Load::Failed(problem),
        };
        if *version.peek() != before {
            continue;
        }
        if *known.peek() != next {
            known.set(next);
        }
        return;
    }
}

fn send(request: ImportsRequest, signals: Signals, id: Uuid) {
    let Signals { mut known, mut version, mut newest, mut pending, mut refused } = signals;
    newest += 1;
    version += 1;
    pending += 1;
    refused.set(None);
    let own = *newest.peek();
    spawn(async move {
        let outcome = ask(request).await;
        version += 1;
        pending -= 1;
        match outcome {
            Ok(ImportsResponse::Import(import)) if *newest.peek() == own => {
                known.set(Load::Ready(import.map(|import| Rc::new(*import))));
            }
            Ok(_) => {}
            Err(problem) => {
                refused.set(Some(problem));
                // What was shown at once did not happen.
                read_again(id, known, version).await;
            }
        }
    });
}
