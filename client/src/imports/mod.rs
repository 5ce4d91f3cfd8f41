//! Imports: a file that a page brings is read, checked against the cache, mended, committed as operations of the outbox, and may be taken back.
//! Each is a file of its own under `imports/`, so that it survives the app, and a job that was killed goes on.

mod bring;
pub mod check;
mod commit;
pub mod compare;
mod connections;
mod doubles;
pub(crate) mod failures;
mod further;
pub mod known;
mod lanes;
mod mending;
pub mod openings;
pub mod operations;
mod outdated;
pub mod read;
mod readings;
mod run;
mod save;
#[cfg(test)]
mod shapes_tests;
mod sheets;
pub mod state;
mod view;
mod walk;
mod zeros;

use crate::core::jobs::{FOLDER, Jobs};
use crate::core::shared::Shared;
use crate::error::Error;
use crate::imports::check::Surroundings;
use crate::imports::state::State;
use crate::queries::known::zones_by_name;
use crate::store::Store;
use crate::store::imports::ImportFile;
use domain::{TimeZone, UserId};
use protocol::core::problem::{Code, Problem};
use protocol::ui::imports::{ImportsRequest, ImportsResponse, Mapped, Stage};
use protocol::ui::{Answer, Event};
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// What a request of the page needs.
#[derive(Clone)]
pub(crate) struct Desk {
    folder: PathBuf,
    key: String,
    store: Store,
    jobs: Arc<Jobs>,
    user: Option<UserId>,
}

impl Desk {
    fn path(&self, import: Uuid) -> PathBuf {
        self.folder.join(format!("{import}.db"))
    }

    fn brought(&self, import: Uuid) -> PathBuf {
        self.folder.join(format!("{import}.part"))
    }

    /// An import of this user; `None` if this device has none of that name.
    fn find(&self, import: Uuid) -> Result<Option<(ImportFile, State)>, Error> {
        let path = self.path(import);
        if !path.exists() {
            return Ok(None);
        }
        let file = ImportFile::open(&path, &self.key)?;
        let state = file.state::<State>()?.filter(|state| state.user == self.user);
        Ok(state.map(|state| (file, state)))
    }

    fn open(&self, import: Uuid) -> Result<(ImportFile, State), Error> {
        self.find(import)?.ok_or_else(|| Problem::new(Code::NotFound, "this device does not have the import").into())
    }

    fn around(&self) -> Result<Surroundings, Error> {
        let zones = self.store.read_now(zones_by_name)?;
        let time_zone = zones.first().map_or(TimeZone::Jakarta, |zone| zone.time_zone);
        let today = time_zone.day_of(crate::core::clock::now());
        Ok(Surroundings { zones: zones.into_iter().map(|zone| (zone.id, zone.name)).collect(), today, time_zone })
    }

    fn list(&self) -> Result<ImportsResponse, Error> {
        let mut lines = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let Some(import) = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<Uuid>().ok()) else {
                continue;
            };
            if path.extension().is_some_and(|extension| extension == "db") {
                match self.find(import) {
                    Ok(Some((_, state))) => lines.push(view::line(&state)),
                    Ok(None) => {}
                    Err(error) => tracing::warn!(%error, %import, "an import cannot be read"),
                }
            }
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.at));
        Ok(ImportsResponse::List(lines))
    }

    /// An import as it is now. One whose job was killed says so, and can go on.
    fn show(&self, import: Uuid) -> Result<ImportsResponse, Error> {
        let Some((_, state)) = self.find(import)? else { return Ok(ImportsResponse::Import(None)) };
        let shown = view::import(&state, &self.store, &self.around()?, &self.jobs, crate::core::clock::now())?;
        Ok(ImportsResponse::Import(Some(Box::new(shown))))
    }
}

impl Shared {
    fn desk(&self) -> Result<Desk, Error> {
        let folder = self.data.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        let key = self.store.key_hex();
        Ok(Desk { folder, key, store: self.store.clone(), jobs: Arc::clone(&self.imports), user: self.user_id() })
    }

