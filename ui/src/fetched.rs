//! Pages that are fetched when one of them is first opened: all but those that a customer's tabs and payments need
//! (docs/adr/0061-pages-that-no-customer-begins-with-are-a-file-of-their-own.md).

pub mod later;

use crate::components::{Failed, Skeleton};
use crate::pages;
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::{ConnectionId, MeterId, WorkOrderId, ZoneId};
use protocol::Problem;
use protocol::core::problem::Code;
use uuid::Uuid;

/// A component for each page, with the page's own parameters, and what draws the page itself.
macro_rules! fetched {
    ($($page:ident { $($field:ident: $kind:ty),* })*) => {
        $(
            #[doc = concat!("The page `", stringify!($page), "`, fetched when it is first opened.")]
            #[component]
            pub fn $page($($field: $kind),*) -> Element {
                rsx! {
                    Fetched { route: Route::$page { $($field),* } }
                }
            }
        )*

        /// The page at an address, if it is one of these.
        fn drawn(route: Route) -> Element {
            match route {
                $(Route::$page { $($field),* } => rsx! { pages::$page { $($field),* } },)*
                _ => rsx! {},
            }
        }
    };
}

fetched! {
    AlertSettings {} Audit {} Batches {} Case { connection: ConnectionId, no: u32 } CaseSettings {} Customers {} FieldMap {} Finance {}
    History {} ImportPage { id: Uuid } Imports {} Kit {} Maintenance {} Meter { id: MeterId } Meters {} OfflineMaps {} OrderBatches {} Outbox {}
    Properties {} Reports {} Revenue {} Scan {} Schedules {} Summary {} Supply {} Tariffs {} TipPage { name: String } Tips {} Today {}
    Users {} Utility {} Vouchers {} WorkFeeds {} WorkHolidays {} WorkLeave {} WorkPage { id: WorkOrderId } WorkParts {}
    WorkReview {} WorkTemplates {} ZoneBalance { zone: ZoneId } Zones {}
}

/// Shows a page as soon as the part with it is there.
#[component]
fn Fetched(route: Route) -> Element {
    let shared = shared();
    let fetching = use_resource(move || async move {
        if !later::is_ready() {
            // Who tries again changes this.
            shared.changed.read();
            later::fetch().await;
        }
    });
    let is_done = fetching.read().is_some();
    if later::is_ready() {
        return later::page(route);
    }
    rsx! {
        div { class: "page",
            if is_done {
                Failed { problem: Problem::new(Code::Internal, "a part of the screens did not come") }
            } else {
                Skeleton { heights: vec![64, 240, 120] }
            }
        }
    }
}
