//! The registry of row kinds: a kind states here once what it is, and server, client, simulation and tests go by it.
//!
//! `docs/adr/0017` lists the places of a new kind; each of them matches exhaustively, so that the compiler names those that are missing.

use crate::sales::money::Purchase;
use crate::sync::rows::{
    Conflict, Connection, Credit, Customer, Letterhead, ManualReading, Meter, MeterCase, MeterState, MeterSwap, NeighbourMonth,
    Note, Notification, Profile, ReportRun, ReportTemplate, RevenueDay, SavedView, StatementLine, Tariff, TipState, UsageDay,
    UsageMonth, VanPart, WorkOrder, WorkRecord, WorkTemplate, Zone,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What sync knows of a kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowKind {
    /// The number that is stored and sent.
    pub code: u8,
    /// Its name on the wire, which is also the name of its table on a device.
    pub name: &'static str,
    /// The table on the server that its body is read from.
    pub server_table: &'static str,
    /// What a row's key is.
    pub key: Key,
    /// Whose buckets may hold it.
    pub holders: &'static [Holder],
    /// What it moves with into other buckets.
    pub follows: Follows,
    /// Whether a device makes the row itself from an operation, before the server has it.
    pub made_on_device: bool,
    /// The record that people edit field by field, if they edit it.
    pub edited_as: Option<EditedAs>,
}

impl RowKind {
    /// Whether the buckets of some holder may hold it.
    pub fn is_held_by(&self, holder: Holder) -> bool {
        self.holders.contains(&holder)
    }
}

/// What the key of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// An identifier of its own.
    Own,
    /// Its meter's identifier.
    Meter,
    /// Its connection's identifier.
    Connection,
    /// Its connection's identifier with a number behind it: a day, a month, a place in the statement.
    ConnectionAndNumber,
    /// Its user's identifier.
    User,
    /// The utility's identifier with a number behind it: a day.
    UtilityAndNumber,
}

/// Whom a bucket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// Everybody of the utility.
    Public,
    /// The utility's admins.
    Admin,
    /// A customer's users.
    Customer,
    /// The technicians of a zone.
    Zone,
    /// One user.
    User,
}

impl Holder {
    /// Whom the bucket of this name is for.
    pub fn of(bucket: &str) -> Option<Self> {
        match bucket.split_once(':') {
            None if bucket == "public" => Some(Self::Public),
            None if bucket == "admin" => Some(Self::Admin),
            Some(("customer", _)) => Some(Self::Customer),
            Some(("zone", _)) => Some(Self::Zone),
            Some(("user", _)) => Some(Self::User),
            _ => None,
        }
    }
}

/// What takes a row into other buckets when it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Nothing: it stays with whom it was made for.
    Nothing,
    /// Its customer's connections: it is held in each zone in which one of them is.
    Customer,
    /// Its connection, when that gets another customer or zone.
    Connection,
    /// Its meter, when that is installed elsewhere or its connection moves.
    Meter,
}

/// The records that people edit field by field: what two of them change becomes a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditedAs {
    /// A customer.
    Customer,
    /// A connection's own fields.
    Connection,
    /// A user's own profile.
    Profile,
}

const fn first(of: &[EditedAs]) -> Option<EditedAs> {
    if of.is_empty() { None } else { Some(of[0]) }
}

/// The body of a kind of row.
pub trait Body: Serialize + DeserializeOwned {
    /// Its kind.
    const ENTITY: Entity;

    /// As technicians receive it: the whole, unless the registry names a reduction.
    #[must_use]
    fn for_technicians(self) -> Self {
        self
    }
}

