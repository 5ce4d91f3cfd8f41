//! Connections by how much they use and how they top up, and the customers that paid most (`GET /admin/v1/revenue/customers`).

use domain::revenue::{Habit, UseSegment};
use domain::{CustomerId, LocalMonth, Millilitres, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// Months of one question at most.
pub const MONTHS: i32 = 12;
/// Customers that are named at most.
pub const TOP: usize = 20;

/// Of which local months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RevenueCustomersAsked {
    /// The first month.
    pub from: LocalMonth,
    /// The last one; 12 months are asked for at most.
    pub to: LocalMonth,
}

/// The connections of a utility in some local months. Each counts in one group by use and in one by habit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RevenueCustomers {
    /// When it was made, by the server's clock.
    pub at: UtcMillis,
    /// The first month.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub from: LocalMonth,
    /// The last one.
    #[cfg_attr(feature = "schema", schema(value_type = i32))]
    pub to: LocalMonth,
    /// All connections, of which the averages are.
    pub connections: i64,
    /// Those that used water, were charged or bought.
    pub active: i64,
    /// Received, less what went back: by the local day on which it was posted.
    pub received: Rupiah,
    /// Water that was charged for these months, whenever it was posted.
    pub consumed: Rupiah,
    /// Water that was used in these months, by the readings: it is not in the ledger.
    pub volume: Millilitres,
    /// By use.
    pub by_use: Vec<UseGroup>,
    /// By habit.
    pub by_habit: Vec<HabitGroup>,
    /// The customers of whom most was received, the first one first.
    pub top: Vec<TopCustomer>,
}

/// Connections that use about as much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UseGroup {
    /// Which.
    pub segment: UseSegment,
    /// How many.
    pub connections: i64,
    /// Received of them.
    pub received: Rupiah,
    /// Charged for water.
    pub consumed: Rupiah,
    /// Used.
    pub volume: Millilitres,
}

/// Connections for which credit is bought alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HabitGroup {
    /// Which.
    pub habit: Habit,
    /// How many.
    pub connections: i64,
    /// Received of them.
    pub received: Rupiah,
    /// Purchases.
    pub purchases: i64,
}

/// A customer of whom much was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TopCustomer {
    /// Who.
    pub customer: CustomerId,
    /// Number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Connections.
    pub connections: i64,
    /// Received.
    pub received: Rupiah,
    /// Charged for water.
    pub consumed: Rupiah,
    /// Used.
    pub volume: Millilitres,
}
