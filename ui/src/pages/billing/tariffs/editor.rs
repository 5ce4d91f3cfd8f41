//! The form of a version: blocks, mode, fee, minimum, tax, what is free, and its first day; with what it would cost beside what it costs now.

use crate::bridge;
use crate::components::shell::language;
use crate::components::{Button, Dialog, Icon, MoneyEntry};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{is_away, request};
use crate::pages::admin::parts::{Choice, Confirm, DayEntry, Entry, Summary};
use crate::pages::admin::words::say;
use crate::pages::billing::tariffs::draft::{Draft, Misses, Step};
use crate::pages::billing::tariffs::preview::Preview;
use crate::pages::billing::tariffs::version::mode;
use crate::state::shared;
use dioxus::prelude::*;
use domain::billing::tariff::preview::{DEAREST, MOST_BLOCKS, bill};
use domain::billing::tariff::{BlockMode, TariffVersion, version_on};
use domain::core::typed_money::AmountRange;
use domain::people::Language;
use domain::sales::payment::MOST_PURCHASE;
use domain::{LocalDay, Millilitres, Rupiah};
use protocol::sales::admin::{NewTariff, Tariffs};
use protocol::ui::{AdminRequest, AdminResponse};

/// What a price or a fee can be.
const PRICE: AmountRange = AmountRange::new(Rupiah(0), DEAREST);
/// What the least purchase can be.
const MINIMUM: AmountRange = AmountRange::new(Rupiah(1), MOST_PURCHASE);

/// The version that would hold without one that begins on a day.
fn before(all: &Tariffs, draft: &Draft, start: LocalDay) -> Option<TariffVersion> {
    let of_class: Vec<TariffVersion> =
        all.versions.iter().map(|row| row.version.clone()).filter(|version| version.class == draft.class).collect();
    version_on(&of_class, start.plus(-1)).cloned()
}

