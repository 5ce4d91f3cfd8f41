//! The fleet as a list: how many meters are found, what can be done with all of them and with those that are ticked, and their table or grid.

use crate::components::shell::language;
use crate::components::{Button, Empty};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::exports::ExportButton;
use crate::pages::metering::fleet::bulk_bar::BulkBar;
use crate::pages::metering::fleet::grid::Grid;
use crate::pages::metering::fleet::picking::Picking;
use crate::pages::metering::fleet::table::{Lines, Table};
use crate::pages::metering::fleet::view::{Form, MeterView, STEP};
use crate::state::shared;
use dioxus::prelude::*;
use domain::MeterId;
use protocol::ui::exports::ExportedList;
use protocol::ui::{Fleet, FleetQuery};

/// The list. `watched` is set to the meters that the grid draws.
#[component]
pub fn List(
    fleet: Fleet,
    form: Form,
    query: Memo<FleetQuery>,
    kept: Signal<MeterView>,
    picking: Picking,
    watched: Signal<Vec<MeterId>>,
) -> Element {
    let wide = (shared().wide)();
    let language = language();
    let shown = format::whole(i64::from(fleet.matching), language);
    let total = format::whole(i64::from(fleet.total), language);
    let filtered = use_memo(move || kept.read().only.is_some() || !kept.read().search.trim().is_empty());
    let exported = use_memo(move || ExportedList::Meters(FleetQuery { limit: 0, ..kept.read().query() }));
    let is_table = form == Form::Table;
    let more = if is_table { fleet.matching.saturating_sub(fleet.rows.len() as u32).min(STEP) } else { 0 };
    let clear = move |_| {
        kept.with_mut(|kept| (kept.search, kept.only, kept.limit, kept.place) = (String::new(), None, STEP, 0));
    };
    rsx! {
        section { class: "card flush",
            div { class: "bar",
                span { class: "muted", {tra("devices-count", &[("shown", shown), ("total", total)])} }
                div { class: "bar-acts",
                    if filtered() {
                        Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: clear }
                    }
                    if fleet.matching > 0 {
                        ExportButton { list: exported(), matching: fleet.matching }
                    }
                }
            }
            if picking.is_on() {
                BulkBar { picking, found: fleet.matching, query }
            }
            if fleet.matching == 0 {
                Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") }
            } else if !is_table {
                Grid { found: fleet.matching, query, kept, picking, watched }
            } else if wide {
                Table { rows: fleet.rows.clone(), query, kept, picking }
            } else {
                Lines { rows: fleet.rows.clone(), query, kept, picking }
            }
            if more > 0 {
                div { class: "bar",
                    Button { label: tra("show-more", &[("n", more.to_string())]), kind: "quiet", full: true,
                        onclick: move |_| kept.with_mut(|kept| kept.limit += STEP) }
                }
            }
        }
    }
}
