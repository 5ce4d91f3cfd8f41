//! The pages.

mod admin;
mod alerts;
mod billing;
mod core;
mod exports;
mod field;
mod imports;
mod maintenance;
mod maps;
mod metering;
mod people;
mod reports;
mod revenue;
mod sales;
mod summary;
mod sync;
mod tips;
mod valve;

pub use alerts::AlertsView;
pub use alerts::case::Case;
pub use alerts::list::Alerts;
pub use alerts::policy::CaseSettings;
pub use alerts::settings::AlertSettings;
pub use billing::history::History;
pub use billing::tariffs::Tariffs;
pub use core::audit::Audit;
pub use core::kit::Kit;
pub use field::map::FieldMap;
pub use field::scan::Scan;
pub use field::today::Today;
pub use imports::list::Imports;
pub use imports::page::ImportPage;
pub use maintenance::calendar::Maintenance;
pub use maintenance::feeds::WorkFeeds;
pub use maintenance::holidays::WorkHolidays;
pub use maintenance::leave::WorkLeave;
pub use maintenance::order::WorkPage;
pub use maintenance::review::WorkReview;
pub use maintenance::schedules::Schedules;
pub use maintenance::stock::WorkParts;
pub use maintenance::templates::WorkTemplates;
pub use maps::OfflineMaps;
pub use metering::fleet::{MeterView, Meters, OrderBatches};
pub use metering::home::Home;
pub use metering::meter::Meter;
pub use metering::properties::Properties;
pub use metering::usage::Usage;
pub use metering::zones::{ZoneBalance, Zones};
pub use people::account::Account;
pub use people::customers::{Batches, Customers, ListView as CustomersView};
pub use people::profile::keep_language;
pub use people::sign_in::{SignIn, set_preferences};
pub use people::users::Users;
pub use reports::Reports;
pub use revenue::Revenue;
pub use sales::buy::{Buy, BuyFor, Payment};
pub use sales::finance::{Finance, FinancePart, FinanceView};
pub use sales::utility::Utility;
pub use sales::vouchers::Vouchers;
pub use summary::Summary;
pub use sync::outbox::Outbox;
pub use tips::{TipPage, Tips};
pub use valve::supply::Supply;

use crate::components::{Card, Empty};
use crate::i18n::tr;
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;

/// `/`: leads to where the role begins.
#[component]
pub fn Start() -> Element {
    let shared = shared();
    let role = shared.role();
    use_effect(move || {
        if let Some(role) = role {
            navigator().replace(Route::start(role));
        }
    });
    rsx! {}
}

/// A page of another role.
#[component]
pub fn Denied() -> Element {
    rsx! {
        div { class: "page",
            Card {
                Empty { icon: "shield-alert", title: tr("denied-title"), next: tr("denied-next"),
                    Link { class: "button secondary", to: Route::Start {}, {tr("go-home")} }
                }
            }
        }
    }
}

/// An address that leads nowhere.
#[component]
pub fn NotFound(segments: Vec<String>) -> Element {
    rsx! {
        div { class: "page",
            Card {
                Empty { icon: "search", title: tr("not-found-title"), next: tr("not-found-next"),
                    p { class: "tiny muted", "/{segments.join(\"/\")}" }
                    Link { class: "button secondary", to: Route::Start {}, {tr("go-home")} }
                }
            }
        }
    }
}