/// The dialog of a version. Its identifier stays the same until it is made or left: pressed twice, it is made once.
#[component]
pub fn Editor(draft: Draft, all: Tariffs, onclose: EventHandler<()>, onmade: EventHandler<Tariffs>) -> Element {
    let (shared, language) = (shared(), language());
    let id = use_hook(bridge::new_id);
    let typed = use_signal(|| draft);
    let mut asking = use_signal(|| None::<TariffVersion>);
    let mut refused = use_signal(|| None::<String>);
    let mut busy = use_signal(|| false);
    let today = all.today;
    let mut tried = use_signal(|| false);
    let wrong = use_memo(move || match tried() {
        true => typed.read().read(language, today).err().unwrap_or_default(),
        false => Misses::new(),
    });
    let ask = move |event: FormEvent| {
        event.prevent_default();
        refused.set(None);
        tried.set(true);
        if let Ok(version) = typed.read().read(language, today) {
            asking.set(Some(version));
        }
    };
    let make = move |()| {
        let Some(version) = asking() else { return };
        busy.set(true);
        spawn(async move {
            match request(AdminRequest::NewTariff(Box::new(NewTariff { id, version }))).await {
                Ok(AdminResponse::Tariffs(all)) => {
                    shared.toast(tr("tariff-made"));
                    return onmade.call(all);
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    let misses =
        wrong.read().iter().map(|(field, word)| (format!("tariff-{field}"), tr(&format!("wrong-{word}")))).collect::<Vec<_>>();
    let class = tr(&format!("class-{}", typed.read().class.as_str()));
    let preview = typed.read().read(language, today).ok();
    let old = preview.as_ref().and_then(|version| before(&all, &typed.read(), version.effective_from));
    rsx! {
        Dialog { title: tra("tariff-edit-title", &[("class", class.clone())]), onclose: move |()| onclose.call(()),
            form { class: "stack wide office-form", novalidate: true, onsubmit: ask,
                Summary { wrong: misses }
                Steps { draft: typed, wrong }
                Rest { draft: typed, wrong, today }
                if let Some(new) = preview.clone() {
                    Preview { old: old.clone(), new }
                } else {
                    p { class: "muted small row", Icon { name: "info", size: "s" } {tr("tariff-preview-none")} }
                }
                div { class: "row wrap actions",
                    Button { label: tr("tariff-save"), kind: "primary", icon: "check", r#type: "submit", disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
        if let Some(version) = asking() {
            Confirm { title: tr("tariff-confirm-title"), icon: "check", label: tr("tariff-save"), busy: busy(), refused: refused(),
                rows: changes(&class, &version, old.as_ref(), language), note: tr("tariff-confirm-note"), onyes: make, onback: move |()| asking.set(None) }
        }
    }
}

/// What will change, for the question before it.
fn changes(class: &str, version: &TariffVersion, old: Option<&TariffVersion>, language: Language) -> Vec<(String, String)> {
    let example = |version: &TariffVersion| bill(version, Millilitres::cubic_metres(18)).total();
    let before = old.map_or("–".to_owned(), |old| example(old).to_string());
    vec![
        (tr("tariff-class"), class.to_owned()),
        (tr("tariff-first-day"), format::date(version.effective_from, language)),
        (tr("tariff-typical"), format!("{before} → {}", example(version))),
    ]
}

fn error(wrong: Memo<Misses>, field: &str) -> Option<String> {
    wrong.read().get(field).map(|word| tr(&format!("wrong-{word}")))
}

#[component]
fn Steps(draft: Signal<Draft>, wrong: Memo<Misses>) -> Element {
    let now = draft();
    let modes = [BlockMode::Marginal, BlockMode::WholeVolume, BlockMode::Flat]
        .map(|one| (one, tr(&format!("tariff-mode-name-{}", mode(one)))));
    let is_flat = now.mode == BlockMode::Flat;
    let skipped = if is_flat { now.steps.len() - 1 } else { 0 };
    let last = now.steps.len() - 1;
    rsx! {
        Choice { label: tr("tariff-mode"), choices: modes.to_vec(), chosen: now.mode, onchoose: move |mode| draft.with_mut(|draft| draft.mode = mode) }
        p { class: "muted small", {tr(&format!("tariff-mode-{}", mode(now.mode)))} }
        div { class: "blocks",
            for (at , step) in now.steps.iter().cloned().enumerate().skip(skipped) {
                div { key: "{at}", class: if is_flat { "block-row flat" } else { "block-row" },
                    if !is_flat && at == last {
                        div { class: "field", span { class: "label", {tr("tariff-up-to")} } p { class: "open-end muted", {tr("tariff-open-end")} } }
                    } else if !is_flat {
                        Entry { id: "tariff-up_to-{at}", label: tra("tariff-up-to-n", &[("n", (at + 1).to_string())]), kind: "decimal", unit: "m³", value: step.up_to.clone(),
                            error: error(wrong, &format!("up_to-{at}")), oninput: move |text| draft.with_mut(|draft| draft.steps[at].up_to = text) }
                    }
                    MoneyEntry { id: "tariff-price-{at - skipped}", label: tra("tariff-price-n", &[("n", (at - skipped + 1).to_string())]), unit: "/m³", range: PRICE, tried: !wrong.read().is_empty(), value: step.price.clone(),
                        error: error(wrong, &format!("price-{}", at - skipped)), oninput: move |text| draft.with_mut(|draft| draft.steps[at].price = text) }
                    if !is_flat && now.steps.len() > 1 {
                        button { r#type: "button", class: "button quiet icon-only", "aria-label": tra("tariff-remove-block", &[("n", (at + 1).to_string())]),
                            onclick: move |_| draft.with_mut(|draft| drop(draft.steps.remove(at))), Icon { name: "trash-2" } }
                    }
                }
            }
        }
        if !is_flat && now.steps.len() < MOST_BLOCKS {
            Button { label: tr("tariff-add-block"), kind: "quiet", icon: "plus",
                onclick: move |_| draft.with_mut(|draft| draft.steps.insert(draft.steps.len() - 1, Step::default())) }
        }
    }
}

#[component]
fn Rest(draft: Signal<Draft>, wrong: Memo<Misses>, today: LocalDay) -> Element {
    let now = draft();
    rsx! {
        div { class: "form-grid",
            MoneyEntry { id: "tariff-monthly_fee", label: tr("tariff-fee"), range: PRICE, tried: !wrong.read().is_empty(), value: now.fee, error: error(wrong, "monthly_fee"),
                oninput: move |text| draft.with_mut(|draft| draft.fee = text) }
            MoneyEntry { id: "tariff-minimum_top_up", label: tr("tariff-minimum"), range: MINIMUM, tried: !wrong.read().is_empty(), value: now.minimum, error: error(wrong, "minimum_top_up"),
                oninput: move |text| draft.with_mut(|draft| draft.minimum = text) }
            Entry { id: "tariff-tax_per_mille", label: tr("tariff-tax"), kind: "decimal", unit: "%", value: now.tax, hint: tr("tariff-tax-hint"), error: error(wrong, "tax_per_mille"),
                oninput: move |text| draft.with_mut(|draft| draft.tax = text) }
            Entry { id: "tariff-lifeline_per_day", label: tr("tariff-lifeline"), kind: "numeric", unit: tr("tariff-litres"), value: now.lifeline, error: error(wrong, "lifeline_per_day"),
                oninput: move |text| draft.with_mut(|draft| draft.lifeline = text) }
            DayEntry { id: "tariff-starts", label: tr("tariff-first-day"), value: now.starts, first: today.plus(1), error: error(wrong, "starts"),
                onchoose: move |day| draft.with_mut(|draft| draft.starts = day) }
        }
    }
}
