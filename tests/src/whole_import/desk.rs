//! An admin's device without a screen, and an import on it that goes on from wherever it is: each step may be cut off by a kill and done again.

use crate::device::{Device, Gone};
use crate::views;
use crate::world::{PASSWORD, email};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::imports::{Field, Kind, Level, Reason};
use protocol::ui::imports::{
    Group, Import, ImportsRequest, ImportsResponse, Mapped, Mend, MendAll, Mending, Policy, Reading, SLICE, Slice, Stage,
};
use protocol::ui::{Answer, OutboxState, Phase, Request, Secret, SyncState};
use rusqlite::Connection;
use std::path::Path;
use uuid::Uuid;

/// The name of households that have none.
const NAME: &str = "Siti Aminah";

/// Groups of findings that are mended at most: there are twelve kinds of mistakes, some with a value each.
const GROUPS: usize = 100;

/// The device and its import.
pub struct Desk {
    /// The device.
    pub device: Device,
    import: Uuid,
    name: String,
    bytes: Vec<u8>,
    /// Whether a name was put into its cell alone.
    has_mended_a_cell: bool,
}

impl Desk {
    /// Starts a device with a file to bring.
    pub fn start(folder: &Path, url: &str, name: String, bytes: Vec<u8>) -> Self {
        Self { device: Device::start(folder, url), import: Uuid::now_v7(), name, bytes, has_mended_a_cell: false }
    }

