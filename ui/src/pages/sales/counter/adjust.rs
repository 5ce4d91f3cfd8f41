//! An adjustment: credit given or taken by hand, with a reason, after the question what it will change.

use crate::components::{Button, Dialog, Segmented};
use crate::i18n::tr;
use crate::pages::admin::ask::{is_away, request};
use crate::pages::admin::parts::{Confirm, Entry, Reason};
use crate::pages::admin::words::say;
use crate::pages::billing::tariffs::signed;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::parse_input::parse_rupiah;
use domain::{ConnectionId, Rupiah};
use protocol::sales::money::AdjustmentRequest;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// Which way.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Give,
    Take,
}

/// What a reason must have at least.
pub const SHORTEST_REASON: usize = 3;

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
pub fn Adjust(
    id: Uuid,
    connection: ConnectionId,
    balance: Rupiah,
    ondone: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let shared = shared();
    let mut way = use_signal(|| Way::Give);
    let mut amount = use_signal(String::new);
    let mut reason = use_signal(String::new);
    let mut wrong = use_signal(|| (false, false));
    let mut asking = use_signal(|| None::<Rupiah>);
    let mut refused = use_signal(|| None::<String>);
    let mut busy = use_signal(|| false);
    let ask = move |event: FormEvent| {
        event.prevent_default();
        let found = parse_rupiah(&amount.read()).filter(|amount| amount.0 > 0);
        let is_silent = reason.read().trim().chars().count() < SHORTEST_REASON;
        wrong.set((found.is_none(), is_silent));
        if let (Some(found), false) = (found, is_silent) {
            refused.set(None);
            asking.set(Some(if way() == Way::Give { found } else { Rupiah(-found.0) }));
        }
    };
    let go = move |()| {
        let Some(amount) = asking() else { return };
        let body = AdjustmentRequest { key: id, of: connection.0, amount, reason: reason.read().trim().to_owned() };
        busy.set(true);
        spawn(async move {
            match request(AdminRequest::Adjust(body)).await {
                Ok(AdminResponse::Balance(_)) => {
                    shared.toast(tr("money-adjusted"));
                    ondone.call(());
                    return onclose.call(());
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    rsx! {
        Dialog { title: tr("money-adjust"), onclose: move |()| if !busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: ask,
                Segmented { label: tr("money-way"), choices: vec![(Way::Give, tr("money-give")), (Way::Take, tr("money-take-away"))], chosen: way(), full: true,
                    onchoose: move |chosen| way.set(chosen) }
                Entry { id: "adjust-amount", label: tr("money-amount"), kind: "numeric", value: amount(), hint: tr("money-amount-hint"),
                    error: wrong().0.then(|| tr("wrong-rupiah")), oninput: move |text| amount.set(text) }
                Reason { id: "adjust-reason", value: reason(), error: wrong().1.then(|| tr("refused-reason")), oninput: move |text| reason.set(text) }
                div { class: "row wrap actions",
                    Button { label: tr("money-next"), kind: "primary", icon: "chevron-right", r#type: "submit", disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
        if let Some(amount) = asking() {
            Confirm { title: tr("money-adjust-title"), icon: "check", label: tr("money-adjust-yes"), busy: busy(), refused: refused(),
                rows: vec![(tr("money-reason"), reason.read().trim().to_owned()), (tr("money-amount"), signed(amount)),
                    (tr("money-balance-becomes"), format!("{balance} → {}", Rupiah(balance.0 + amount.0)))],
                note: tr("money-final-note"), onyes: go, onback: move |()| asking.set(None) }
        }
    }
}
