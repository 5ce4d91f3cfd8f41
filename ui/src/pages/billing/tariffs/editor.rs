//! The form of a version: blocks, mode, fee, minimum, tax, what is free, and its first day; with what it would cost beside what it costs now.

use crate::bridge;
use crate::components::shell::language;
use crate::components::summary::Summary;
use crate::components::{Button, Dialog, Icon, MoneyEntry};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{is_away, request};
use crate::pages::admin::parts::{Choice, Confirm, DayEntry, Entry};
use crate::pages::admin::words::say;
use crate::pages::billing::tariffs::draft::{Draft, Misses, Step as TypedStep};
use crate::pages::billing::tariffs::preview::{Preview, signed};
use crate::pages::billing::tariffs::version::{mode, range};
use crate::state::shared;
use dioxus::prelude::*;
use domain::billing::tariff::difference::{Difference, Step, differences, example};
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

/// The versions that were not withdrawn.
fn in_use(all: &Tariffs) -> impl Iterator<Item = &TariffVersion> {
    all.versions.iter().filter(|row| row.withdrawn.is_none()).map(|row| &row.version)
}

/// The version that would hold without one that begins on a day.
fn before(all: &Tariffs, draft: &Draft, start: LocalDay) -> Option<TariffVersion> {
    let of_class: Vec<TariffVersion> = in_use(all).filter(|version| version.class == draft.class).cloned().collect();
    version_on(&of_class, start).cloned()
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
        if busy.replace(true) {
            return;
        }
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
    let preview = typed.read().priced(language, today);
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
                rows: changes(&class, &version, old.as_ref(), language), note: tr("tariff-confirm-note"), onyes: make, onback: move |()| asking.set(None),
                Household { old: old.clone(), new: version.clone() }
            }
        }
    }
}

/// What will change, for the question before it: what every version has of its own, and each field that differs.
fn changes(class: &str, version: &TariffVersion, old: Option<&TariffVersion>, language: Language) -> Vec<(String, String)> {
    let mut rows = vec![
        (tr("tariff-class"), class.to_owned()),
        (tr("tariff-first-day"), format::date(version.effective_from, language)),
        (tr("tariff-decree"), version.decree.clone()),
    ];
    let changed = differences(old, version);
    if changed.is_empty() {
        rows.push((tr("tariff-differences"), tr("tariff-no-difference")));
    }
    rows.extend(changed.into_iter().map(|difference| change(difference, language)));
    rows
}

/// A field that differs: its name, and what it was and becomes.
fn change(difference: Difference, language: Language) -> (String, String) {
    let turned = |before: Option<String>, after: String| before.map_or(after.clone(), |before| format!("{before} → {after}"));
    let name = |of: BlockMode| tr(&format!("tariff-mode-name-{}", mode(of)));
    let block = |step: Step| {
        let price = tra("tariff-per-m3", &[("price", step.price_per_m3.to_string())]);
        format!("{}: {price}", range(step.from, step.up_to, language))
    };
    let tax = |per_mille: i64| if per_mille == 0 { tr("tariff-exempt") } else { format::percent(per_mille, language) };
    let free = |free: Millilitres| match free {
        Millilitres(0) => tr("tariff-none"),
        free => tra("tariff-litres-a-day", &[("n", format::whole(free.0 / 1_000, language))]),
    };
    let amount = |amount: Rupiah| amount.to_string();
    match difference {
        Difference::Mode(old, new) => (tr("tariff-mode"), turned(old.map(name), name(new))),
        Difference::Block(place, old, new) => {
            let after = new.map_or_else(|| tr("tariff-block-gone"), block);
            (tra("field-block", &[("n", (place + 1).to_string())]), turned(old.map(block), after))
        }
        Difference::MonthlyFee(old, new) => (tr("tariff-fee"), turned(old.map(amount), amount(new))),
        Difference::MinimumTopUp(old, new) => (tr("tariff-minimum"), turned(old.map(amount), amount(new))),
        Difference::Tax(old, new) => (tr("tariff-tax"), turned(old.map(tax), tax(new))),
        Difference::Lifeline(old, new) => (tr("tariff-lifeline"), turned(old.map(free), free(new))),
    }
}

/// A household whom the change touches, before and after, by the rule by which everybody is charged.
#[component]
fn Household(old: Option<TariffVersion>, new: TariffVersion) -> Element {
    let language = language();
    let Some(old) = old else { return rsx! {} };
    let text = example(&old, &new).map(|volume| {
        let paid = |version: &TariffVersion| bill(version, volume).total();
        let by = signed(Rupiah(paid(&new).0 - paid(&old).0));
        let values = [
            ("volume", format::exact_volume(volume, language)),
            ("before", paid(&old).to_string()),
            ("after", paid(&new).to_string()),
            ("by", by),
        ];
        tra("tariff-example", &values)
    });
    rsx! {
        div { class: "banner info", "data-example": "", Icon { name: "house" }
            p { class: "small", {text.unwrap_or_else(|| tr("tariff-example-none"))} }
        }
    }
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
                onclick: move |_| draft.with_mut(|draft| draft.steps.insert(draft.steps.len() - 1, TypedStep::default())) }
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
            Entry { id: "tariff-decree", label: tr("tariff-decree"), value: now.decree, hint: tr("tariff-decree-hint"), error: error(wrong, "decree"),
                oninput: move |text| draft.with_mut(|draft| draft.decree = text) }
            DayEntry { id: "tariff-starts", label: tr("tariff-first-day"), value: now.starts, first: today.plus(1), error: error(wrong, "starts"),
                onchoose: move |day| draft.with_mut(|draft| draft.starts = day) }
        }
    }
}
