//! What people say to a case, and what follows from it; and whose it is.

use crate::cases::rows::cases::StoredCase;
use crate::cases::rows::{answers, cases};
use crate::cases::shown;
use crate::core::Tx;
use crate::error::Error;
use crate::metering::rows::leak_due;
use domain::UtcMillis;
use domain::alerts::case::{CaseAnswer, Status};
use domain::leaks::Normal;

/// Keeps what a user says to a case, and how far the case is by it; returns that. Use that is normal, or not any more, is judged anew. What was
/// said before something else that is known is kept beside it, and changes nothing.
///
/// # Errors
/// The database.
pub fn answer(
    tx: &mut Tx<'_>,
    (case, user): (&StoredCase, i64),
    at: UtcMillis,
    (answer, remark): (CaseAnswer, &str),
) -> Result<Status, Error> {
    answers::insert(tx, (case.num, user), at, (answer, remark))?;
    if answers::is_any_after(tx, case.num, at)? {
        // A technician who was asked for is wanted still, as long as somebody has to look into it.
        if answer == CaseAnswer::NeedsTechnician && case.status().is_open() {
            shown::ask_for_help(tx, case)?;
        }
        shown::publish(tx, case.num)?;
        return Ok(case.status());
    }
    let said = (answer != CaseAnswer::NotNormal).then(|| answer.status());
    answers::keep_status(tx, case.num, said, at)?;
    if let Some(rule) = case.cause.rule() {
        match answer {
            CaseAnswer::Normal => {
                let normal = Normal::said(rule, case.rate, tx.now);
                answers::keep_normal(tx, (case.num, case.connection), case.cause, &normal)?;
                leak_due::mark(tx, case.meter, tx.now)?;
            }
            CaseAnswer::NotNormal => {
                answers::end_normal(tx, case.num, tx.now)?;
                leak_due::mark(tx, case.meter, tx.now)?;
            }
            _ => {}
        }
    }
    if answer == CaseAnswer::NeedsTechnician {
        shown::ask_for_help(tx, case)?;
    }
    shown::publish(tx, case.num)?;
    shown::notify(tx, case.num)?;
    Ok(cases::load(tx, case.num)?.status())
}

/// Makes a case somebody's, by key and name, or nobody's.
///
/// # Errors
/// The database.
pub fn assign_to(tx: &mut Tx<'_>, case: i64, to: Option<(i64, String)>) -> Result<(), Error> {
    answers::write_assignee(tx, case, to)?;
    shown::publish(tx, case)
}
