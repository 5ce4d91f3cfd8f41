//! Exports: all rows of a list, as it is searched, filtered and sorted on its page, as a file. It is made of the cache, with or without a network,
//! and says as of when.

mod about;
mod columns;
mod make;
mod rows;

use crate::core::clock::now;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::exports::make::{Making, make};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::people::permission::allows;
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::Operation;
use protocol::ui::exports::{Export, Made, PART, Part, Taking};
use protocol::ui::{Answer, ExportsRequest, ExportsResponse};
use std::sync::Arc;
use uuid::Uuid;

impl Shared {
    /// Answers what a page asks of exports.
    pub(crate) async fn exports(&self, asked: ExportsRequest) -> Result<Answer, Error> {
        let response = match asked {
            ExportsRequest::Make(export) => self.make_export(*export).await?,
            ExportsRequest::Progress(id) => ExportsResponse::Job(self.outgoing.jobs.of(id)),
            ExportsRequest::Stop(id) => {
                self.outgoing.jobs.stop(id);
                ExportsResponse::Done
            }
            ExportsRequest::Take(part) => self.part_of_export(part)?,
        };
        Ok(Answer::Exports(Box::new(response)))
    }

    async fn make_export(&self, export: Export) -> Result<ExportsResponse, Error> {
        let session = self.session();
        let user = session.user.filter(|user| allows(user.role, export.list.permission())).ok_or_else(denied)?.id;
        let (id, as_of) = (export.id, self.as_of());
        let (list, format, with_nik) = (export.list.name(), export.format, export.has_nik());
        let with = Making {
            export,
            language: session.preferences.language,
            made_at: now(),
            as_of,
            folder: self.data.clone(),
            rosters: Arc::clone(&self.rosters),
            paper: self.paper.get().cloned(),
        };
        let outgoing = Arc::clone(&self.outgoing);
        let made = self.store.blocking(move |store| make(store, &outgoing.jobs, &with)).await?;
        let Some(file) = made else { return Ok(ExportsResponse::Stopped) };
        // Whoever has signed in meanwhile gets nothing of what it was made for.
        if self.user_id() != Some(user) {
            return Err(denied().into());
        }
        // It is on record before it can be taken.
        let said = Operation::ExportMade {
            export: Uuid::now_v7(),
            user,
            list: list.to_owned(),
            question: file.question,
            rows: file.rows,
            format: format.as_str().to_owned(),
            with_nik,
        };
        self.keep_operation(Uuid::now_v7(), said, file.name.clone()).await?;
        let made = Made { name: file.name, bytes: file.bytes.len() as u64, rows: file.rows, as_of };
        self.outgoing.keep(id, file.bytes);
        Ok(ExportsResponse::Made(made))
    }

    fn part_of_export(&self, asked: Taking) -> Result<ExportsResponse, Error> {
        let gone = || Problem::new(Code::NotFound, "the file is not here any more");
        let part = self.outgoing.take(asked.id, asked.offset, PART).ok_or_else(gone)?;
        Ok(ExportsResponse::Part(Part { bytes: part.len() as u64, base64: STANDARD.encode(&part) }))
    }
}

fn denied() -> Problem {
    Problem::new(Code::Denied, "this list is not exported by this role")
}
