//! A report that was made by itself, to be looked at and saved: what is held is the stored report, so that its files are the same whenever and
//! wherever they are made.

use crate::core::held_report::Held;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::reports::denied;
use crate::reports::make::rows_of;
use domain::people::permission::Permission;
use protocol::reports::RunDocument;
use protocol::ui::reports::{Filled, MOST_ON_PAPER, RunAsked};
use std::sync::Arc;

impl Shared {
    /// Takes the place of the report that was filled before. The stored report is asked of the server, and kept: it never changes.
    pub(super) async fn open_run(&self, asked: RunAsked) -> Result<Filled, Error> {
        let user = self.whoever(Permission::ManageMoney)?;
        let path = format!("/admin/v1/reports/runs/{}", asked.run);
        let kept_under = format!("report_run:{}", asked.run);
        let (document, _) = self.cached(kept_under, self.get::<RunDocument, ()>(&path, &())).await?;
        // Whoever has signed in meanwhile gets nothing of what was opened for another.
        if self.user_id() != Some(user) {
            return Err(denied().into());
        }
        let RunDocument { run, report, .. } = document;
        report.check().map_err(|error| Error::Protocol(error.to_string()))?;
        let (rows, as_of) = (rows_of(&report), Some(report.as_of));
        let filled = Filled {
            period: run.period,
            as_of,
            reach: None,
            parts: report.parts(),
            pieces: report.pieces(),
            tables: report.tables().map(|table| table.title.clone()).collect(),
            rows,
            fits_paper: rows <= MOST_ON_PAPER,
        };
        self.report.keep(asked.id, Held { report: Arc::new(report), as_of });
        Ok(filled)
    }
}
