//! Words of imports: how far one is, why a file is not read, what is to be known of a sheet, and what is to be said of a cell.

use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::status::chip;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::imports::finding::Action;
use domain::imports::{Field, Finding, Reason};
use protocol::ui::imports::{Column, Counts, Failure, Fate, SheetNote, Stage};

/// How far an import is; `lacks_columns` says whether a field that it needs is in no column.
pub fn stage(stage: Stage, has_errors: bool, lacks_columns: bool) -> Element {
    let (word, tone, icon) = look_of_stage(stage, has_errors, lacks_columns);
    chip(tone, icon, &tr(&format!("import-stage-{word}")), "small")
}

const fn look_of_stage(stage: Stage, has_errors: bool, lacks_columns: bool) -> (&'static str, &'static str, &'static str) {
    match stage {
        Stage::Bringing => ("bringing", "info", "arrow-up"),
        Stage::Failed => ("failed", "danger", "circle-alert"),
        Stage::Reading => ("reading", "info", "hourglass"),
        Stage::Mapping if lacks_columns => ("columns", "warn", "triangle-alert"),
        Stage::Mapping => ("mapping", "info", "pencil"),
        Stage::Checking => ("checking", "info", "hourglass"),
        Stage::Checked if has_errors => ("checked_errors", "warn", "triangle-alert"),
        Stage::Checked => ("checked", "ok", "check"),
        Stage::Committing => ("committing", "info", "hourglass"),
        Stage::Committed => ("committed", "ok", "check"),
        Stage::Undoing => ("undoing", "info", "hourglass"),
        Stage::Undone => ("undone", "", "undo-2"),
    }
}

/// What a row comes to: its word, tone and picture.
pub const fn look_of(fate: Fate) -> (&'static str, &'static str, &'static str) {
    match fate {
        Fate::Create => ("create", "ok", "plus"),
        Fate::Update => ("update", "info", "pencil"),
        Fate::Same => ("same", "", "check"),
        Fate::LeftOut => ("left_out", "", "minus"),
        Fate::Error => ("error", "danger", "circle-alert"),
    }
}

/// A number of something, with the word for it.
pub fn counted(key: &str, count: u32) -> String {
    tra(key, &[("n", format::whole(i64::from(count), language()))])
}

/// How many rows an import has, and what they come to.
pub fn counts(counts: Counts) -> String {
    let parts =
        [("import-count-create", counts.create), ("import-count-update", counts.update), ("import-count-error", counts.error)];
    let parts = parts.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| counted(key, count));
    std::iter::once(counted("import-rows", counts.rows)).chain(parts).collect::<Vec<_>>().join(" · ")
}

/// A sentence by a code that a newer client may know and this screen may not.
fn known(key: &str, values: &[(&'static str, String)], otherwise: &str) -> String {
    let text = tra(key, values);
    if text == key { tra(otherwise, values) } else { text }
}

/// Why a file or a sheet is not read, with what to do. Some sentences are others where it is not said what they are about.
pub fn failure(failure: &Failure) -> String {
    let values = [("about", failure.about.clone()), ("code", failure.code.clone())];
    let key = format!("import-failure-{}", failure.code);
    let unnamed = format!("{key}-unnamed");
    match tra(&unnamed, &values) {
        text if failure.about.is_empty() && text != unnamed => text,
        _ => known(&key, &values, "import-failure-other"),
    }
}

/// What a person should know of a sheet.
pub fn note(note: &SheetNote) -> String {
    let whole = |count: u32| format::whole(i64::from(count), language());
    let values = [("n", whole(note.count)), ("row", whole(note.row)), ("code", note.code.clone())];
    known(&format!("import-note-{}", note.code), &values, "import-note-other")
}

/// Why something was refused, with a code that can be copied for support.
pub fn refusal(problem: &protocol::Problem) -> String {
    tra("import-refused", &[("what", explain(problem)), ("code", problem.code.to_string())])
}

/// What a field is called.
pub fn field_name(field: Field) -> String {
    tr(&format!("field-{}", field.as_str()))
}

/// A column as spreadsheets name it: `A` to `Z`, then `AA`.
fn letter(place: usize) -> String {
    let (rest, last) = (place / 26, (b'A' + (place % 26) as u8) as char);
    if rest == 0 { last.to_string() } else { format!("{}{last}", letter(rest - 1)) }
}

/// What a column is called.
pub fn column_name(columns: &[Column], place: usize) -> String {
    match columns.get(place).map(|column| column.name.trim()) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => tra("import-column-letter", &[("letter", letter(place))]),
    }
}

/// Whether the form of the field says what is wrong.
const fn wants_form(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Required
            | Reason::ErrorCell
            | Reason::BecameDate
            | Reason::WrongType
            | Reason::TooLong
            | Reason::Malformed
            | Reason::NotANumber
            | Reason::NotADate
            | Reason::NoDate
            | Reason::NotATime
            | Reason::OtherDateOrder
            | Reason::NotAPosition
            | Reason::HalfPosition
            | Reason::UnknownWord
    )
}

