//! The page: what is open, what was, and for admins the delivery queue. What is open and what was is a column of sections.

use crate::components::address::use_kept;
use crate::components::shell::SyncMark;
use crate::components::{Icon, Segmented};
use crate::i18n::tr;
use crate::pages::alerts::cases::CaseList;
use crate::pages::alerts::inbox::Inbox;
use crate::pages::alerts::queue::Queue;
use crate::pages::alerts::view::{AlertsView, Part};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::permission::{Permission, allows};

/// Peringatan.
#[component]
pub fn Alerts() -> Element {
    let shared = shared();
    let mut view = use_kept::<AlertsView>();
    let role = shared.role();
    let may_manage = role.is_some_and(|role| allows(role, Permission::ManageAlerts));
    let mut parts = vec![Part::Open, Part::History];
    parts.extend(may_manage.then_some(Part::Queue));
    let part = Some(view.read().part).filter(|part| parts.contains(part)).unwrap_or_default();
    let choices: Vec<_> = parts.into_iter().map(|part| (part, tr(&format!("alerts-part-{}", part.word())))).collect();
    rsx! {
        div { class: "page narrow alerts",
            header { class: "page-head row wrap",
                h1 { class: "grow", {tr("nav-alerts")} }
                Link { class: "button quiet", to: Route::AlertSettings {}, Icon { name: "settings" } {tr("alerts-settings")} }
                span { class: "only-phone", SyncMark {} }
            }
            Segmented { label: tr("alerts-parts"), choices, chosen: part, full: true,
                onchoose: move |part| view.with_mut(|view| view.part = part) }
            match part {
                Part::Queue => rsx! { Queue {} },
                Part::Open | Part::History => rsx! {
                    div { class: "stack wide", "data-part": part.word(),
                        CaseList { view }
                        Inbox { view }
                    }
                },
            }
        }
    }
}
