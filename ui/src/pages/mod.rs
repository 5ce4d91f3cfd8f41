//! The pages.

mod account;
mod audit;
mod balance;
mod buy;
mod customers;
mod devices;
mod history;
mod home;
mod kit;
mod meter;
mod office;
mod outbox;
mod places;
mod profile;
mod records;
mod sign_in;
mod today;
mod usage;

pub use account::Account;
pub use audit::Audit;
pub use buy::Buy;
pub use customers::Customers;
pub use devices::Devices;
pub use history::History;
pub use home::Home;
pub use kit::Kit;
pub use meter::Meter;
pub use office::{Tariffs, Vouchers};
pub use outbox::Outbox;
pub use sign_in::SignIn;
pub use today::Today;
pub use usage::Usage;

use crate::components::{Card, Empty};
use crate::i18n::tr;
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;

/// `/`: leads to where the role begins.
#[component]
pub fn Start() -> Element {
    let shared = shared();
    let role = shared.session.read().as_ref().and_then(|session| session.user.as_ref()).map(|user| user.role);
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
