//! One work order: what, when, by whom, how far, and what can be done about it.

use crate::components::shell::language;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::MeterView;
use crate::pages::maintenance::level::{Chips, PutOff};
use crate::pages::maintenance::order::steps::missing_of;
use crate::pages::maintenance::step::{Cancel, Deed, StepDialog};
use crate::pages::maintenance::words::{title, window};
use crate::pages::metering::meter::locked;
use crate::pages::metering::swap::{SwapButton, is_replacement};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::maintenance::work_order::WorkStage;
use domain::people::Role;
use protocol::ui::{Answer, Request, WorkRequest, WorkResponse, WorkRow};

/// What a technician does next: begins, goes on, or ends the work.
pub const fn next(stage: WorkStage) -> Option<(Deed, &'static str, &'static str)> {
    match stage {
        WorkStage::Scheduled | WorkStage::Assigned | WorkStage::Deferred => Some((Deed::Begin, "work-begin", "play")),
        WorkStage::OnHold => Some((Deed::Resume, "work-resume", "play")),
        WorkStage::InProgress => Some((Deed::Complete, "work-complete", "check")),
        WorkStage::Completed | WorkStage::Cancelled => None,
    }
}

/// A work order; with its meter and the way there where that is not the page's own.
#[component]
pub fn Line(row: WorkRow, #[props(default)] with_meter: bool) -> Element {
    let shared = shared();
    let (role, locked) = (shared.role(), locked());
    let mut doing = use_signal(|| None::<Deed>);
    let (order, zone, language) = (row.order.clone(), row.time_zone, language());
    let now = (shared.now)();
    let is_overlong = order.progress().is_overlong(now);
    let who = order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let deed = next(order.stage()).filter(|_| role == Some(Role::Technician));
    let may_swap = role == Some(Role::Technician) && is_replacement(&order);
    let may_cancel = role == Some(Role::Admin) && order.state.is_open();
    rsx! {
        li { class: "work-line", "data-work": "{order.id}", "data-state": order.state.as_str(), "data-stage": order.stage().as_str(),
            div { class: "grow stack", gap: "4px",
                div { class: "row wrap",
                    Link { class: "link", to: Route::WorkPage { id: order.id }, strong { {title(order.work)} } }
                    Chips { row: row.clone() }
                }
                if with_meter {
                    p {
                        if role == Some(Role::Admin) {
                            Link { class: "link", to: MeterView::address_of(order.meter), "{row.serial}" }
                        } else if row.serial.is_empty() {
                            // Another meter is in its place, or none, and this one is not on the device any more.
                            span { class: "muted", {tr("meter-gone")} }
                        } else {
                            Link { class: "link", to: Route::Meter { id: order.meter }, "{row.serial}" }
                        }
                        span { class: "muted small", " · {row.address}" }
                    }
                }
                p { class: "small", {window(order.window(), now, zone, language)} " · {who}" }
                if !order.text.is_empty() {
                    p { class: "small lines", "{order.text}" }
                }
                for (key , at , by) in [("work-begun-at", order.begun_at, &order.begun_by), ("work-completed-at", order.completed_at, &order.completed_by)] {
                    if let Some(at) = at {
                        p { key: "{key}", class: "muted small", {tra(key, &[("time", format::zoned_moment(at, now, zone, language))])}
                            if !by.is_empty() {
                                " · {by}"
                            }
                        }
                    }
                }
                PutOff { row: row.clone() }
                if is_overlong {
                    p { class: "small", {tr("work-overlong-next")} }
                }
                if may_swap {
                    SwapButton { meter: order.meter, serial: row.serial.clone(), order: Some(row.clone()) }
                }
                if let Some((deed, key, icon)) = deed {
                    button { class: "button primary big full", r#type: "button", disabled: locked, "data-step": key,
                        onclick: move |_| doing.set(Some(deed)),
                        Icon { name: icon }
                        {tr(key)}
                    }
                }
                if may_cancel {
                    div { class: "row wrap edge tools",
                        Button { label: tr("work-cancel"), kind: "quiet", icon: "x", disabled: locked, onclick: move |_| doing.set(Some(Deed::Cancel)) }
                    }
                }
            }
            match doing() {
                Some(Deed::Cancel) => rsx! { Cancel { row: row.clone(), onclose: move |()| doing.set(None) } },
                Some(deed) => rsx! { Doing { row: row.clone(), deed, onclose: move |()| doing.set(None) } },
                None => rsx! {},
            }
        }
    }
}

/// The question before a step, with what of the checklist is missing where the work ends.
#[component]
fn Doing(row: WorkRow, deed: Deed, onclose: EventHandler<()>) -> Element {
    let order = row.order.id;
    let load = use_answer(
        move || Request::WorkOf(WorkRequest::Order { order }),
        |answer| match answer {
            Answer::WorkOf(WorkResponse::Order(found)) => Some(found),
            _ => None,
        },
    );
    let missing = match &*load.read() {
        Load::Waiting if deed == Deed::Complete => return rsx! {},
        Load::Ready(Some(detail)) if deed == Deed::Complete => missing_of(detail),
        // What cannot be read stops nobody.
        _ => Vec::new(),
    };
    rsx! { StepDialog { row, deed, missing, onclose } }
}
