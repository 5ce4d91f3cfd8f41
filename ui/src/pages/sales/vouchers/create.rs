//! The form of a new campaign: one code or a series, what it gives, to whom, how often and how long; with an example before it is made.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::summary::Summary;
use crate::components::{Button, Dialog, Icon, MoneyEntry};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::customers_of::CustomersOf;
use crate::pages::admin::parts::{Choice, Confirm, DayEntry, Entry, Several};
use crate::pages::sales::vouchers::draft::{Codes, Draft, Kind, Misses};
use crate::pages::sales::vouchers::worst::{Warnings, in_short, of_new};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::billing::tariff::TariffClass;
use domain::core::typed_money::AmountRange;
use domain::people::Language;
use domain::sales::campaign::MOST;
use domain::sales::voucher::{Benefit, VoucherState};
use protocol::sales::admin::NewCampaign;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// A purchase that the example is about.
const EXAMPLE: Rupiah = Rupiah(100_000);

/// The dialog of a new campaign. Its identifier stays the same until it is made or left: pressed twice, it is made once.
#[component]
pub fn Create(onclose: EventHandler<()>, onmade: EventHandler<Uuid>) -> Element {
    let (shared, language) = (shared(), language());
    let draft = use_signal(|| Draft::new(bridge::new_id(), device_zone().day_of(bridge::now())));
    // What is missing is shown from the first attempt to save on.
    let mut tried = use_signal(|| false);
    let wrong = use_memo(move || match tried() {
        true => draft.read().read(language, device_zone()).err().unwrap_or_default(),
        false => Misses::default(),
    });
    let act = use_act();
    let mut asking = use_signal(|| None::<NewCampaign>);
    let ask = move |event: FormEvent| {
        event.prevent_default();
        act.forget();
        tried.set(true);
        asking.set(draft.read().read(language, device_zone()).ok());
    };
    let make = move |()| {
        let Some(new) = asking() else { return };
        act.send(AdminRequest::NewCampaign(Box::new(new)), move |answer| {
            if let AdminResponse::Campaign(made) = answer {
                shared.toast(tr("campaign-made"));
                onmade.call(made.campaign.id);
            }
        });
    };
    let misses = wrong
        .read()
        .0
        .iter()
        .map(|(field, word)| (format!("campaign-{field}"), tr(&format!("wrong-{word}"))))
        .collect::<Vec<_>>();
    rsx! {
        Dialog { title: tr("campaign-new"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: ask,
                Summary { wrong: misses }
                CodesPart { draft, wrong }
                Gives { draft, wrong }
                Limits { draft, wrong }
                ForWhom { draft, wrong }
                Example { draft, language }
                div { class: "row wrap actions",
                    Button { label: tr("campaign-look"), kind: "primary", icon: "chevron-right", r#type: "submit", disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
        if let Some(new) = asking() {
            Confirm { title: tr("campaign-make-title"), icon: "check", label: tr("campaign-make"), busy: act.is_busy(), refused: act.refused(),
                rows: of_new(&new), note: tr(if new.voucher.state == VoucherState::Active { "campaign-activate-note" } else { "campaign-draft-note" }),
                onyes: make, onback: move |()| asking.set(None),
                Warnings { codes: new.codes.codes().count(), voucher: new.voucher.clone() } }
        }
    }
}

fn error(wrong: Memo<Misses>, field: &str) -> Option<String> {
    wrong.read().0.get(field).map(|word| tr(&format!("wrong-{word}")))
}

#[component]
fn CodesPart(draft: Signal<Draft>, wrong: Memo<Misses>) -> Element {
    let now = draft();
    let choices = vec![(Codes::One, tr("campaign-one")), (Codes::Series, tr("campaign-series"))];
    let states = vec![(VoucherState::Active, tr("campaign-begin-active")), (VoucherState::Draft, tr("campaign-begin-draft"))];
    rsx! {
        Choice { label: tr("campaign-codes-kind"), choices, chosen: now.codes, onchoose: move |codes| draft.with_mut(|draft| draft.choose_codes(codes)) }
        Entry { id: "campaign-name", label: tr("campaign-name"), value: now.name, hint: tr(if now.codes == Codes::One { "campaign-name-hint" } else { "campaign-name-series-hint" }), error: error(wrong, "name"),
            oninput: move |text| draft.with_mut(|draft| draft.name = text) }
        if now.codes == Codes::One {
            Entry { id: "campaign-code", label: tr("campaign-code"), value: now.code, hint: tr("campaign-code-hint"), error: error(wrong, "code"),
                oninput: move |text: String| draft.with_mut(|draft| draft.code = text.to_uppercase()) }
        } else {
            div { class: "form-grid",
                Entry { id: "campaign-count", label: tr("campaign-count"), kind: "numeric", value: now.count, error: error(wrong, "count"),
                    oninput: move |text| draft.with_mut(|draft| draft.count = text) }
                Entry { id: "campaign-prefix", label: tr("campaign-prefix"), value: now.prefix, hint: tr("campaign-prefix-hint"), error: error(wrong, "prefix"),
                    oninput: move |text: String| draft.with_mut(|draft| draft.prefix = text.to_uppercase()) }
            }
        }
        Choice { label: tr("campaign-begin"), choices: states, chosen: now.state, onchoose: move |state| draft.with_mut(|draft| draft.state = state) }
    }
}

#[component]
fn Gives(draft: Signal<Draft>, wrong: Memo<Misses>) -> Element {
    let now = draft();
    let choices = vec![
        (Kind::Percentage, tr("campaign-percentage")),
        (Kind::Fixed, tr("campaign-fixed")),
        (Kind::Bonus, tr("campaign-bonus-kind")),
    ];
    let (unit, hint) = match now.kind {
        Kind::Percentage => ("%", "campaign-percentage-hint"),
        Kind::Fixed | Kind::Bonus => ("m³", "campaign-bonus-hint"),
    };
    let tried = !wrong.read().0.is_empty();
    let (some, any) = (AmountRange::new(Rupiah(1), MOST), AmountRange::new(Rupiah(0), MOST));
    rsx! {
        Choice { label: tr("campaign-gives"), choices, chosen: now.kind, onchoose: move |kind| draft.with_mut(|draft| draft.kind = kind) }
        div { class: "form-grid",
            if now.kind == Kind::Fixed {
                MoneyEntry { id: "campaign-value", label: tr("campaign-value"), value: now.value, range: some, tried, error: error(wrong, "value"),
                    oninput: move |text| draft.with_mut(|draft| draft.value = text) }
            } else {
                Entry { id: "campaign-value", label: tr("campaign-value"), kind: "decimal", value: now.value, unit, hint: tr(hint), error: error(wrong, "value"),
                    oninput: move |text| draft.with_mut(|draft| draft.value = text) }
            }
            MoneyEntry { id: "campaign-minimum_purchase", label: tr("campaign-minimum"), value: now.minimum, range: any, optional: true, tried,
                hint: tr("campaign-optional"), error: error(wrong, "minimum_purchase"),
                oninput: move |text| draft.with_mut(|draft| draft.minimum = text) }
            MoneyEntry { id: "campaign-maximum_discount", label: tr("campaign-most"), value: now.most, range: some, optional: true, tried,
                hint: tr("campaign-optional"), error: error(wrong, "maximum_discount"),
                oninput: move |text| draft.with_mut(|draft| draft.most = text) }
        }
    }
}

#[component]
fn Limits(draft: Signal<Draft>, wrong: Memo<Misses>) -> Element {
    let now = draft();
    rsx! {
        div { class: "form-grid",
            Entry { id: "campaign-total_limit", label: tr("campaign-total-limit"), kind: "numeric", value: now.total, hint: tr("campaign-unlimited-hint"),
                error: error(wrong, "total_limit"), oninput: move |text| draft.with_mut(|draft| draft.total = text) }
            Entry { id: "campaign-customer_limit", label: tr("campaign-customer-limit"), kind: "numeric", value: now.each, hint: tr("campaign-unlimited-hint"),
                error: error(wrong, "customer_limit"), oninput: move |text| draft.with_mut(|draft| draft.each = text) }
        }
        div { class: "form-grid",
            DayEntry { id: "campaign-validity", label: tr("campaign-from"), value: now.from, error: error(wrong, "validity"),
                onchoose: move |day| draft.with_mut(|draft| draft.from = day) }
            DayEntry { id: "campaign-until", label: tr("campaign-last-day"), value: now.until, first: now.from,
                onchoose: move |day| draft.with_mut(|draft| draft.until = day) }
        }
    }
}

#[component]
fn ForWhom(draft: Signal<Draft>, wrong: Memo<Misses>) -> Element {
    let now = draft();
    let classes = TariffClass::ALL.map(|class| (class.as_str().to_owned(), tr(&format!("class-{}", class.as_str())))).to_vec();
    rsx! {
        Several { label: tr("campaign-classes-hint"), choices: classes, chosen: now.classes.clone(),
            onchange: move |classes| draft.with_mut(|draft| draft.classes = classes) }
        CustomersOf { id: "campaign-customers", label: tr("campaign-customers"), hint: tr("campaign-customers-hint"), chosen: now.customers,
            error: error(wrong, "customers"), onchange: move |customers| draft.with_mut(|draft| draft.customers = customers) }
    }
}

/// What a purchase would come to, so that a slip of the finger is noticed before it costs anything.
#[component]
fn Example(draft: Signal<Draft>, language: Language) -> Element {
    let now = draft();
    let Ok(new) = now.read(language, device_zone()) else { return rsx! {} };
    let amount = EXAMPLE.max(new.voucher.minimum_purchase);
    let most = new.voucher.maximum_discount.unwrap_or(amount);
    let text = match new.voucher.benefit {
        Benefit::Percentage(per_mille) => {
            let off = Rupiah(amount.0 * per_mille / 1_000).min(most);
            tra(
                "campaign-example",
                &[("amount", amount.to_string()), ("off", off.to_string()), ("pays", Rupiah(amount.0 - off.0).to_string())],
            )
        }
        Benefit::FixedAmount(off) => {
            let off = off.min(most).min(amount);
            tra(
                "campaign-example",
                &[("amount", amount.to_string()), ("off", off.to_string()), ("pays", Rupiah(amount.0 - off.0).to_string())],
            )
        }
        Benefit::BonusVolume(volume) => tra(
            "campaign-example-bonus",
            &[("amount", amount.to_string()), ("volume", crate::format::exact_volume(volume, language))],
        ),
    };
    rsx! {
        div { class: "banner", role: "status", Icon { name: "info" }
            div { class: "small", p { "{text}" } p { class: "number", "data-worst": "true", {in_short(&new.voucher, new.codes.codes().count())} } }
        }
        Warnings { codes: new.codes.codes().count(), voucher: new.voucher.clone() }
    }
}
