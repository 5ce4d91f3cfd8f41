//! Which meters are ticked: the same in the table, the grid and the map.

use crate::bridge;
use crate::components::picking;
use crate::state::Shared;
use dioxus::prelude::*;
use domain::MeterId;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{Answer, FleetQuery, FleetSort, MeterRange, MeterSelection, Request};

/// Ticking in Perangkat.
pub type Picking = picking::Picking<MeterId, FleetQuery>;

/// Which meters a query is about, whatever their order and however many are shown.
pub fn matching(query: &FleetQuery) -> FleetQuery {
    FleetQuery { sort: FleetSort::default(), descending: false, offset: 0, limit: 0, ..query.clone() }
}

/// Ticking in what a query finds.
pub fn use_picking(query: Memo<FleetQuery>) -> Picking {
    picking::use_picking(move || matching(&query.read()))
}

/// Which are ticked now, as the client takes it.
pub fn selection(picking: Picking) -> MeterSelection {
    match picking.picked() {
        picking::Picked::Rows(rows) => MeterSelection::Rows(rows.into_iter().collect()),
        picking::Picked::Matching { matching, except, .. } => {
            MeterSelection::Matching { matching: Box::new(matching), except: except.into_iter().collect() }
        }
    }
}

async fn ids(request: Request) -> Result<Vec<MeterId>, Problem> {
    match bridge::call(request).await? {
        Answer::MeterIds(ids) => Ok(ids),
        _ => Err(Problem::new(Code::Internal, "another answer")),
    }
}

/// The meters that are selected, by serial, as far as this device holds them.
pub async fn selected(selection: MeterSelection) -> Result<Vec<MeterId>, Problem> {
    ids(Request::MetersSelected(selection)).await
}

/// Ticks or unticks a row, or a stretch of the list that ends with it.
pub fn tick(picking: Picking, shared: Shared, row: (MeterId, u32), is_stretch: bool, query: FleetQuery) {
    picking.tick(shared, row, is_stretch, move |from, to| ids(Request::MetersBetween(MeterRange { query, from, to })));
}
