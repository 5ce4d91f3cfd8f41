//! Which customers are ticked.

use crate::components::picking;
use crate::pages::people::customers::ask::ask;
use crate::state::Shared;
use dioxus::prelude::*;
use domain::CustomerId;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::bulk::{RowRange, Selection};
use protocol::ui::{BulkRequest, BulkResponse, CustomerMatch, CustomerQuery};

/// Ticking in the list of customers.
pub type Picking = picking::Picking<CustomerId, CustomerMatch>;

/// Ticking in the list that a query asks for.
pub fn use_picking(query: Memo<CustomerQuery>) -> Picking {
    picking::use_picking(move || query.read().matching())
}

/// Who is ticked now, as the client takes it.
pub fn selection(picking: Picking) -> Selection {
    match picking.picked() {
        picking::Picked::Rows(rows) => Selection::Rows(rows.into_iter().collect()),
        picking::Picked::Matching { matching, except, .. } => {
            Selection::Matching { matching: Box::new(matching), except: except.into_iter().collect() }
        }
    }
}

/// Ticks or unticks a row, or a stretch that ends with it.
pub fn tick(picking: Picking, shared: Shared, row: (CustomerId, u32), is_stretch: bool, query: CustomerQuery) {
    picking.tick(shared, row, is_stretch, move |from, to| async move {
        match ask(BulkRequest::Between(RowRange { query, from, to })).await? {
            BulkResponse::Customers(between) => Ok(between),
            _ => Err(Problem::new(Code::Internal, "another answer")),
        }
    });
}
