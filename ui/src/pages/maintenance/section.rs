//! The section of a meter's page: its work orders, and for admins the way to announce one.

use crate::components::{Button, Card, Empty};
use crate::i18n::{tr, tra};
use crate::pages::maintenance::announce::Announce;
use crate::pages::maintenance::line::Line;
use crate::pages::metering::meter::locked;
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::permission::{Permission, allows};
use domain::{MeterId, TimeZone, ZoneId};
use protocol::ui::WorkRow;

/// Orders shown at first.
const FEW: usize = 3;

/// The work orders of a meter.
#[component]
pub fn WorkSection(meter: MeterId, serial: String, zone: Option<ZoneId>, time_zone: TimeZone, orders: Vec<WorkRow>) -> Element {
    let may_plan = shared().role().is_some_and(|role| allows(role, Permission::ManageWork));
    let mut announcing = use_signal(|| false);
    let mut all = use_signal(|| false);
    let locked = locked();
    // What is to be done is always shown.
    let open = orders.iter().filter(|row| row.order.state.is_open()).count();
    let shown = if all() { orders.len() } else { orders.len().min(FEW.max(open)) };
    let more = orders.len() - shown;
    rsx! {
        Card { class: "wide work",
            div { class: "row between wrap",
                h2 { {tr("work-title")} }
                if may_plan && !orders.is_empty() {
                    Button { label: tr("work-announce"), kind: "quiet", icon: "plus", disabled: locked, onclick: move |_| announcing.set(true) }
                }
            }
            if orders.is_empty() && may_plan {
                Empty { icon: "calendar-clock", title: tr("work-none"), next: tr("work-none-next"),
                    Button { label: tr("work-announce"), icon: "plus", disabled: locked, onclick: move |_| announcing.set(true) }
                }
            } else if orders.is_empty() {
                p { class: "muted small", {tr("work-none-technician")} }
            } else {
                ul { class: "list", "aria-label": tr("work-title"),
                    for row in orders.into_iter().take(shown) {
                        Line { key: "{row.order.id}", row }
                    }
                }
            }
            if more > 0 {
                Button { label: tra("fact-more", &[("n", more.to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
            }
        }
        if announcing() {
            Announce { meter, serial, zone, time_zone, onclose: move |()| announcing.set(false) }
        }
    }
}