macro_rules! registry {
    ($(
        $(#[$doc:meta])*
        $kind:ident = $code:literal {
            body: $body:ty,
            name: $name:literal,
            server_table: $table:literal,
            key: $key:ident,
            holders: [$($holder:ident),+],
            follows: $follows:ident,
            made_on_device: $made:literal
            $(, edited_as: $record:ident)?
            $(, for_technicians: $reduced:path)?
            $(,)?
        }
    )+) => {
        /// The kinds of rows, parents before children. The number is what is stored.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum Entity {
            $($(#[$doc])* $kind = $code,)+
        }

        impl Entity {
            /// All entities, parents before children.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$kind),+];

            /// What sync knows of this kind.
            pub const fn kind(self) -> &'static RowKind {
                match self {
                    $(Self::$kind => const { &RowKind {
                        code: $code,
                        name: $name,
                        server_table: $table,
                        key: Key::$key,
                        holders: &[$(Holder::$holder),+],
                        follows: Follows::$follows,
                        made_on_device: $made,
                        edited_as: first(&[$(EditedAs::$record)?]),
                    } },)+
                }
            }

            /// Reads a body of this kind.
            ///
            /// # Errors
            /// The text is not a body of this kind.
            pub fn read(self, body: &str) -> serde_json::Result<Row> {
                match self {
                    $(Self::$kind => serde_json::from_str(body).map(Row::$kind),)+
                }
            }
        }

        /// A row of any kind: its body, as it is on the wire.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Row {
            $($(#[$doc])* $kind($body),)+
        }

        $(impl Body for $body {
            const ENTITY: Entity = Entity::$kind;
            $(fn for_technicians(self) -> Self {
                $reduced(self)
            })?
        })+
    };
}

registry! {
    /// [`Zone`].
    Zone = 1 {
        body: Zone, name: "zone", server_table: "zone",
        key: Own, holders: [Public], follows: Nothing, made_on_device: false,
    }
    /// [`Customer`].
    Customer = 2 {
        body: Customer, name: "customer", server_table: "customer",
        key: Own, holders: [Customer, Zone, Admin], follows: Customer, made_on_device: true,
        edited_as: Customer,
        for_technicians: customer_for_technicians,
    }
    /// [`Connection`].
    Connection = 3 {
        body: Connection, name: "connection", server_table: "connection",
        key: Own, holders: [Customer, Zone, Admin], follows: Nothing, made_on_device: true,
        edited_as: Connection,
    }
    /// [`Meter`].
    Meter = 4 {
        body: Meter, name: "meter", server_table: "meter",
        key: Meter, holders: [Customer, Zone, Admin], follows: Meter, made_on_device: true,
    }
    /// [`MeterState`], under the meter's id.
    MeterState = 5 {
        body: MeterState, name: "meter_state", server_table: "meter_state",
        key: Meter, holders: [Customer, Zone, Admin], follows: Meter, made_on_device: false,
    }
    /// [`UsageDay`], under `{connection}/{day}`.
    UsageDay = 6 {
        body: UsageDay, name: "usage_day", server_table: "usage_day",
        key: ConnectionAndNumber, holders: [Customer], follows: Connection, made_on_device: false,
    }
    /// [`UsageMonth`], under `{connection}/{month}`.
    UsageMonth = 7 {
        body: UsageMonth, name: "usage_month", server_table: "usage_month",
        key: ConnectionAndNumber, holders: [Customer, Admin], follows: Connection, made_on_device: false,
    }
    /// [`Conflict`].
    Conflict = 8 {
        body: Conflict, name: "conflict", server_table: "conflict",
        key: Own, holders: [Admin, User], follows: Nothing, made_on_device: false,
    }
    /// [`Note`].
    Note = 9 {
        body: Note, name: "note", server_table: "note",
        key: Own, holders: [Zone, Admin], follows: Meter, made_on_device: true,
    }
    /// [`ManualReading`].
    ManualReading = 10 {
        body: ManualReading, name: "manual_reading", server_table: "manual_reading",
        key: Own, holders: [Zone, Admin], follows: Meter, made_on_device: true,
    }
    /// [`Profile`], under the user's id.
    Profile = 11 {
        body: Profile, name: "profile", server_table: "user",
        key: User, holders: [User], follows: Nothing, made_on_device: false,
        edited_as: Profile,
    }
    /// [`Credit`], under the connection's id.
    Credit = 12 {
        body: Credit, name: "credit", server_table: "credit",
        key: Connection, holders: [Customer, Admin], follows: Connection, made_on_device: false,
    }
    /// [`StatementLine`], under `{connection}/{no}`.
    Statement = 13 {
        body: StatementLine, name: "statement", server_table: "transfer",
        key: ConnectionAndNumber, holders: [Customer], follows: Connection, made_on_device: false,
    }
    /// [`Purchase`], once it was checked out; it stays with who bought it.
    Purchase = 14 {
        body: Purchase, name: "purchase", server_table: "purchase",
        key: Own, holders: [Customer], follows: Nothing, made_on_device: false,
    }
    /// [`Tariff`].
    Tariff = 15 {
        body: Tariff, name: "tariff", server_table: "tariff_version",
        key: Own, holders: [Public], follows: Nothing, made_on_device: false,
    }
    /// [`Notification`].
    Notification = 16 {
        body: Notification, name: "notification", server_table: "notification",
        key: Own, holders: [User], follows: Nothing, made_on_device: false,
    }
    /// [`MeterCase`], under `{connection}/{no}`. Customers hold those that are about their water.
    MeterCase = 17 {
        body: MeterCase, name: "meter_case", server_table: "meter_case",
        key: ConnectionAndNumber, holders: [Customer, Zone, Admin], follows: Connection, made_on_device: false,
    }
    /// [`WorkOrder`].
    WorkOrder = 18 {
        body: WorkOrder, name: "work_order", server_table: "work_order",
        key: Own, holders: [Zone, Admin], follows: Meter, made_on_device: true,
    }
    /// [`Letterhead`], under the utility's id.
    Letterhead = 19 {
        body: Letterhead, name: "letterhead", server_table: "letterhead",
        key: Own, holders: [Public], follows: Nothing, made_on_device: false,
    }
    /// [`RevenueDay`], under `{utility}/{day}`.
    RevenueDay = 20 {
        body: RevenueDay, name: "revenue_day", server_table: "revenue_day",
        key: UtilityAndNumber, holders: [Admin], follows: Nothing, made_on_device: false,
    }
    /// [`SavedView`].
    SavedView = 22 {
        body: SavedView, name: "saved_view", server_table: "saved_view",
        key: Own, holders: [User], follows: Nothing, made_on_device: true,
    }
    /// [`ReportTemplate`].
    ReportTemplate = 23 {
        body: ReportTemplate, name: "report_template", server_table: "report_template",
        key: Own, holders: [Admin, User], follows: Nothing, made_on_device: true,
    }
    /// [`ReportRun`].
    ReportRun = 24 {
        body: ReportRun, name: "report_run", server_table: "report_run",
        key: Own, holders: [User], follows: Nothing, made_on_device: false,
    }
    /// [`TipState`]. It stays with whom it was made for, wherever the connection goes.
    TipState = 25 {
        body: TipState, name: "tip_state", server_table: "tip_state",
        key: Own, holders: [User], follows: Nothing, made_on_device: true,
    }
    /// [`WorkRecord`].
    WorkRecord = 26 {
        body: WorkRecord, name: "work_record", server_table: "work_record",
        key: Own, holders: [Zone, Admin], follows: Meter, made_on_device: true,
    }
    /// [`WorkTemplate`], under the identifier that follows from template and version.
    WorkTemplate = 27 {
        body: WorkTemplate, name: "work_template", server_table: "work_template",
        key: Own, holders: [Public], follows: Nothing, made_on_device: true,
    }
    /// [`MeterSwap`]. It follows the meter that was put up, or the old one where nothing was entered.
    MeterSwap = 28 {
        body: MeterSwap, name: "meter_swap", server_table: "meter_swap",
        key: Own, holders: [Zone, Admin], follows: Meter, made_on_device: true,
    }
    /// [`NeighbourMonth`], under `{connection}/{month}`.
    NeighbourMonth = 30 {
        body: NeighbourMonth, name: "neighbour_month", server_table: "neighbour_month",
        key: ConnectionAndNumber, holders: [Customer], follows: Connection, made_on_device: false,
    }
    /// [`VanPart`], under the identifier that follows from part and technician.
    VanPart = 31 {
        body: VanPart, name: "van_part", server_table: "van_part",
        key: Own, holders: [User], follows: Nothing, made_on_device: false,
    }
}

impl Entity {
    /// The entity of a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| *entity as u8 == code)
    }
}

/// The kind of a row as sync carries it: the number of an [`Entity`], of which a newer server may have more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EntityCode(pub u8);

impl EntityCode {
    /// The entity, if this program knows it.
    pub fn known(self) -> Option<Entity> {
        Entity::from_code(self.0)
    }
}

impl From<Entity> for EntityCode {
    fn from(entity: Entity) -> Self {
        Self(entity as u8)
    }
}

/// A customer as technicians need it: to find the house and to call there.
fn customer_for_technicians(customer: Customer) -> Customer {
    Customer { nik: String::new(), email: String::new(), household_size: None, ..customer }
}

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
