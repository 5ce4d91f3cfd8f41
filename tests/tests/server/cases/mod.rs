//! Cases of meters: found as readings arrive, late and repeated ones too; answered by those who may; events of a meter are one case, and those
//! at work are authorised.

mod answers;
mod assigned;
mod events;
mod health;
mod leaks;
mod rules;
mod work;

use client::Client;
use protocol::ui::{Answer, CaseRow, CasesQuery, Request};

/// The open cases that a device holds.
async fn open_cases(client: &Client) -> Vec<CaseRow> {
    let asked = CasesQuery { open: true, limit: 100, ..CasesQuery::default() };
    match client.call(Request::Cases(asked)).await.expect("an answer") {
        Answer::Cases(cases) => cases.rows,
        other => panic!("{other:?}"),
    }
}
