//! The receipt of a purchase as a file to print, for who paid at the counter: the same paper that customers make themselves.

use crate::bridge;
use crate::components::Button;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::sales::money::Purchase;
use protocol::sync::rows::StatementLine;
use protocol::ui::{AdminRequest, AdminResponse};

/// The button. `lines` are those by which money of the purchase went back: the paper has their reasons.
#[component]
pub fn Paper(purchase: Purchase, lines: Vec<StatementLine>, #[props(default = "quiet")] kind: &'static str) -> Element {
    let shared = shared();
    let act = use_act();
    let save = move |_| {
        act.send(AdminRequest::Receipt { purchase: Box::new(purchase.clone()), lines: lines.clone() }, move |answer| {
            let AdminResponse::Document(file) = answer else { return };
            spawn(async move {
                shared.toast(match bridge::save_base64(&file.name, &file.base64).await {
                    Some(place) => tra("receipt-saved", &[("place", place)]),
                    None => tr("receipt-not-saved"),
                });
            });
        });
    };
    rsx! {
        Button { label: tr("receipt-print"), icon: "receipt", kind, busy: act.is_busy(), onclick: save }
        if let Some(refused) = act.refused() {
            span { class: "error small", role: "alert", "{refused}" }
        }
    }
}
