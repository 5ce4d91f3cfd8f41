//! A refund by bank transfer that waits for a second admin.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Reason, Refused, Sums};
use crate::pages::sales::counter::is_silent;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::sales::review::{BankRefund, BankRefundDecision};
use protocol::ui::AdminRequest;
use uuid::Uuid;

/// The refund, with what can be done about it. Who recorded it cannot approve it.
#[component]
pub fn BankRefundCard(refund: BankRefund, ondone: EventHandler<()>) -> Element {
    let shared = shared();
    let (now, language) = ((shared.now)(), language());
    let mut deciding = use_signal(|| None::<(Uuid, bool)>);
    let me = shared.session.read().as_ref().and_then(|session| session.user.as_ref()).map(|user| user.id);
    let is_own = me == Some(refund.asked_by);
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-bank-refund": "{refund.reference}",
                p { class: "number", "{refund.whose}" }
                span { class: "muted tiny", {format::zoned_moment(refund.asked_at, now, device_zone(), language)} }
            }
            Sums { rows: vec![
                (tr("bank-reference"), refund.reference.clone()), (tr("bank-recipient"), refund.recipient.clone()),
                (tr("money-reason"), refund.reason.clone()), (tr("bank-asked-by"), refund.asked_by_name.clone()),
                (tr("money-refund-amount"), refund.amount.to_string()),
            ] }
            if is_own {
                p { class: "muted small row", Icon { name: "hourglass", size: "s" } {tr("bank-own")} }
            } else {
                div { class: "row wrap actions",
                    Button { label: tr("bank-approve"), kind: "primary", icon: "check", disabled: is_away(),
                        onclick: move |_| deciding.set(Some((bridge::new_id(), true))) }
                    Button { label: tr("bank-reject"), kind: "danger", icon: "x", disabled: is_away(),
                        onclick: move |_| deciding.set(Some((bridge::new_id(), false))) }
                }
            }
        }
        if let Some((key, approve)) = deciding() {
            Decide { key: "{key}", id: key, refund: refund.clone(), approve, ondone, onclose: move |()| deciding.set(None) }
        }
    }
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
fn Decide(id: Uuid, refund: BankRefund, approve: bool, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let of = refund.id;
    let mut note = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_silent(&note.read()) {
            return;
        }
        let body = BankRefundDecision { key: id, of, approve, note: note.read().trim().to_owned() };
        act.send(AdminRequest::DecideBankRefund(body), move |_| {
            shared.toast(tr(if approve { "bank-approved" } else { "bank-rejected" }));
            ondone.call(());
            onclose.call(());
        });
    };
    let kind = if approve { "primary" } else { "danger" };
    let no_reason = is_silent(&note.read()).then(|| tr("refused-reason"));
    let lead = if approve { "bank-approve-lead" } else { "bank-reject-lead" };
    rsx! {
        Dialog { title: tr(if approve { "bank-approve-title" } else { "bank-reject-title" }), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "number", "data-whose": "{refund.whose}", "{refund.whose}" }
            p { class: "muted small", {tra(lead, &[("amount", refund.amount.to_string()), ("reference", refund.reference.clone())])} }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("bank-reason", no_reason.clone())]) }
                Reason { id: "bank-reason", value: note(), hint: tr("office-reason-hint"), error: no_reason.filter(|_| tried()),
                    oninput: move |text| note.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr(if approve { "bank-approve" } else { "bank-reject" }), kind,
                        icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
