//! Cases of meters: found as readings arrive, late and repeated ones too; answered by those who may; events of a meter are one case.

mod answers;
mod events;
mod leaks;

use client::Client;
use domain::core::local_time::MINUTE_MS;
use protocol::ui::{Answer, CaseRow, CasesQuery, Request};
use sync_server::jobs::leaks::once_at;
use tests::world::Running;

/// The open cases that a device holds.
async fn open_cases(client: &Client) -> Vec<CaseRow> {
    let asked = CasesQuery { open: true, limit: 100, ..CasesQuery::default() };
    match client.call(Request::Cases(asked)).await.expect("an answer") {
        Answer::Cases(cases) => cases.rows,
        other => panic!("{other:?}"),
    }
}

/// Judges all that is due, as the job does it.
async fn judge(running: &Running) {
    let at = running.server.app.store.clock.now().plus(2 * MINUTE_MS);
    once_at(&running.server.app, at).await.expect("judged");
}