/// Why something is found: `bukan tanggal; diharapkan DD/MM/YYYY`.
pub fn reason(finding: &Finding) -> String {
    let other = finding.other_row.map_or_else(String::new, |row| row.to_string());
    let what = tra(&format!("import-reason-{}", finding.reason.as_str()), &[("other", other)]);
    match finding.field.filter(|_| wants_form(finding.reason)) {
        Some(field) => {
            let expected = tr(&format!("import-expects-{}", field.as_str()));
            tra("import-expected", &[("what", what), ("expected", expected)])
        }
        None => match finding.repair.proposed.clone().filter(|_| finding.repair.action == Action::Accept) {
            Some(value) => tra("import-read-as", &[("what", what), ("value", value)]),
            None => what,
        },
    }
}

/// The same with its place: `Baris 42, kolom Tanggal: bukan tanggal; diharapkan DD/MM/YYYY`.
pub fn finding(finding: &Finding, column: Option<String>) -> String {
    let (row, what) = (finding.row.to_string(), reason(finding));
    match (finding.row, column) {
        (0, Some(column)) => tra("import-at-column", &[("column", column), ("what", what)]),
        (0, None) => tra("import-at-nothing", &[("what", what)]),
        (_, Some(column)) => tra("import-at", &[("row", row), ("column", column), ("what", what)]),
        (_, None) => tra("import-at-row", &[("row", row), ("what", what)]),
    }
}

/// A word that a field takes, or a rule of its column, as people read it.
pub fn choice(field: Option<Field>, action: Action, word: &str) -> String {
    match (action, field) {
        (Action::ChooseMark, _) => known(&format!("import-mark-{}", if word == "." { "point" } else { "comma" }), &[], word),
        (Action::ChooseDateOrder, _) => known(&format!("import-order-{word}"), &[], word),
        (Action::ChooseUnit, _) => known(&format!("import-unit-{word}"), &[], word),
        (_, Some(Field::Status)) => known(&format!("status-{word}"), &[], word),
        (_, Some(Field::PropertyKind)) => known(&format!("kind-{word}"), &[], word),
        (_, Some(Field::TariffClass)) => known(&format!("class-{word}"), &[], word),
        _ => word.to_owned(),
    }
}

/// What is left of something that runs.
pub fn left(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (key, count) = match seconds {
        ..=59 => ("import-left-seconds", seconds.max(1)),
        60..=5_399 => ("import-left-minutes", (seconds + 30) / 60),
        _ => ("import-left-hours", (seconds + 1_800) / 3_600),
    };
    tra(key, &[("n", count.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_needs_columns_only_as_long_as_a_field_is_in_none() {
        let word = |stage, lacks| look_of_stage(stage, false, lacks).0;
        assert_eq!((word(Stage::Mapping, true), word(Stage::Mapping, false)), ("columns", "mapping"));
        assert_eq!(word(Stage::Checked, true), "checked", "what is checked has its columns");
    }

    #[test]
    fn a_column_without_a_name_has_the_letters_of_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letter), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
