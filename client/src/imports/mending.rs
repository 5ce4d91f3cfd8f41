//! Mending: one cell, or all cells of a group in one step, or the choice that a whole column is read by.

use crate::error::Error;
use crate::imports::state::State;
use crate::store::imports::ImportFile;
use domain::imports::finding::Action;
use domain::imports::parse::date_text::DateOrder;
use domain::imports::parse::volume::{Mark, Unit};
use domain::imports::{Choice, Field, Finding, Mapping, RepairKey};
use protocol::core::problem::{Code, Problem};
use protocol::ui::imports::{Mend, Mending, Stage};

fn refused(what: &str) -> Error {
    Problem::new(Code::BadRequest, what).into()
}

/// Mends one cell.
///
/// # Errors
/// The import's file cannot be written.
pub fn mend(file: &mut ImportFile, state: &mut State, mend: &Mend) -> Result<(), Error> {
    file.transact(|tx| tx.mend_cell(mend.row, mend.column, &mend.text))?;
    to_be_checked(state);
    file.set_state(state)
}

/// The rows are to be checked again. A kill before that check leaves an import that says so, and that nobody can commit by what an earlier check
/// found.
fn to_be_checked(state: &mut State) {
    state.is_checked = false;
    if state.stage == Stage::Checked {
        state.stage = Stage::Checking;
    }
}

/// Mends a group of findings.
///
/// # Errors
/// Nothing of the group is there any more, it cannot be mended so, or the import's file cannot be written.
pub fn mend_all(file: &mut ImportFile, state: &mut State, key: &RepairKey, by: &Mending) -> Result<(), Error> {
    let found = file.findings_of_group(key)?;
    let Some(first) = found.first() else { return Err(refused("nothing is left to mend of this kind")) };
    let of_column = column_choice(key, first, by);
    match of_column {
        Some(choice) => choose(state, key, choice?)?,
        None => mend_cells(file, key, &found, by)?,
    }
    to_be_checked(state);
    file.set_state(state)
}

fn mend_cells(file: &mut ImportFile, key: &RepairKey, found: &[Finding], by: &Mending) -> Result<(), Error> {
    let column = found.first().and_then(|finding| finding.column);
    let text = match by {
        Mending::LeaveOut => {
            return file
                .transact(|tx| found.iter().filter(|finding| finding.row > 0).try_for_each(|finding| tx.leave_out(finding.row)));
        }
        Mending::Proposed => None,
        Mending::Empty => Some(""),
        Mending::Text(text) => Some(text.as_str()),
    };
    let Some(column) = column else { return Err(refused("no cell is to be mended")) };
    file.transact(|tx| match (&key.value, text) {
        (Some(value), Some(text)) => tx.mend_value(column, value, text),
        _ => found.iter().filter(|finding| finding.row > 0).try_for_each(|finding| {
            match text.or(finding.repair.proposed.as_deref()) {
                Some(text) => tx.mend_cell(finding.row, finding.column.unwrap_or(column), text),
                None => Ok(()),
            }
        }),
    })
}

/// The choice of a column that mends the group, where one does: a date's order, a decimal mark, a unit, hours of UTC, zeros in front.
fn column_choice(key: &RepairKey, first: &Finding, by: &Mending) -> Option<Result<Choice, Error>> {
    let is_of_column = matches!(
        key.action,
        Action::ChooseMark | Action::ChooseDateOrder | Action::ChooseUnit | Action::ShiftHours | Action::PadZeros
    );
    if !is_of_column || *by == Mending::LeaveOut || *by == Mending::Empty {
        return None;
    }
    let value = match by {
        Mending::Text(text) => Some(text.as_str()),
        _ => first.repair.proposed.as_deref(),
    };
    let read = |value: &str| {
        let mut choice = Choice::default();
        match key.action {
            Action::ChooseMark => choice.mark = Some(mark(value)?),
            Action::ChooseDateOrder => choice.order = Some(DateOrder::from_word(value)?),
            Action::ChooseUnit => choice.chosen_unit = Some(unit(key.field, value)?),
            Action::ShiftHours => choice.shift_hours = Some(value.parse().ok().filter(|hours| *hours <= 14)?),
            _ => choice.width = Some(value.parse().ok().filter(|width| *width <= 40)?),
        }
        Some(choice)
    };
    Some(value.and_then(read).ok_or_else(|| refused("this is no way to read the column")))
}

/// A decimal mark, by itself or by its name.
fn mark(value: &str) -> Option<Mark> {
    match value {
        "," => Some(Mark::Comma),
        "." => Some(Mark::Point),
        word => Mark::from_word(word),
    }
}

/// A unit of what a field counts.
fn unit(field: Option<Field>, word: &str) -> Option<Unit> {
    Unit::from_word(word).filter(|unit| unit.is_volume() == (field != Some(Field::Balance)))
}

fn choose(state: &mut State, key: &RepairKey, chosen: Choice) -> Result<(), Error> {
    let (Some(mapping), Some(field)) = (&mut state.mapping, key.field) else { return Err(refused("no column is to be mended")) };
    let choice = mapping.choices.entry(field).or_default();
    *choice = Choice {
        mark: chosen.mark.or(choice.mark),
        order: chosen.order.or(choice.order),
        shift_hours: chosen.shift_hours.or(choice.shift_hours),
        width: chosen.width.or(choice.width),
        unit: chosen.unit.or(choice.unit),
        chosen_unit: chosen.chosen_unit.or(choice.chosen_unit),
    };
    Ok(())
}

/// Takes what somebody says the columns hold, each in the unit that it has. A field that stands twice is read from its first column.
pub fn mapped(mapping: &Mapping, kind: domain::imports::Kind, columns: Vec<Option<Field>>) -> Mapping {
    let allowed = domain::imports::mapping::allowed(kind);
    let mut columns: Vec<Option<Field>> =
        columns.into_iter().map(|field| field.filter(|field| allowed.contains(field))).collect();
    columns.resize(mapping.header.len(), None);
    Mapping { kind, columns, header: Vec::new(), choices: mapping.choices.clone() }.counted_as(mapping)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UtcMillis;
    use uuid::Uuid;

    #[test]
    fn a_mended_import_is_not_checked_until_it_was_checked_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = ImportFile::open(&dir.path().join("import.db"), &"00".repeat(32)).unwrap();
        let mut state = State::new(Uuid::nil(), "pelanggan.csv".into(), UtcMillis(0), None);
        (state.stage, state.is_checked) = (Stage::Checked, true);
        mend(&mut file, &mut state, &Mend { id: Uuid::nil(), row: 7, column: 1, text: "Siti".into() }).unwrap();
        // What a kill leaves is what was written.
        let written: State = file.state().unwrap().unwrap();
        assert_eq!((written.stage, written.is_checked), (Stage::Checking, false));
    }

    #[test]
    fn a_unit_is_one_of_what_the_column_counts() {
        assert_eq!(unit(Some(Field::Register), "gallons"), Some(Unit::Gallons));
        assert_eq!(unit(Some(Field::Balance), "thousand_rupiah"), Some(Unit::ThousandRupiah));
        assert_eq!((unit(Some(Field::Balance), "gallons"), unit(Some(Field::Register), "barrels")), (None, None));
    }
}
