//! A file on its way: it is made by the client, taken in parts, and put where downloads go.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::states::explain;
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::people::Language;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::exports::{Export, Made, Taking};
use protocol::ui::imports::Job;
use protocol::ui::{Answer, ExportsRequest, ExportsResponse, Request};
use std::cell::Cell;
use std::rc::Rc;
use uuid::Uuid;

/// Milliseconds after which it is asked how far a file is.
const EVERY_MS: u32 = 300;

/// What is being made for a dialog.
#[derive(Clone, Copy, PartialEq)]
pub struct Making {
    running: Signal<Option<Uuid>>,
    job: Signal<Option<Job>>,
    is_saving: Signal<bool>,
    refused: Signal<Option<String>>,
    starter: Callback<Export>,
}

/// Nothing is being made yet. Whoever closes the dialog does not want it any more; `onclose` is called when a file was saved.
pub fn use_making(onclose: EventHandler<()>) -> Making {
    let (shared, language) = (shared(), language());
    let (running, job) = (use_signal(|| None::<Uuid>), use_signal(|| None::<Job>));
    let (is_saving, refused) = (use_signal(|| false), use_signal(|| None::<String>));
    let held = use_hook(|| Rc::new(Cell::new(None::<Uuid>)));
    let making = held.clone();
    let starter = use_callback(move |export: Export| {
        let (mut running, mut job, mut is_saving, mut refused) = (running, job, is_saving, refused);
        if running.peek().is_some() {
            return;
        }
        let id = export.id;
        making.set(Some(id));
        running.set(Some(id));
        job.set(None);
        refused.set(None);
        spawn(follow(id, running, job));
        let making = making.clone();
        spawn(async move {
            let outcome = save(export, is_saving, shared, language).await;
            making.set(None);
            running.set(None);
            is_saving.set(false);
            match outcome {
                Ok(Some(text)) => {
                    shared.toast(text);
                    onclose.call(());
                }
                Ok(None) => shared.toast(tr("export-stopped")),
                Err(why) => refused.set(Some(why)),
            }
        });
    });
    use_drop(move || {
        if let Some(id) = held.get() {
            dioxus::core::spawn_forever(stopped(id));
        }
    });
    Making { running, job, is_saving, refused, starter }
}

impl Making {
    /// Makes a file and saves it, unless one is on its way.
    pub fn start(self, export: Export) {
        self.starter.call(export);
    }

    /// Stops making it.
    pub fn stop(self) {
        if let Some(id) = *self.running.peek() {
            spawn(stopped(id));
        }
    }

    /// Whether a file is on its way.
    pub fn is_busy(self) -> bool {
        (self.running)().is_some()
    }

    /// Whether it was made, and is being saved.
    pub fn is_saving(self) -> bool {
        (self.is_saving)()
    }

    /// How far it is, once that is known.
    pub fn job(self) -> Option<Job> {
        (self.job)()
    }

    /// Why there is none.
    pub fn refused(self) -> Option<String> {
        (self.refused)()
    }
}

/// As of when data are, in a sentence.
pub fn data_as_of(at: Option<UtcMillis>, shared: Shared, language: Language) -> String {
    match at {
        Some(at) => tra("export-as-of", &[("time", format::moment(at, *shared.now.peek(), device_zone(), language))]),
        None => tr("export-as-of-never"),
    }
}

async fn ask(request: ExportsRequest) -> Result<ExportsResponse, Problem> {
    match bridge::call(Request::Exports(request)).await? {
        Answer::Exports(response) => Ok(*response),
        _ => Err(Problem::new(Code::Internal, "another answer")),
    }
}

async fn stopped(id: Uuid) {
    // What cannot be stopped any more is over.
    drop(ask(ExportsRequest::Stop(id)).await);
}

async fn follow(id: Uuid, running: Signal<Option<Uuid>>, mut job: Signal<Option<Job>>) {
    while *running.peek() == Some(id) {
        gloo_timers::future::TimeoutFuture::new(EVERY_MS).await;
        if let Ok(ExportsResponse::Job(Some(now))) = ask(ExportsRequest::Progress(id)).await
            && *running.peek() == Some(id)
        {
            job.set(Some(now));
        }
    }
}

/// Has a file made, takes it and saves it. Returns what to say of it; nothing if it was stopped.
async fn save(export: Export, mut is_saving: Signal<bool>, shared: Shared, language: Language) -> Result<Option<String>, String> {
    let id = export.id;
    let made = match ask(ExportsRequest::Make(Box::new(export))).await {
        Ok(ExportsResponse::Made(made)) => made,
        Ok(ExportsResponse::Stopped) => return Ok(None),
        Ok(_) => return Err(tr("export-not-made")),
        Err(problem) => return Err(refusal(&problem)),
    };
    is_saving.set(true);
    deliver(id, &made, shared, language).await.map(Some)
}

/// Takes a file that was made, and saves it. Returns what to say of it, or why it could not be saved.
///
/// # Errors
/// It is not there any more, or cannot be saved.
pub async fn deliver(id: Uuid, made: &Made, shared: Shared, language: Language) -> Result<String, String> {
    take(id, made).await?;
    let place = bridge::save_parts(&made.name).await.ok_or_else(|| tr("export-not-saved"))?;
    Ok(tra("export-saved", &[("file", place), ("data", data_as_of(made.as_of, shared, language))]))
}

/// Takes all parts of a file; the page's script holds them.
async fn take(id: Uuid, made: &Made) -> Result<(), String> {
    let mut offset = 0;
    while offset < made.bytes {
        match ask(ExportsRequest::Take(Taking { id, offset })).await {
            Ok(ExportsResponse::Part(part)) if part.bytes > 0 => {
                bridge::add_part(&part.base64, offset == 0);
                offset += part.bytes;
            }
            Ok(_) => return Err(tr("export-gone")),
            Err(problem) => return Err(refusal(&problem)),
        }
    }
    Ok(())
}

/// Why there is no file: in the words of exports where a problem means something else here than elsewhere.
pub fn refusal(problem: &Problem) -> String {
    match problem.code {
        Code::Busy => tr("export-busy"),
        Code::TooLarge => tr("export-too-large"),
        Code::NotFound => tr("export-gone"),
        Code::Storage => tr("export-not-made"),
        _ => explain(problem),
    }
}