    /// Signs the admin in, and waits until all of the utility is there.
    pub async fn sign_in(&mut self) -> Result<(), Gone> {
        let request = Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) };
        self.device.call(&request).await?.expect("signed in");
        self.until(Phase::Live).await
    }

    /// Waits until sync is in a phase.
    pub async fn until(&mut self, phase: Phase) -> Result<(), Gone> {
        while self.sync_state().await?.phase != phase {
            self.device.event().await?;
        }
        Ok(())
    }

    async fn sync_state(&mut self) -> Result<SyncState, Gone> {
        match self.device.call(&Request::SyncState).await? {
            Ok(Answer::Sync(state)) => Ok(state),
            other => panic!("{other:?}"),
        }
    }

    async fn ask(&mut self, request: ImportsRequest) -> Result<ImportsResponse, Gone> {
        match self.device.call(&Request::Imports(request)).await? {
            Ok(Answer::Imports(response)) => Ok(*response),
            other => panic!("{other:?}"),
        }
    }

    /// Brings the file, and has it read.
    pub async fn bring(&mut self) -> Result<(), Gone> {
        self.reach(Stage::Mapping).await.map(drop)
    }

    /// Confirms the columns, and has all rows checked.
    pub async fn check(&mut self) -> Result<(), Gone> {
        self.reach(Stage::Checked).await.map(drop)
    }

    /// Makes operations of what is right.
    pub async fn commit(&mut self) -> Result<(), Gone> {
        self.reach(Stage::Committed).await.map(drop)
    }

    /// Takes back what was committed.
    pub async fn undo(&mut self) -> Result<(), Gone> {
        let shown = self.reach(Stage::Undone).await?;
        assert_eq!(shown.changed_since, Vec::<u32>::new(), "nobody has changed anything");
        Ok(())
    }

    /// Has the import go on until it is at a stage and nothing runs.
    async fn reach(&mut self, wanted: Stage) -> Result<Import, Gone> {
        loop {
            let shown = match self.ask(ImportsRequest::Show(self.import)).await? {
                ImportsResponse::Import(shown) => shown,
                other => panic!("{other:?}"),
            };
            let Some(shown) = shown else {
                self.bring_file().await?;
                continue;
            };
            assert_eq!(shown.failure, None);
            if shown.job.is_some() {
                self.device.event().await?;
            } else if shown.line.stage == wanted {
                return Ok(*shown);
            } else {
                self.go_on(&shown).await?;
            }
        }
    }

    /// The next step of an import for which nothing runs: the one that was cut off, or the one behind it.
    async fn go_on(&mut self, shown: &Import) -> Result<(), Gone> {
        let id = self.import;
        let next = match shown.line.stage {
            Stage::Bringing => return self.bring_file().await,
            Stage::Reading => {
                ImportsRequest::Read(Reading { id, sheet: shown.sheet, encoding: None, delimiter: None, header_row: None })
            }
            Stage::Mapping => {
                let columns = shown.columns.iter().map(|column| column.field).collect();
                let mapped = Mapped { id, kind: Kind::Customers, columns, policy: Policy::default(), zone: shown.zone };
                self.ask(ImportsRequest::Map(mapped)).await?;
                ImportsRequest::Check(id)
            }
            Stage::Checking => ImportsRequest::Check(id),
            Stage::Checked | Stage::Committing => ImportsRequest::Commit(id),
            Stage::Committed | Stage::Undoing => ImportsRequest::Undo(id),
            Stage::Failed | Stage::Undone => panic!("an import that is {:?} goes nowhere", shown.line.stage),
        };
        self.ask(next).await.map(drop)
    }

    /// Brings the file from its beginning, in as large slices as there may be.
    async fn bring_file(&mut self) -> Result<(), Gone> {
        let slices: Vec<(usize, String)> =
            self.bytes.chunks(SLICE).enumerate().map(|(place, part)| (place * SLICE, STANDARD.encode(part))).collect();
        let last = slices.len();
        for (place, (offset, base64)) in slices.into_iter().enumerate() {
            let is_last = place + 1 == last;
            let slice = Slice { id: self.import, name: self.name.clone(), offset: offset as u64, base64, is_last };
            self.ask(ImportsRequest::Bring(slice)).await?;
        }
        Ok(())
    }

    /// Mends every error: one name in its own cell, the others kind by kind.
    pub async fn mend(&mut self) -> Result<(), Gone> {
        for _ in 0..GROUPS {
            self.reach(Stage::Checked).await?;
            let groups = match self.ask(ImportsRequest::Groups(self.import)).await? {
                ImportsResponse::Groups(groups) => groups,
                other => panic!("{other:?}"),
            };
            let Some(group) = groups.into_iter().find(|group| group.level == Level::Error) else { return Ok(()) };
            let id = self.import;
            let mend = match (group.key.reason, group.first.column) {
                (Reason::Required, Some(column)) if !self.has_mended_a_cell => {
                    self.has_mended_a_cell = true;
                    ImportsRequest::Mend(Mend { id, row: group.first.row, column, text: NAME.into() })
                }
                _ => ImportsRequest::MendAll(MendAll { id, by: repair(&group), group: group.key }),
            };
            self.ask(mend).await?;
        }
        panic!("errors are left after {GROUPS} repairs")
    }

    /// Until nothing waits any more, nothing was refused, and everything there is has been taken: the second of two rounds began after the first
    /// had ended.
    pub async fn sent(&mut self) -> Result<(), Gone> {
        self.device.call(&Request::SyncNow).await?.expect("asked");
        loop {
            let state = self.sync_state().await?;
            if state.parked > 0 {
                let Ok(Answer::Outbox(items)) = self.device.call(&Request::Outbox).await? else { panic!("no outbox") };
                panic!("refused: {:?}", items.iter().find(|item| item.state == OutboxState::Parked));
            }
            if state.waiting == 0 && state.phase == Phase::Live {
                break;
            }
            self.device.event().await?;
        }
        for _ in 0..2 {
            let before = self.device.sync.fresh_at;
            self.device.call(&Request::SyncNow).await?.expect("asked");
            while self.device.sync.fresh_at == before {
                self.device.event().await?;
            }
        }
        Ok(())
    }

    /// The device's cache, to read. Nothing lies over a row any more.
    pub fn at_rest(&self) -> Connection {
        let cache = views::cache(&self.device.folder);
        assert_eq!(views::covered(&cache), 0, "nothing lies over a row any more");
        cache
    }
}

/// How a person mends a kind of error.
fn repair(group: &Group) -> Mending {
    match (group.key.reason, group.key.field) {
        (Reason::Required, _) => Mending::Text(NAME.into()),
        (Reason::UnknownZone | Reason::UnknownWord, _) => Mending::Text(group.choices.first().expect("a word to choose").clone()),
        (Reason::DuplicateInFile, _) => Mending::LeaveOut,
        (_, Some(Field::Serial)) => Mending::Proposed,
        // What a customer need not have.
        _ => Mending::Empty,
    }
}
