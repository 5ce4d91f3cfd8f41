//! The PDF of a run, for mail: made of its stored report by the program `receipts`, so that this one carries no typesetter. Without the program
//! mails go without a file, and say so.

use crate::alerts::channels::EnclosedFile;
use crate::alerts::enclosures::{Enclosed, Enclosures};
use crate::core::Db;
use crate::error::Error;
use crate::reports::document;
use crate::reports::program::{Limits, run};
use crate::reports::rows::runs;
use crate::state::App;
use domain::ReportRunId;
use domain::exports::Printed;
use domain::reports::Report;
use futures_util::future::BoxFuture;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Bytes of a file that goes with a mail at most: many mail servers take 10 MB, and some relays far less.
pub const LARGEST: usize = 2 * 1024 * 1024;

/// How long the program may take.
const TIME: Duration = Duration::from_secs(20);

/// Bytes of any paper at most.
const LARGEST_PAPER: usize = 64 * 1024 * 1024;

/// Makes papers, one at a time, and remembers the last one: a run goes to several recipients one after the other.
pub struct Papers {
    program: Option<PathBuf>,
    last: Mutex<Option<(ReportRunId, Enclosed)>>,
}

impl Papers {
    /// By the program at a place; without one, by `receipts` beside this program.
    pub fn by(program: Option<PathBuf>) -> Self {
        let beside = || {
            let own = std::env::current_exe().ok()?;
            Some(own.with_file_name(format!("receipts{}", std::env::consts::EXE_SUFFIX)))
        };
        let program = program.or_else(beside).filter(|program| program.is_file());
        if program.is_none() {
            tracing::warn!("there is no program `receipts`: mails about reports go without a file");
        }
        Self { program, last: Mutex::new(None) }
    }

    async fn enclosed(&self, app: &App, id: ReportRunId) -> Enclosed {
        let Some(program) = self.program.clone() else { return Enclosed::NotMade };
        let mut last = self.last.lock().await;
        if let Some((_, made)) = last.as_ref().filter(|(of, _)| *of == id) {
            return made.clone();
        }
        let made = match make(app, id, program).await {
            Ok(file) if file.bytes.len() > LARGEST => Enclosed::TooLarge,
            Ok(file) => Enclosed::File(Arc::new(file)),
            Err(why) => {
                tracing::error!(run = %id, %why, "the paper of a report could not be made");
                Enclosed::NotMade
            }
        };
        *last = Some((id, made.clone()));
        made
    }
}

impl Enclosures for Papers {
    fn of<'a>(&'a self, app: &'a App, run: ReportRunId) -> BoxFuture<'a, Enclosed> {
        Box::pin(self.enclosed(app, run))
    }
}

async fn make(app: &App, id: ReportRunId, program: PathBuf) -> Result<EnclosedFile, String> {
    let stored = app.store.read(move |db| stored(db, id)).await.map_err(|error| error.to_string())?;
    let report = stored.ok_or("there is no report")?;
    let name = format!("{}.pdf", report.name);
    let printed = serde_json::to_vec(&Printed::Reports(vec![report])).map_err(|error| error.to_string())?;
    let limits = Limits { time: TIME, bytes: LARGEST_PAPER };
    let made = tokio::task::spawn_blocking(move || run(&mut Command::new(program), printed, limits)).await;
    let bytes = made.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    Ok(EnclosedFile { name, bytes })
}

fn stored(db: &Db, id: ReportRunId) -> Result<Option<Report>, Error> {
    runs::document(db, id)?.map(|packed| document::unpack(&packed)).transpose()
}
