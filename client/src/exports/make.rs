//! A file from its first row to its last: rows are read some hundred at a time, so that pages are answered meanwhile, and written as they come.

use crate::alerts::words::Sentences;
use crate::core::jobs::Jobs;
use crate::core::shared::Paper;
use crate::error::Error;
use crate::exports::about::{about, file_name, question, title};
use crate::exports::columns::layout;
use crate::exports::rows::Found;
use crate::queries::letterhead;
use crate::queries::roster::Rosters;
use crate::store::Store;
use domain::UtcMillis;
use domain::exports::{Cell, Label, Layout, Printed, PrintedLabels, PrintedList};
use domain::people::Language;
use protocol::core::problem::{Code, Problem};
use protocol::ui::exports::{Export, ExportFormat, ExportedList};
use std::path::PathBuf;
use std::sync::Arc;
use workbooks::List;

/// Rows that are read together.
const TOGETHER: u32 = 500;

/// What a file is made with.
pub struct Making {
    /// Which file.
    pub export: Export,
    /// Its language.
    pub language: Language,
    /// When it is made.
    pub made_at: UtcMillis,
    /// As of when the cache is.
    pub as_of: Option<UtcMillis>,
    /// Where a workbook's rows are written while they come: a file without a name in it, which ends with the program.
    pub folder: PathBuf,
    /// The list of customers in memory.
    pub rosters: Arc<Rosters>,
    /// What sets papers.
    pub paper: Option<Paper>,
}

/// A file.
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Its rows.
    pub rows: u32,
    /// What was searched and filtered by, in a sentence or two; empty where nothing was.
    pub question: String,
}

/// Makes a file; `None` if somebody stops it.
///
/// # Errors
/// Another one is being made, it has no room for so many rows, or the cache cannot be read.
pub fn make(store: &Store, jobs: &Jobs, with: &Making) -> Result<Option<File>, Error> {
    let found = Found::of(store, &with.rosters, &with.export.list, with.made_at)?;
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    if total > with.export.most() {
        return Err(Problem::new(Code::TooLarge, "the file has no room for so many rows").into());
    }
    let busy = || Problem::new(Code::Busy, "another file is being made");
    let turn = jobs.begin(with.export.id, total).ok_or_else(busy)?;
    let words = Sentences::of(with.language);
    let layout = layout(&words, &with.export, with.language);
    let mut out = Out::begin(with, &words, &layout)?;
    let (mut done, mut rows) = (0, 0);
    while done < total {
        let until = total.min(done + TOGETHER);
        for cells in found.cells(store, done as usize..until as usize, &words, with.export.has_nik())? {
            out.put(&layout, cells)?;
            rows += 1;
        }
        done = until;
        if turn.note(done).is_break() {
            return Ok(None);
        }
    }
    let name = file_name(&words, with);
    let bytes = out.finish(store, with, &words, layout, (name.as_str(), rows))?;
    // What was stopped while its last pages were set is not wanted any more.
    let question = question(&words, &with.export.list).join(" ");
    Ok(turn.note(done).is_continue().then_some(File { name, bytes, rows, question }))
}

/// What a file has so far.
enum Out {
    Csv(String),
    Xlsx(Box<List>),
    Pdf(Vec<Vec<Cell>>),
}

impl Out {
    fn begin(with: &Making, words: &Sentences, layout: &Layout) -> Result<Self, Error> {
        Ok(match with.export.format {
            ExportFormat::Csv => Self::Csv(layout.csv_head()),
            ExportFormat::Xlsx => {
                Self::Xlsx(Box::new(List::begin(&title(words, &with.export.list), layout, &with.folder).map_err(failed)?))
            }
            ExportFormat::Pdf => Self::Pdf(Vec::new()),
        })
    }

    fn put(&mut self, layout: &Layout, cells: Vec<Cell>) -> Result<(), Error> {
        match self {
            Self::Csv(text) => text.push_str(&layout.csv_line(&cells)),
            Self::Xlsx(workbook) => workbook.put(layout, &cells).map_err(failed)?,
            Self::Pdf(rows) => rows.push(cells),
        }
        Ok(())
    }

    fn finish(
        self,
        store: &Store,
        with: &Making,
        words: &Sentences,
        layout: Layout,
        (name, count): (&str, u32),
    ) -> Result<Vec<u8>, Error> {
        let about = about(words, with, &layout, count);
        match self {
            Self::Csv(text) => Ok(text.into_bytes()),
            Self::Xlsx(workbook) => workbook.finish(&words.say("export-about", []), &about).map_err(failed),
            Self::Pdf(rows) => {
                let paper = with.paper.as_ref().ok_or_else(|| Error::no_paper("this host makes no papers"))?;
                let (utility, _) = store.read_now(letterhead)?;
                let (title, name, made_at) = (title(words, &with.export.list), name.to_owned(), with.made_at);
                let printed = match with.export.list {
                    ExportedList::Labels(_) => {
                        let labels = rows.into_iter().map(label).collect();
                        Printed::Labels(Box::new(PrintedLabels { utility, name, made_at, language: with.language, labels }))
                    }
                    _ => Printed::List(Box::new(PrintedList { title, utility, about, name, made_at, layout, rows })),
                };
                paper(&printed).map_err(Error::no_paper)
            }
        }
    }
}

/// The label of a row: its serial number, and its model.
fn label(row: Vec<Cell>) -> Label {
    let mut texts = row.into_iter().map(|cell| if let Cell::Text(text) = cell { text } else { String::new() });
    let (serial, model) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    Label { serial, model }
}

/// Why a file could not be written.
fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Io(std::io::Error::other(error))
}
