//! Files that go with a mail. Who makes them is behind this noun, and is handed to the server at its start.

use crate::alerts::channels::{EnclosedFile, Letter};
use crate::alerts::words;
use crate::alerts::words::Words;
use crate::state::App;
use domain::ReportRunId;
use domain::alerts::content::Content;
use domain::alerts::kinds::Provider;
use domain::reports::RunState;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// A report as the file of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enclosed {
    /// Here it is.
    File(Arc<EnclosedFile>),
    /// It is larger than mail servers take.
    TooLarge,
    /// It could not be made; the report is in the app.
    NotMade,
}

/// Somebody who makes the file of a report.
pub trait Enclosures: Send + Sync {
    /// The file of a run's report. It ends within a time of its own.
    fn of<'a>(&'a self, app: &'a App, run: ReportRunId) -> BoxFuture<'a, Enclosed>;
}

/// A letter with the file that it is about, or with a sentence that says where that is.
pub async fn enclose(app: &App, provider: Provider, letter: Letter) -> Letter {
    let run = match (letter.items.as_slice(), letter.more) {
        ([only], 0) => match only.content {
            Content::Report { run, state: RunState::Made, .. } if provider == Provider::Email => run,
            _ => return letter,
        },
        _ => return letter,
    };
    let (key, file) = match app.enclosures.of(app, run).await {
        Enclosed::File(file) => ("report-mail-enclosed", Some(file)),
        Enclosed::TooLarge => ("report-mail-too-large", None),
        Enclosed::NotMade => ("report-mail-not-made", None),
    };
    let sentence = words::sentence(letter.recipient.language, key, []);
    let text = format!("{}\n\n{sentence}", letter.words.text);
    Letter { words: Words { text, ..letter.words }, file, ..letter }
}
