//! What a schedule would do, as the server says it: its next days with where their work goes, its meters and its orders. Asked again a moment after
//! the last key.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{is_away, request};
use crate::pages::admin::words::say;
use crate::pages::maintenance::schedules::words::due;
use dioxus::prelude::*;
use domain::maintenance::schedule::plan::{Plan, Wrong};
use gloo_timers::future::TimeoutFuture;
use protocol::Problem;
use protocol::maintenance::schedules::{PreviewDay, SchedulePreview, SchedulePreviewRequest};
use protocol::ui::{AdminRequest, AdminResponse, MaintenanceRequest, MaintenanceResponse};

/// Milliseconds after the last key.
const PAUSE_MS: u32 = 350;

/// The preview.
#[component]
pub fn Preview(plan: Memo<Plan>) -> Element {
    let away = use_memo(is_away);
    let mut shown = use_signal(|| None::<Result<SchedulePreview, Problem>>);
    use_resource(move || {
        let plan = plan.read().clone();
        let can_be_asked = !away() && plan.faults().iter().all(|wrong| *wrong == Wrong::Name);
        async move {
            if !can_be_asked {
                return shown.set(None);
            }
            TimeoutFuture::new(PAUSE_MS).await;
            let asked = MaintenanceRequest::PreviewSchedule(Box::new(SchedulePreviewRequest { plan }));
            match request(AdminRequest::Maintenance(asked)).await {
                Ok(AdminResponse::Maintenance(response)) => {
                    if let MaintenanceResponse::Preview(preview) = *response {
                        shown.set(Some(Ok(preview)));
                    }
                }
                Ok(_) => {}
                Err(problem) => shown.set(Some(Err(problem))),
            }
        }
    });
    let found = shown.read().clone();
    rsx! {
        section { class: "stack preview", "aria-live": "polite", "data-preview": "true",
            h3 { {tr("schedule-preview")} }
            match found {
                None if away() => rsx! { p { class: "muted small row", Icon { name: "cloud-off", size: "s" } {tr("schedule-preview-away")} } },
                None => rsx! { p { class: "muted small", {tr("schedule-preview-none")} } },
                Some(Err(problem)) => rsx! { p { class: "error-text", Icon { name: "circle-alert", size: "s" } {say(&problem)} } },
                Some(Ok(preview)) => rsx! { Found { preview } },
            }
        }
    }
}

#[component]
fn Found(preview: SchedulePreview) -> Element {
    let language = language();
    let whole = |n: u32| format::whole(i64::from(n), language);
    let meters = tra("schedule-meters", &[("n", whole(preview.meters))]);
    let orders =
        preview.orders.map_or_else(|| tr("schedule-orders-later"), |orders| tra("schedule-orders", &[("n", whole(orders))]));
    let years: Vec<String> = preview.uncertain_years.iter().map(ToString::to_string).collect();
    rsx! {
        p { class: "small", "{meters} · {orders}" }
        if !preview.days.is_empty() {
            ol { class: "preview-days",
                for day in preview.days.iter().cloned() {
                    Day { key: "{day.due.rule_day.0}", day }
                }
            }
        }
        if !years.is_empty() && !preview.days.is_empty() {
            p { class: "small row warn-text", Icon { name: "triangle-alert", size: "s" } {tra("schedule-uncertain", &[("years", years.join(", "))])} }
        }
    }
}

#[component]
fn Day(day: PreviewDay) -> Element {
    let PreviewDay { due: of, holiday } = day;
    let is_moved = of.day != Some(of.rule_day);
    let why = if !holiday.is_empty() {
        holiday
    } else if is_moved && of.rule_day.weekday() == 6 {
        tr("schedule-sunday")
    } else {
        String::new()
    };
    rsx! {
        li { class: if is_moved { "small moved" } else { "small" }, "data-rule-day": "{of.rule_day.0}",
            {due(of, language())}
            if !why.is_empty() {
                span { class: "muted", " · {why}" }
            }
        }
    }
}
