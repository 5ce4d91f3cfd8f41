//! How much emergency credit is lent between two purchases, if any.

use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Card, Dialog, MoneyEntry};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::Refused;
use crate::pages::valve::supply::Following;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::core::typed_groups::bare;
use domain::core::typed_money::AmountRange;
use domain::valve::policy::{LEAST_LENT, MOST_LENT};
use protocol::valve::policy::{PolicySetting, ValvePolicy};

/// Suggested where nothing is lent yet.
const USUAL: Rupiah = Rupiah(10_000);

/// The card.
#[component]
pub fn Lending(policy: ValvePolicy, server: ServerView<ValvePolicy>) -> Element {
    let mut editing = use_signal(|| None::<(Following, Rupiah)>);
    let lent = policy.emergency_credit;
    let text = match lent {
        Rupiah(0) => tr("supply-lends-nothing"),
        lent => tra("supply-lends", &[("amount", lent.to_string())]),
    };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {tr("supply-lending")} }
                Button { label: tr("supply-lending-change"), kind: "quiet", icon: "pencil", disabled: is_away(),
                    onclick: move |_| editing.set(Some((Following::of(&policy), lent))) }
            }
            p { "data-lent": "{lent.0}", "{text}" }
        }
        if let Some((following, before)) = editing() {
            Edit { following, before, server, onclose: move |()| {
                editing.set(None);
                server.again();
            } }
        }
    }
}

#[component]
fn Edit(following: Following, before: Rupiah, server: ServerView<ValvePolicy>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let mut lends = use_signal(|| before > Rupiah(0));
    let mut amount = use_signal(|| bare(if before > Rupiah(0) { before } else { USUAL }));
    let mut tried = use_signal(|| false);
    let range = AmountRange::new(LEAST_LENT, MOST_LENT);
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let found = if lends() { range.parse(&amount.read()).ok() } else { Some(Rupiah(0)) };
        if let Some(amount) = found {
            following.send(act, PolicySetting::EmergencyCredit { amount }, server, onclose);
        }
    };
    rsx! {
        Dialog { title: tr("supply-lending-change"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                label { class: "tick row",
                    input { id: "supply-lends", r#type: "checkbox", checked: lends(), onchange: move |event| lends.set(event.checked()) }
                    {tr("supply-lends-tick")}
                }
                if lends() {
                    Summary { wrong: misses(tried(), [("supply-amount", miss_amount(range, &amount.read()))]) }
                    MoneyEntry { id: "supply-amount", label: tr("supply-amount"), value: amount(), range, tried: tried(), oninput: move |text| amount.set(text) }
                }
                p { class: "muted small", {tr("supply-lending-note")} }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("supply-save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
