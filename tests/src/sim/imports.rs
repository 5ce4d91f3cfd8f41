//! What people import in a simulation: sheets whose rows are households, some of which stand on other sheets as well, and opening balances. A sheet is
//! committed some rows at a time, so that a kill cuts it off between two commits of its files, and may be taken back.

use super::device::Device;
use super::exchange::Done;
use super::people::shown;
use super::schedule::Step;
use super::server::{CUSTOMERS, METERS, ZONES, id, user};
use super::world::World;
use super::{Broken, cases, people, swaps, templates, tips, views, work};
use client::imports::compare::{Deed, NewConnection, NewCustomer};
use client::imports::openings;
use client::imports::operations::{When, customer_of, operations, undo_of_new};
use client::store::outbox::BatchOperation;
use domain::field::device_clock::Stamp;
use domain::imports::MeterPart;
use domain::sync::edit::{Change, ConnectionField, CustomerField, Patch};
use domain::{ConnectionId, CustomerId, Rupiah, TimeZone, UtcMillis, ZoneId};
use protocol::sync::push::Operation;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows whose operations are kept together.
const TOGETHER: usize = 2;

/// Numbers, and serial numbers, that stand on more than one sheet.
const SHARED: u32 = 40;

/// What opening balances are drawn from is their own, so that the other rows of a seed stay as they are.
const OPENINGS: u64 = 0x5a1d_0a3a;

/// Opening balances: one that one admin books, one that is owed, and one that waits for another admin.
const BALANCES: [i64; 3] = [150_000, -40_000, 2_500_000];

/// An import, as a file of its own keeps it: a kill and a lost cache leave it as it is.
#[derive(Clone, Debug)]
pub struct Import {
    id: Uuid,
    made: UtcMillis,
    rows: Vec<Deed>,
    /// Rows that are known to be in the outbox.
    committed: usize,
    /// Rows that are known to be taken back, once somebody takes the import back.
    undone: Option<usize>,
}

impl Import {
    fn draw(device: &Device, id: Uuid, pick: u32, made: UtcMillis) -> Self {
        let mut rng = fastrand::Rng::with_seed(u64::from(pick));
        let mut rows: Vec<Deed> =
            (0..rng.usize(2..=6)).map(|row| deed(&mut rng, device, &format!("{}-{pick}-{row}", device.number))).collect();
        let mut rng = fastrand::Rng::with_seed(u64::from(pick) ^ OPENINGS);
        rows.extend((0..rng.usize(..=2)).map(|_| opening(&mut rng)));
        Self { id, made, rows, committed: 0, undone: None }
    }

    /// The operations of some rows: the same whenever they are made.
    fn operations(&self, rows: std::ops::Range<usize>) -> Vec<BatchOperation> {
        let when = When { zone: TimeZone::Jakarta, now: self.made };
        let of_row = |row: usize| {
            let deed = self.rows[row].clone();
            let opening = deed.opening.map(|opening| openings::operation(self.id, number(row), opening, ("", "")));
            operations(self.id, number(row), deed, "", when).into_iter().chain(opening)
        };
        rows.flat_map(of_row).collect()
    }

    fn is_committed(&self) -> bool {
        self.committed == self.rows.len()
    }

    fn is_half_undone(&self) -> bool {
        self.undone.is_some_and(|undone| undone < self.rows.len())
    }
}

/// The number of a row in its sheet.
const fn number(row: usize) -> u32 {
    row as u32 + 1
}

/// What is to be done with a row: mostly a household that the utility does not have yet.
fn deed(rng: &mut fastrand::Rng, device: &Device, own: &str) -> Deed {
    let mut deed = Deed::default();
    match rng.u32(..8) {
        0..5 => {
            let number = if rng.bool() { format!("R{:02}", rng.u32(..SHARED)) } else { format!("I{own}") };
            let fields = BTreeMap::from([(CustomerField::Name, format!("Impor {own}"))]);
            deed.customer = Some(NewCustomer { number, fields });
            deed.connection = Some(new_connection(rng, None, own));
            deed.meter = (rng.u32(..4) > 0).then(|| (new_meter(rng, own), None));
        }
        5 => {
            let customer = CustomerId(id(3, rng.u128(..CUSTOMERS)));
            deed.connection = Some(new_connection(rng, Some(customer), own));
            deed.meter = Some((new_meter(rng, own), None));
        }
        6 => deed.edit = edit(rng, device, own),
        _ => {
            let without = ConnectionId(id(4, rng.u128(METERS..CUSTOMERS)));
            deed.meter = Some((new_meter(rng, own), Some(without)));
        }
    }
    deed
}

