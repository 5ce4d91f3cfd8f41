//! Reports of what this device holds: filled from its cache, with or without a network, looked at page by page, and saved as paper, workbook or
//! CSV. Whatever is made of a report is made of what was filled, so that the page and all files of it have the same figures.

mod credit;
mod customer;
mod fill;
mod fleet;
mod make;
mod revenue;
mod run;
mod technicians;
#[cfg(test)]
mod tests;
mod usage;
mod words;

use crate::core::clock::now;
use crate::core::held_report::Held;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use crate::queries::reports as rows;
use crate::reports::fill::{Asked, fill};
use crate::reports::make::{file, rows_of};
use domain::exports::{PagePicture, Printed, PrintedPage};
use domain::people::permission::{Permission, allows};
use domain::reports::Report;
use domain::{UserId, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::Operation;
use protocol::ui::exports::{ExportFormat, Made};
use protocol::ui::reports::{Filled, MOST_ON_PAPER, PageAsked, PaperAsked, ReportAsked, ReportDesk};
use protocol::ui::{Answer, ReportsRequest, ReportsResponse};
use std::sync::Arc;
use uuid::Uuid;

impl Shared {
    /// Answers what a page asks of reports.
    pub(crate) async fn reports(&self, asked: ReportsRequest) -> Result<Answer, Error> {
        let response = match asked {
            ReportsRequest::Desk => ReportsResponse::Desk(Box::new(self.report_desk().await?)),
            ReportsRequest::Fill(asked) => ReportsResponse::Filled(Box::new(self.fill_report(*asked).await?)),
            ReportsRequest::Run(asked) => ReportsResponse::Filled(Box::new(self.open_run(asked).await?)),
            ReportsRequest::Page(asked) => ReportsResponse::Page(Box::new(self.report_page(asked).await?)),
            ReportsRequest::Make(asked) => {
                let user = self.whoever(Permission::ManageMoney)?;
                let held = self.held(asked.id)?;
                let made = self.make_report(&held, (asked.format, asked.table), user).await?;
                // It is on record before it can be taken.
                let said = made_of(&held.report, user, &made, asked.format);
                self.keep_operation(Uuid::now_v7(), said, made.name.clone()).await?;
                ReportsResponse::Made(self.keep_file(asked.file, held.as_of, made))
            }
            ReportsRequest::Paper(asked) => ReportsResponse::Made(self.customer_paper(asked).await?),
        };
        Ok(Answer::Reports(Box::new(response)))
    }

    /// The user, who has to hold a permission.
    fn whoever(&self, permission: Permission) -> Result<UserId, Error> {
        let user = self.session().user.filter(|user| allows(user.role, permission));
        Ok(user.ok_or_else(denied)?.id)
    }

    /// The report that was filled last.
    fn held(&self, id: Uuid) -> Result<Held, Error> {
        let gone = || Problem::new(Code::NotFound, "another report has taken its place");
        Ok(self.report.of(id).ok_or_else(gone)?)
    }

    async fn report_desk(&self) -> Result<ReportDesk, Error> {
        self.whoever(Permission::ManageMoney)?;
        let desk = |db: &rusqlite::Connection| {
            let today = queries::utility_zone(db)?.day_of(now());
            Ok(ReportDesk { today, zones: rows::zone_names(db)?, templates: rows::templates(db)?, runs: rows::runs(db)? })
        };
        self.store.read(desk).await
    }

    async fn fill_report(&self, asked: ReportAsked) -> Result<Filled, Error> {
        let user = self.whoever(Permission::ManageMoney)?;
        let unkept = |_| Problem::new(Code::BadRequest, "design: a report cannot be put together like this");
        let design = asked.design.clean().map_err(unkept)?;
        let (language, as_of, memory) = (self.session().preferences.language, self.as_of(), Arc::clone(&self.revenue_days));
        let with = Asked { design, language, as_of, now: now() };
        let (report, filled) = self.store.read(move |db| fill(db, &memory, &with)).await?;
        // Whoever has signed in meanwhile gets nothing of what was filled for another.
        if self.user_id() != Some(user) {
            return Err(denied().into());
        }
        self.report.keep(asked.id, Held { report: Arc::new(report), as_of: filled.as_of });
        Ok(filled)
    }

    async fn report_page(&self, asked: PageAsked) -> Result<PagePicture, Error> {
        self.whoever(Permission::ManageMoney)?;
        let report = self.held(asked.id)?.report;
        if rows_of(&report) > MOST_ON_PAPER {
            return Err(Problem::new(Code::TooLarge, "paper has no room for so many rows").into());
        }
        let page = PrintedPage { report: Report::clone(&report), page: asked.page };
        Ok(serde_json::from_slice(&self.printed(Printed::Page(Box::new(page))).await?)?)
    }

    async fn customer_paper(&self, asked: PaperAsked) -> Result<Made, Error> {
        let user = self.whoever(Permission::OwnUsage)?;
        let (language, as_of, now) = (self.session().preferences.language, self.as_of(), now());
        let with = customer::Asked { asked, language, as_of, now };
        let report = self.store.read(move |db| customer::paper(db, &with)).await?;
        let held = Held { report: Arc::new(report), as_of };
        let made = self.make_report(&held, (ExportFormat::Pdf, 0), user).await?;
        Ok(self.keep_file(asked.file, as_of, made))
    }

    /// Makes a file for a user, who gets none if somebody else has signed in meanwhile.
    async fn make_report(&self, held: &Held, (format, table): (ExportFormat, u32), user: UserId) -> Result<MadeFile, Error> {
        let (report, rows) = (Arc::clone(&held.report), rows_of(&held.report));
        if format == ExportFormat::Pdf && rows > MOST_ON_PAPER {
            return Err(Problem::new(Code::TooLarge, "paper has no room for so many rows").into());
        }
        let (name, bytes) = match format {
            ExportFormat::Pdf => {
                let bytes = self.printed(Printed::Reports(vec![Report::clone(&report)])).await?;
                (format!("{}.pdf", report.name), bytes)
            }
            ExportFormat::Xlsx | ExportFormat::Csv => {
                let folder = self.data.clone();
                self.store.blocking(move |_| file(&report, (format, table), &folder)).await?
            }
        };
        if self.user_id() != Some(user) {
            return Err(denied().into());
        }
        Ok(MadeFile { name, bytes, rows })
    }

    /// Keeps a file until it is taken.
    fn keep_file(&self, id: Uuid, as_of: Option<UtcMillis>, file: MadeFile) -> Made {
        let made = Made { name: file.name, bytes: file.bytes.len() as u64, rows: file.rows, as_of };
        self.outgoing.keep(id, file.bytes);
        made
    }

    /// What this host's typesetter makes.
    async fn printed(&self, printed: Printed) -> Result<Vec<u8>, Error> {
        let paper = self.paper.get().cloned().ok_or_else(|| Error::no_paper("this host makes no papers"))?;
        // Typesetting keeps a processor busy for a moment.
        let made = tokio::task::spawn_blocking(move || paper(&printed)).await;
        made.map_err(|error| Error::no_paper(error.to_string()))?.map_err(Error::no_paper)
    }
}

/// A file that was made.
struct MadeFile {
    name: String,
    bytes: Vec<u8>,
    rows: u32,
}

/// What the audit log is to say of a file: which report, of which days and of which part of the utility.
fn made_of(report: &Report, user: UserId, made: &MadeFile, format: ExportFormat) -> Operation {
    let question = [report.period.as_str(), report.subtitle.as_str()].into_iter().filter(|text| !text.is_empty());
    Operation::ExportMade {
        export: Uuid::now_v7(),
        user,
        list: format!("report_{}", report.kind.as_str()),
        question: question.collect::<Vec<_>>().join(" \u{b7} "),
        rows: made.rows,
        format: format.as_str().to_owned(),
        with_nik: false,
    }
}

fn denied() -> Problem {
    Problem::new(Code::Denied, "reports are made by admins, and papers by the customers that they are of")
}
