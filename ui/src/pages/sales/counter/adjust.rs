//! An adjustment: credit given or taken by hand, with a reason, after the question what it will change.

use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Dialog, MoneyEntry, Segmented};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Confirm, Reason};
use crate::pages::billing::tariffs::signed;
use crate::pages::sales::counter::{Holder, Whose, is_silent};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::core::typed_money::AmountRange;
use domain::sales::payment::MOST_PURCHASE;
use protocol::sales::money::AdjustmentRequest;
use protocol::ui::AdminRequest;
use uuid::Uuid;

/// Which way.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Give,
    Take,
}

/// What can be given or taken at a time.
const RANGE: AmountRange = AmountRange::new(Rupiah(1), MOST_PURCHASE);

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
pub fn Adjust(id: Uuid, holder: Holder, balance: Rupiah, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut way = use_signal(|| Way::Give);
    let mut amount = use_signal(String::new);
    let mut reason = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let mut asking = use_signal(|| None::<Rupiah>);
    let connection = holder.connection.id;
    let ask = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let (Ok(found), false) = (RANGE.parse(&amount.read()), is_silent(&reason.read())) {
            act.forget();
            asking.set(Some(if way() == Way::Give { found } else { Rupiah(-found.0) }));
        }
    };
    let go = move |()| {
        let Some(amount) = asking() else { return };
        let body = AdjustmentRequest { key: id, of: connection.0, amount, reason: reason.read().trim().to_owned() };
        act.send(AdminRequest::Adjust(body), move |_| {
            shared.toast(tr("money-adjusted"));
            ondone.call(());
            onclose.call(());
        });
    };
    let no_reason = is_silent(&reason.read()).then(|| tr("refused-reason"));
    rsx! {
        Dialog { title: tr("money-adjust"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            Whose { holder: holder.clone() }
            form { class: "stack wide office-form", novalidate: true, onsubmit: ask,
                Summary { wrong: misses(tried(), [("adjust-amount", miss_amount(RANGE, &amount.read())), ("adjust-reason", no_reason.clone())]) }
                Segmented { label: tr("money-way"), choices: vec![(Way::Give, tr("money-give")), (Way::Take, tr("money-take-away"))], chosen: way(), full: true,
                    onchoose: move |chosen| way.set(chosen) }
                MoneyEntry { id: "adjust-amount", label: tr("money-amount"), value: amount(), range: RANGE, tried: tried(), oninput: move |text| amount.set(text) }
                Reason { id: "adjust-reason", value: reason(), error: no_reason.filter(|_| tried()),
                    oninput: move |text| reason.set(text) }
                div { class: "row wrap actions",
                    Button { label: tr("money-next"), kind: "primary", icon: "chevron-right", r#type: "submit", disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
        if let Some(amount) = asking() {
            Confirm { title: tr("money-adjust-title"), icon: "check", label: tr("money-adjust-yes"), busy: act.is_busy(), refused: act.refused(),
                rows: vec![holder.row(), (tr("money-reason"), reason.read().trim().to_owned()), (tr("money-amount"), signed(amount)),
                    (tr("money-balance-becomes"), format!("{balance} → {}", Rupiah(balance.0 + amount.0)))],
                note: tr("money-final-note"), onyes: go, onback: move |()| asking.set(None) }
        }
    }
}
