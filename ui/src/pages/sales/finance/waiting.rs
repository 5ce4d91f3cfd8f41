//! Purchases of the utility that wait for their payment, each with whose it is and how long it can be paid still.

use crate::components::shell::{device_zone, language};
use crate::components::{Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money::method;
use crate::pages::CustomersView;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::sales::review::WaitingPurchase;

/// The purchases, those first whose time ends first.
#[component]
pub fn Waiting(purchases: Vec<WaitingPurchase>) -> Element {
    let (now, language) = ((shared().now)(), language());
    if purchases.is_empty() {
        return rsx! { p { class: "muted small", {tr("finance-waiting-none")} } };
    }
    rsx! {
        Card {
            ul { class: "list", "aria-label": tr("finance-waiting"),
                for purchase in purchases {
                    li { key: "{purchase.id}", "data-waiting": "{purchase.id}",
                        div { class: "grow",
                            Link { class: "link", to: CustomersView::address_of(purchase.customer), "{purchase.whose}" }
                            p { class: "muted small",
                                {method(purchase.method.as_deref(), "gateway")}
                                " · "
                                {tra("finance-waiting-until", &[("time", format::zoned_moment(purchase.expires_at, now, device_zone(), language))])}
                            }
                        }
                        span { class: "number nowrap", "{purchase.to_pay}" }
                        Icon { name: "hourglass", size: "s" }
                    }
                }
            }
        }
    }
}