/// An opening balance of a connection that was there from the beginning, mostly of one with a meter.
fn opening(rng: &mut fastrand::Rng) -> Deed {
    let connection = ConnectionId(id(4, rng.u128(..METERS + 2)));
    Deed { opening: Some((connection, Rupiah(BALANCES[rng.usize(..BALANCES.len())]))), ..Deed::default() }
}

fn new_connection(rng: &mut fastrand::Rng, customer: Option<CustomerId>, own: &str) -> NewConnection {
    let fields = BTreeMap::from([
        (ConnectionField::Label, "Rumah".to_owned()),
        (ConnectionField::Address, format!("Jl. Impor {own}")),
        (ConnectionField::Kind, "residential".to_owned()),
        (ConnectionField::TariffClass, "residential".to_owned()),
    ]);
    NewConnection { customer, zone: ZoneId(id(2, rng.u128(..ZONES))), fields }
}

fn new_meter(rng: &mut fastrand::Rng, own: &str) -> MeterPart {
    let serial = if rng.bool() { format!("WM-R{:02}", rng.u32(..SHARED)) } else { format!("WM-I{own}") };
    MeterPart { serial: serial.parse().expect("a serial number"), model: None, installed_on: None, register: None }
}

/// A field of a customer that was there, as the device shows it now.
fn edit(rng: &mut fastrand::Rng, device: &Device, own: &str) -> Option<(CustomerId, Patch<CustomerField>)> {
    let customer = CustomerId(id(3, rng.u128(..CUSTOMERS)));
    let field = if rng.bool() { CustomerField::Name } else { CustomerField::City };
    let row = shown(device, "customer", &customer.to_string())?;
    let from = row[field.as_str()].as_str().unwrap_or_default().to_owned();
    Some((customer, Patch(BTreeMap::from([(field, Change { from, to: format!("Impor {own}") })]))))
}

/// Whether a row was there from the beginning.
pub fn is_from_the_beginning(row: Uuid) -> bool {
    matches!(row.as_u128() >> 64, 3..=5)
}

impl Device {
    /// Whether an import is being committed or taken back.
    pub fn is_importing(&self) -> bool {
        self.imports.iter().any(|import| !import.is_committed() || import.is_half_undone())
    }

    /// A person commits an import, or goes on with one that was cut off; says which faults that is.
    fn import(&mut self, pick: u32, server: UtcMillis) -> Vec<&'static str> {
        let cut_off = self.imports.iter().position(|import| !import.is_committed());
        let place = cut_off.unwrap_or_else(|| self.begin_import(pick, server));
        let mut faults = Vec::from_iter(cut_off.map(|_| "import cut off and resumed"));
        while !self.imports[place].is_committed() {
            let import = &self.imports[place];
            let until = (import.committed + TOGETHER).min(import.rows.len());
            let (batch, made) = (import.operations(import.committed..until), import.made);
            if batch.iter().any(|op| self.done.contains_key(&op.id)) {
                faults.push("rows of an import made again");
            }
            if !self.keep(self.imports[place].id, &batch, made) {
                break;
            }
            self.imports[place].committed = until;
        }
        self.after_commit();
        faults
    }

    fn begin_import(&mut self, pick: u32, server: UtcMillis) -> usize {
        self.made += 1;
        let new = Import::draw(self, id(u128::from(110 + self.number), self.made), pick, self.clock(server));
        self.identities.extend(new.operations(0..new.rows.len()).into_iter().map(|op| op.operation.row().1));
        self.imports.push(new);
        self.imports.len() - 1
    }

    /// A person takes an import back, but for customers that are not as it added them; or goes on with that.
    fn take_back(&mut self, pick: u32, server: UtcMillis) -> Vec<&'static str> {
        let cut_off = self.imports.iter().position(Import::is_half_undone);
        let is_there = |place: &usize| self.imports[*place].is_committed() && self.imports[*place].undone.is_none();
        let there: Vec<usize> = (0..self.imports.len()).filter(is_there).collect();
        let place = cut_off.or_else(|| there.get(pick as usize % there.len().max(1)).copied());
        let Some(place) = place else { return Vec::new() };
        let mut undone = self.imports[place].undone.unwrap_or(0);
        self.imports[place].undone = Some(undone);
        while undone < self.imports[place].rows.len() {
            let until = (undone + TOGETHER).min(self.imports[place].rows.len());
            let batch: Vec<BatchOperation> = (undone..until).filter_map(|row| self.undo_of(&self.imports[place], row)).collect();
            if !self.keep(self.imports[place].id, &batch, self.clock(server)) {
                break;
            }
            undone = until;
            self.imports[place].undone = Some(undone);
        }
        self.after_commit();
        Vec::from_iter(cut_off.map(|_| "taking back cut off and resumed"))
    }

    fn undo_of(&self, import: &Import, row: usize) -> Option<BatchOperation> {
        if let Some((connection, _)) = import.rows[row].opening {
            return Some(openings::undo(import.id, number(row), connection, ""));
        }
        let added = import.rows[row].customer.as_ref()?;
        let shown = shown(self, "customer", &customer_of(import.id, number(row)).to_string())?;
        let is_as_added = CustomerField::ALL.into_iter().filter(|field| *field != CustomerField::Status).all(|field| {
            shown[field.as_str()].as_str().unwrap_or_default() == added.fields.get(&field).map_or("", String::as_str)
        });
        is_as_added.then(|| undo_of_new(import.id, number(row), ""))
    }

    /// Puts operations of an import into the outbox; says whether the import may go on behind them.
    fn keep(&mut self, import: Uuid, batch: &[BatchOperation], made: UtcMillis) -> bool {
        let Some(store) = self.store.clone() else { return false };
        if store.submit_batch(Some(user(self.number)), import, batch, &Stamp::from(made)).is_err() {
            return false;
        }
        for op in batch {
            self.done.entry(op.id).or_insert(Done { private: None, applied: None });
        }
        self.push_at = 0;
        // Whatever has ended by now has not written how far it was.
        !self.fuse.is_blown()
    }

    /// An edit of a customer that an import added, here or elsewhere.
    fn edit_of_added(&self, pick: u32) -> Option<Operation> {
        let list = |db: &rusqlite::Connection| {
            let mut query = db.prepare("SELECT id FROM customer ORDER BY id")?;
            Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
        };
        let rows = self.store.as_ref()?.read_now(list).ok()?;
        let added: Vec<Uuid> =
            rows.iter().filter_map(|row| row.parse().ok()).filter(|row| !is_from_the_beginning(*row)).collect();
        let customer = CustomerId(*added.get(pick as usize % added.len().max(1))?);
        let row = shown(self, "customer", &customer.to_string())?;
        let from = row["city"].as_str().unwrap_or_default().to_owned();
        let to = format!("v{}-{}", self.number, pick % 9_973);
        let patch = Patch(BTreeMap::from([(CustomerField::City, Change { from, to })]));
        Some(Operation::EditCustomer { customer, patch })
    }
}

