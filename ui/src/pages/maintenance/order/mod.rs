//! One work order, at its own address: where it is and whom to call, its checklist and what was recorded, and what its technician does next; for admins
//! the same to read, and to plan. All of it is this device's own and needs no network.

mod acts;
mod add;
mod adding;
mod answer;
mod manage;
mod photo;
mod reading;
mod records;
pub mod said;
mod sign;
pub mod steps;
mod van;

use crate::bridge;
use crate::components::shell::{SyncMark, language};
use crate::components::{Card, Dialog, Empty, Failed, Icon, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::MeterView;
use crate::pages::maintenance::level::{Chips, Levels, PutOff};
use crate::pages::maintenance::step::{Deed, DeferDialog, StepDialog};
use crate::pages::maintenance::words::{of_priority, title, window};
use crate::pages::metering::meter::Reach;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use acts::Acts;
use add::{CostForm, Recording};
use dioxus::prelude::*;
use domain::WorkOrderId;
use domain::maintenance::template::{StepKind, StepNo};
use domain::people::Role;
use domain::people::permission::{Permission, allows};
use manage::Manage;
use protocol::ui::{Answer, Request, WorkDetail, WorkRequest, WorkResponse};
use records::Records;
use steps::{StepLine, Steps, lines, missing_of, template_of};

/// Something that is to be recorded: for which step, how that is called and what it asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// For which step; none: for none in particular.
    pub step: Option<StepNo>,
    /// What it is called.
    pub label: String,
    /// What is recorded.
    pub what: StepKind,
}

/// What is being done on the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Doing {
    /// The work begins, goes on, is held or done.
    Deed(Deed),
    /// It is put off.
    Defer,
    /// Something is recorded.
    Record(Asked),
    /// A cost is.
    Cost,
}

/// The page. Another order is another page: nothing that was typed for one is left for the next.
#[component]
pub fn WorkPage(id: WorkOrderId) -> Element {
    rsx! {
        // A key is looked at among siblings only: this is a list of one.
        for id in [id] {
            Order { key: "{id}", id }
        }
    }
}

#[component]
fn Order(id: WorkOrderId) -> Element {
    let load = use_answer(
        move || Request::WorkOf(WorkRequest::Order { order: id }),
        |answer| match answer {
            Answer::WorkOf(WorkResponse::Order(found)) => Some(found),
            _ => None,
        },
    );
    let back = if shared().role() == Some(Role::Admin) { Route::Maintenance {} } else { Route::Today {} };
    rsx! {
        div { class: "page work-page",
            header { class: "page-head",
                div { class: "row edge",
                    a { class: "button quiet icon-only", href: "#{back}", "aria-label": tr("back"),
                        // The list is come back to as it was; without one before, it is opened.
                        onclick: move |event: MouseEvent| if bridge::go_back() { event.prevent_default() },
                        Icon { name: "chevron-left" }
                    }
                    h1 {
                        match &*load.read() {
                            Load::Ready(Some(detail)) => title(detail.row.order.work),
                            _ => tr("work-title"),
                        }
                    }
                }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![200, 56, 240] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(None) => rsx! { Card { Empty { icon: "calendar-clock", title: tr("work-gone"), next: tr("work-gone-next"),
                    Link { class: "button secondary", to: back.clone(), {tr("back")} }
                } } },
                Load::Ready(Some(detail)) => rsx! { Content { detail: (**detail).clone() } },
            }
        }
    }
}

#[component]
fn Content(detail: WorkDetail) -> Element {
    let role = shared().role();
    let is_doer = role == Some(Role::Technician);
    let may_plan = role.is_some_and(|role| allows(role, Permission::ManageWork));
    let doing = use_signal(|| None::<Doing>);
    let template = template_of(&detail);
    let steps: Vec<StepLine> = template.as_ref().map(|template| lines(template, &detail.records)).unwrap_or_default();
    rsx! {
        div { class: "meter-page", "data-work-page": "{detail.row.order.id}", "data-stage": detail.row.order.stage().as_str(),
            div { class: "stack wide",
                About { detail: detail.clone() }
                if is_doer {
                    Acts { row: detail.row.clone(), steps: steps.clone(), records: detail.records.clone(), doing }
                }
                if may_plan {
                    Manage { row: detail.row.clone() }
                }
            }
            div { class: "stack wide",
                Steps { known: template.is_some(), steps, row: detail.row.clone(), is_doer, doing }
                Records { records: detail.records.clone(), template, row: detail.row.clone() }
            }
        }
        Over { detail: detail.clone(), doing }
    }
}

/// The dialog of what is done, if one is open.
#[component]
fn Over(detail: WorkDetail, doing: Signal<Option<Doing>>) -> Element {
    let mut doing = doing;
    let wide = (shared().wide)();
    let missing = missing_of(&detail);
    let row = detail.row;
    let close = move |()| doing.set(None);
    match doing() {
        None => rsx! {},
        Some(Doing::Deed(deed)) => {
            let missing = if deed == Deed::Complete { missing } else { Vec::new() };
            rsx! { StepDialog { row, deed, missing, onclose: close } }
        }
        Some(Doing::Defer) => rsx! { DeferDialog { row, onclose: close } },
        Some(Doing::Record(asked)) => rsx! {
            Dialog { title: asked.label.clone(), sheet: !wide, of: "record", onclose: close,
                Recording { row, asked, onclose: close }
            }
        },
        Some(Doing::Cost) => rsx! {
            Dialog { title: tr("work-cost"), sheet: !wide, of: "record", onclose: close,
                CostForm { row, onclose: close }
            }
        },
    }
}

/// Where it is, when, how pressing, and how it stands.
#[component]
fn About(detail: WorkDetail) -> Element {
    let shared = shared();
    let (now, language) = ((shared.now)(), language());
    let (row, order) = (&detail.row, &detail.row.order);
    let who = order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let is_others = shared.role() == Some(Role::Technician)
        && order.technician.as_ref().is_some_and(|person| shared.user().is_some_and(|(id, _)| id != person.id));
    let is_admin = shared.role() == Some(Role::Admin);
    rsx! {
        Card { class: "wide work-about",
            div { class: "row wrap", Chips { row: row.clone() } }
            p { class: "number", "{row.address}" }
            p { class: "small",
                if is_admin {
                    Link { class: "link", to: MeterView::address_of(order.meter), "{row.serial}" }
                } else if row.serial.is_empty() {
                    // Another meter is in its place, or none, and this one is not on the device any more.
                    span { class: "muted", {tr("meter-gone")} }
                } else {
                    Link { class: "link", to: Route::Meter { id: order.meter }, "{row.serial}" }
                }
                if !detail.customer.is_empty() {
                    span { class: "muted", " · {detail.customer}" }
                }
            }
            p { class: "small", {window(order.window(), now, row.time_zone, language)} " · {who}"
                if let Some(minutes) = order.minutes {
                    span { class: "muted", " · " {tra("work-minutes", &[("n", minutes.to_string())])} }
                }
            }
            p { class: "small muted", {tra("work-priority-of", &[("priority", of_priority(order.priority))])} " · " {tra("work-by", &[("name", order.author.clone())])} }
            if !order.text.is_empty() {
                p { class: "lines", "{order.text}" }
            }
            PutOff { row: row.clone() }
            if is_others {
                div { class: "banner warn", Icon { name: "triangle-alert" } p { class: "small", {tra("work-of-others", &[("name", who.clone())])} } }
            }
            Levels { row: row.clone() }
            Reach { phone: detail.phone.clone(), address: row.address.clone() }
        }
    }
}
