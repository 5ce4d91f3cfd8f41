//! One work order: what, when, by whom, how far, and what can be done about it.

use crate::components::shell::language;
use crate::components::{Button, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::step::{Cancel, StepDialog};
use crate::pages::maintenance::words::{look, of_state, title, window};
use crate::pages::metering::meter::locked;
use crate::pages::metering::swap::{SwapButton, is_replacement};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::maintenance::work_order::{WorkState, WorkStep};
use domain::people::Role;
use protocol::ui::WorkRow;

/// The step that a technician takes next.
const fn next(state: WorkState) -> Option<(WorkStep, &'static str, &'static str)> {
    match state {
        WorkState::Scheduled => Some((WorkStep::Begun, "work-begin", "play")),
        WorkState::InProgress => Some((WorkStep::Completed, "work-complete", "check")),
        WorkState::Completed | WorkState::Cancelled => None,
    }
}

/// A work order; with its meter and the way there where that is not the page's own.
#[component]
pub fn Line(row: WorkRow, #[props(default)] with_meter: bool) -> Element {
    let shared = shared();
    let (role, locked) = (shared.role(), locked());
    let mut doing = use_signal(|| None::<WorkStep>);
    let (order, zone, language) = (row.order.clone(), row.time_zone, language());
    let now = (shared.now)();
    let is_overlong = order.progress().is_overlong(now);
    let who = order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let step = next(order.state).filter(|_| role == Some(Role::Technician));
    let may_swap = role == Some(Role::Technician) && is_replacement(&order);
    let may_cancel = role == Some(Role::Admin) && order.state.is_open();
    rsx! {
        li { class: "work-line", "data-work": "{order.id}", "data-state": order.state.as_str(),
            div { class: "grow stack", gap: "4px",
                Head { row: row.clone() }
                if with_meter {
                    p {
                        Link { class: "link", to: Route::Meter { id: order.meter }, "{row.serial}" }
                        span { class: "muted small", " · {row.address}" }
                    }
                }
                p { class: "small", {window(order.window(), now, zone, language)} " · {who}" }
                if !order.text.is_empty() {
                    p { class: "small lines", "{order.text}" }
                }
                for (key , at , by) in [("work-begun-at", order.begun_at, &order.begun_by), ("work-completed-at", order.completed_at, &order.completed_by)] {
                    if let Some(at) = at {
                        p { key: "{key}", class: "muted small", {tra(key, &[("time", format::moment(at, now, zone, language))])}
                            if !by.is_empty() {
                                " · {by}"
                            }
                        }
                    }
                }
                if is_overlong {
                    p { class: "small", {tr("work-overlong-next")} }
                }
                if may_swap {
                    SwapButton { meter: order.meter, serial: row.serial.clone(), order: Some(row.clone()) }
                }
                if let Some((step, key, icon)) = step {
                    button { class: "button primary big full", r#type: "button", disabled: locked, "data-step": key,
                        onclick: move |_| doing.set(Some(step)),
                        Icon { name: icon }
                        {tr(key)}
                    }
                }
                if may_cancel {
                    div { class: "row wrap edge tools",
                        Button { label: tr("work-cancel"), kind: "quiet", icon: "x", disabled: locked, onclick: move |_| doing.set(Some(WorkStep::Cancelled)) }
                    }
                }
            }
            match doing() {
                Some(WorkStep::Cancelled) => rsx! { Cancel { row: row.clone(), onclose: move |()| doing.set(None) } },
                Some(step) => rsx! { StepDialog { row: row.clone(), step, onclose: move |()| doing.set(None) } },
                None => rsx! {},
            }
        }
    }
}

/// What is to be done, how far it is, and what is odd about that.
#[component]
fn Head(row: WorkRow) -> Element {
    let (order, now) = (row.order, (shared().now)());
    let (tone, picture) = look(order.state);
    let is_late = order.state == WorkState::Scheduled && order.until < now;
    let is_overlong = order.progress().is_overlong(now);
    rsx! {
        div { class: "row wrap",
            strong { {title(order.work)} }
            StatusChip { tone, icon: picture, label: of_state(order.state), small: true }
            if is_overlong {
                StatusChip { tone: "danger", icon: "clock-alert", label: tr("work-overlong"), small: true }
            }
            if is_late {
                StatusChip { tone: "warn", icon: "clock-alert", label: tr("work-late"), small: true }
            }
            if row.waiting {
                StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
            }
        }
    }
}