impl World {
    /// Somebody imports, takes an import back, changes what was added, answers a case, moves a connection, keeps a view, says something of an
    /// advice, swaps a meter, or does something about work at one.
    pub(super) fn by_person(&mut self, step: &Step) -> Option<u8> {
        let now = self.server.now;
        let (device, pick) = match *step {
            Step::Import { device, pick }
            | Step::TakeBack { device, pick }
            | Step::EditAdded { device, pick }
            | Step::Answer { device, pick }
            | Step::MoveZone { device, pick }
            | Step::View { device, pick }
            | Step::Tip { device, pick }
            | Step::PlanAnew { device, pick }
            | Step::Swap { device, pick }
            | Step::AtWork { device, pick }
            | Step::Work { device, pick } => (device, pick),
            _ => return None,
        };
        let at = &mut self.devices[usize::from(device)];
        at.store.as_ref()?;
        let faults = match step {
            Step::Import { .. } => at.import(pick, now),
            Step::TakeBack { .. } => at.take_back(pick, now),
            _ => {
                let operation = match step {
                    Step::Answer { .. } => cases::answer(at, pick),
                    // Every fourth is about templates of reports.
                    Step::Work { .. } if pick % 4 == 3 => templates::operation(at, pick),
                    Step::Work { .. } => work::operation(at, pick, now),
                    Step::View { .. } => views::operation(at, pick, now),
                    Step::Tip { .. } => tips::operation(at, pick),
                    Step::PlanAnew { .. } => work::planned_anew(at, pick),
                    Step::Swap { .. } => swaps::operation(at, pick, now),
                    Step::AtWork { .. } => work::at_work(at, pick, now),
                    Step::MoveZone { .. } => people::move_zone(at, pick),
                    _ => at.edit_of_added(pick),
                };
                let operation = operation?;
                // A picture is kept before what names it.
                if work::picture(&operation).is_none() || self.took(device, pick) {
                    self.devices[usize::from(device)].submit(&operation, None, now, false);
                }
                Vec::new()
            }
        };
        faults.into_iter().for_each(|fault| self.fault(fault));
        Some(device)
    }

    /// Lets whoever was cut off in the middle of an import go on with it.
    pub(super) fn go_on_with_imports(&mut self, device: u8) -> Result<(), Broken> {
        let is_any = |world: &Self, of: fn(&Import) -> bool| world.devices[usize::from(device)].imports.iter().any(of);
        if is_any(self, |import| !import.is_committed()) {
            self.step(&Step::Import { device, pick: 0 })?;
        }
        if is_any(self, Import::is_half_undone) {
            self.step(&Step::TakeBack { device, pick: 0 })?;
        }
        Ok(())
    }
}