    /// Answers the page *Impor*.
    pub(crate) async fn imports(self: &Arc<Self>, asked: ImportsRequest) -> Result<Answer, Error> {
        if self.session().user.is_none_or(|user| user.role != domain::people::Role::Admin) {
            return Err(Problem::new(Code::Denied, "imports are made by admins").into());
        }
        let desk = self.desk()?;
        let response = match asked {
            ImportsRequest::List => self.store.blocking(move |_| desk.list()).await?,
            ImportsRequest::Show(import) => self.store.blocking(move |_| desk.show(import)).await?,
            ImportsRequest::Stop(import) => {
                desk.jobs.stop(import);
                self.store.blocking(move |_| desk.show(import)).await?
            }
            ImportsRequest::Bring(slice) => {
                let (import, is_last) = (slice.id, slice.is_last);
                let at = self.clock.now();
                let of = desk.clone();
                self.store.blocking(move |_| of.bring(&slice, at)).await?;
                if is_last {
                    self.begin(&desk, import, run::Work::Read).await?;
                }
                self.store.blocking(move |_| desk.show(import)).await?
            }
            ImportsRequest::Read(reading) => {
                let import = reading.id;
                let of = desk.clone();
                self.store.blocking(move |_| of.read_again(&reading)).await?;
                self.begin(&desk, import, run::Work::Read).await?;
                self.store.blocking(move |_| desk.show(import)).await?
            }
            ImportsRequest::Check(import) => self.begin_and_show(desk, import, run::Work::Check).await?,
            ImportsRequest::Commit(import) => self.begin_and_show(desk, import, run::Work::Commit).await?,
            ImportsRequest::Undo(import) => self.begin_and_show(desk, import, run::Work::Undo).await?,
            ImportsRequest::Mend(mend) => {
                let (import, of) = (mend.id, desk.clone());
                self.store.blocking(move |_| of.change(import, |file, state| mending::mend(file, state, &mend))).await?;
                self.begin_and_show(desk, import, run::Work::Check).await?
            }
            ImportsRequest::MendAll(all) => {
                let (import, of) = (all.id, desk.clone());
                let mend = move |file: &mut ImportFile, state: &mut State| mending::mend_all(file, state, &all.group, &all.by);
                self.store.blocking(move |_| of.change(import, mend)).await?;
                self.begin_and_show(desk, import, run::Work::Check).await?
            }
            other => {
                let language = self.session().preferences.language;
                self.store.blocking(move |_| desk.answer(other, language)).await?
            }
        };
        Ok(Answer::Imports(Box::new(response)))
    }

    async fn begin_and_show(self: &Arc<Self>, desk: Desk, import: Uuid, work: run::Work) -> Result<ImportsResponse, Error> {
        self.begin(&desk, import, work).await?;
        self.store.blocking(move |_| desk.show(import)).await
    }

    fn import_went_on(&self, import: Uuid) {
        self.emit(Event::Import(import));
    }
}

impl Desk {
    /// Changes an import that nothing runs for.
    fn change(&self, import: Uuid, change: impl FnOnce(&mut ImportFile, &mut State) -> Result<(), Error>) -> Result<(), Error> {
        if self.jobs.is_running() {
            return Err(busy());
        }
        let (mut file, mut state) = self.open(import)?;
        if matches!(state.stage, Stage::Committing | Stage::Committed | Stage::Undoing | Stage::Undone) {
            return Err(Problem::new(Code::BadRequest, "the import was committed already").into());
        }
        change(&mut file, &mut state)
    }

    /// Keeps what the columns hold and what is done with a row, and remembers the columns, where they have names, for the next file with these. Once
    /// something of it is another, every row has to be checked anew.
    fn map(&self, file: &mut ImportFile, state: &mut State, mapped: &Mapped) -> Result<(), Error> {
        if let Some(before) = &state.mapping {
            let mapping = if before.kind == mapped.kind {
                mending::mapped(before, mapped.kind, mapped.columns.clone())
            } else {
                read::suggested_for(file, state, mapped.kind, &self.around()?)?
            };
            let is_same = *before == mapping && state.policy == mapped.policy && state.zone == mapped.zone;
            let (source, text) = (mapping.signature(), serde_json::to_string(&mapping)?);
            if !source.is_empty() {
                self.store.write_now(|db| crate::queries::known::remember_mapping(db, &source, &text))?;
            }
            state.is_checked &= is_same;
            (state.mapping, state.policy, state.zone) = (Some(mapping), mapped.policy, mapped.zone);
        }
        state.stage = Stage::Mapping;
        file.set_state(state)
    }

    /// What is answered at once.
    fn answer(&self, asked: ImportsRequest, language: domain::people::Language) -> Result<ImportsResponse, Error> {
        Ok(match asked {
            ImportsRequest::Map(mapped) => {
                self.change(mapped.id, |file, state| self.map(file, state, &mapped))?;
                self.show(mapped.id)?
            }
            ImportsRequest::Groups(import) => {
                let (file, state) = self.open(import)?;
                let around = self.around()?;
                ImportsResponse::Groups(file.groups()?.into_iter().map(|row| view::group(&state, &around, row)).collect())
            }
            ImportsRequest::Rows(asked) => {
                let (file, state) = self.open(asked.id)?;
                ImportsResponse::Rows(view::rows(&file, &state, &asked)?)
            }
            ImportsRequest::Forget(import) => {
                if self.jobs.of(import).is_some() {
                    return Err(busy());
                }
                if let Some((file, _)) = self.find(import)? {
                    file.delete()?;
                }
                bring::forget(&self.brought(import))?;
                ImportsResponse::Done
            }
            ImportsRequest::Rejected(import) => {
                let (file, state) = self.open(import)?;
                ImportsResponse::File(save::rejected(&file, &state, language)?)
            }
            ImportsRequest::Template(template) => ImportsResponse::File(save::template(template)?),
            ImportsRequest::Doubles(import) => {
                let (file, state) = self.open(import)?;
                ImportsResponse::Doubles(doubles::doubles(&file, &state, &self.store)?)
            }
            _ => return Err(Problem::new(Code::BadRequest, "not a request that is answered here").into()),
        })
    }
}

fn busy() -> Error {
    Problem::new(Code::Busy, "another import is being worked on").into()
}
