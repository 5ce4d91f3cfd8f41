//! Ganti meter: a technician puts another meter in the place of one, in steps and without a network, and what is known of it afterwards.

mod draft;
mod elsewhere;
mod history;
mod keep;
mod steps;

pub use history::Swaps;

use crate::bridge;
use crate::components::summary::Summary;
use crate::components::{Button, Dialog, Empty, Failed, Icon, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::{Taken, locked, use_facts};
use crate::state::{Load, shared};
use dioxus::prelude::*;
use domain::field::field_record::{Plausibility, plausibility};
use domain::maintenance::work_order::WorkKind;
use domain::{MeterId, MeterSwapId};
use draft::{Beside, Draft, Step};
use keep::keep;
use protocol::sync::rows::WorkOrder;
use protocol::ui::{FieldRecords, WorkRow};
use steps::{Checked, FirstStep, LastStep, SealsStep, SerialStep};

/// Whether a work order is to replace a meter, and open.
pub fn is_replacement(order: &WorkOrder) -> bool {
    order.work == WorkKind::Replacement && order.state.is_open()
}

/// The button that opens the steps. By an order, what is kept begins that order as well, and ends it where its checklist has nothing left to do.
#[component]
pub fn SwapButton(meter: MeterId, serial: String, order: Option<WorkRow>) -> Element {
    let mut draft = Draft::new();
    let mut is_open = use_signal(|| false);
    let is_filled = use_memo(move || draft.is_filled());
    let locked = locked();
    let kind = if order.is_some() { "primary" } else { "secondary" };
    let open = move |_| {
        if draft.begun.peek().is_none() {
            draft.begun.set(Some(bridge::now()));
        }
        is_open.set(true);
    };
    let close = move |()| {
        is_open.set(false);
        if *draft.step.peek() == Step::Done {
            draft.clear();
        }
    };
    rsx! {
        // The draft outlives the dialog, and not this page.
        div { class: "swap", "data-filled": if is_filled() { "true" },
            button { class: "button {kind} big full", r#type: "button", disabled: locked, "data-swap": "{meter}", onclick: open,
                Icon { name: "refresh-cw" }
                {tr("swap-title")}
            }
            if is_open() {
                SwapDialog { meter, serial, order, draft, onclose: close }
            }
        }
    }
}

#[component]
fn SwapDialog(meter: MeterId, serial: String, order: Option<WorkRow>, draft: Draft, onclose: EventHandler<()>) -> Element {
    let field_records = use_facts(meter);
    rsx! {
        Dialog { title: tr("swap-title"), sheet: !(shared().wide)(), keeps: true, of: "swap", onclose: move |()| onclose.call(()),
            if (draft.step)() == Step::Done {
                Kept { onclose }
            } else {
                match &*field_records.read() {
                    Load::Waiting => rsx! { Skeleton { heights: vec![56, 56, 56] } },
                    Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                    Load::Ready(None) => rsx! { Empty { icon: "map-pin", title: tr("meter-gone"), next: tr("meter-gone-next") } },
                    Load::Ready(Some(records)) => rsx! {
                        Flow { meter, serial, order, records: (**records).clone(), draft, onclose }
                    },
                }
            }
        }
    }
}

/// The meter that hangs there by what waits on this device, under the name of the swap that has put it up: its serial number, and what its final
/// register is held against. Without such a swap it is the meter of the page. `own`: the swap that is being written down, which may be kept already.
fn hanging(meter: MeterId, serial: String, records: FieldRecords, own: MeterSwapId) -> (MeterId, String, FieldRecords) {
    let waiting: Vec<_> = records.swaps.iter().filter(|record| record.waiting && record.row.id != own).collect();
    let is_followed = |swap: MeterSwapId| waiting.iter().any(|other| other.row.old.0 == swap.0);
    let newest = waiting.iter().map(|record| &record.row).find(|row| !is_followed(row.id));
    let Some((id, at, put_up, first)) = newest.map(|row| (row.id, row.at, row.serial.to_string(), row.first_register)) else {
        return (meter, serial, records);
    };
    (MeterId(id.0), put_up, FieldRecords { last: Some((at, first)), reported: None, ..records })
}

/// How a final register compares with the last one known.
fn compare(draft: Draft, records: &FieldRecords) -> Option<Plausibility> {
    let register = draft.typed.read().last()?;
    Some(plausibility(register, *draft.at.read(), records.last, &records.capability))
}

/// What is wrong in the step that is shown, each field with its sentence.
fn wrong(draft: Draft, old: &str, found: Option<Plausibility>) -> Vec<(&'static str, String)> {
    let has_photo = matches!(*draft.last_photo.read(), Taken::Ready(_));
    let explained = draft.explained.read();
    let beside = Beside { found, explained: &explained, has_photo };
    let wrong = draft.typed.read().wrong(*draft.step.read(), old, &beside);
    wrong.into_iter().map(|(field, key)| (field, tr(key))).collect()
}

/// The steps.
#[component]
fn Flow(
    meter: MeterId,
    serial: String,
    order: Option<WorkRow>,
    records: FieldRecords,
    draft: Draft,
    onclose: EventHandler<()>,
) -> Element {
    let mut draft = draft;
    let (meter, serial, records) = hanging(meter, serial, records, *draft.swap.read());
    let step = (draft.step)();
    let found = compare(draft, &records);
    let missing = wrong(draft, &serial, found);
    let shown = if (draft.tried)() { missing.clone() } else { Vec::new() };
    let is_wrong = !missing.is_empty();
    let kept_order = order.clone();
    let next = move |event: FormEvent| {
        event.prevent_default();
        draft.tried.set(true);
        if is_wrong || draft.is_preparing() {
            return;
        }
        if step == Step::Check {
            keep(draft, meter, kept_order.clone(), found.is_some_and(Plausibility::needs_explanation));
        } else {
            draft.go(step.after());
        }
    };
    let place = step.place().map_or(0, |place| place + 1);
    let counts = [("n", place.to_string()), ("of", Step::ALL.len().to_string())];
    let is_busy = draft.sending.is_busy();
    let (label, icon) = if step == Step::Check { ("swap-keep", "check") } else { ("swap-next", "chevron-right") };
    rsx! {
        form { id: "swap-form", class: "stack wide", novalidate: true, onsubmit: next, "data-step": step.word(),
            p { class: "muted small", "{serial} · " {tra("swap-step", &counts)} }
            h3 { {tr(&format!("swap-step-{}", step.word()))} }
            Summary { wrong: shown.iter().map(|(field, what)| ((*field).to_owned(), what.clone())).collect::<Vec<_>>() }
            match step {
                Step::Last => rsx! { LastStep { draft, records, found, wrong: shown } },
                Step::Serial => rsx! { SerialStep { draft, wrong: shown } },
                Step::First => rsx! { FirstStep { draft, wrong: shown } },
                Step::Seals => rsx! { SealsStep { draft, wrong: shown } },
                Step::Check | Step::Done => rsx! { Checked { draft, serial, zone: records.time_zone, is_ordered: order.is_some() } },
            }
            button { class: "button primary big full", r#type: "submit", disabled: is_busy, "aria-busy": if is_busy { "true" }, "data-next": step.word(),
                Icon { name: icon }
                {tr(label)}
            }
            if let Some(before) = step.before() {
                Button { label: tr("back"), kind: "quiet", full: true, onclick: move |_| draft.go(before) }
            } else {
                Button { label: tr("cancel"), kind: "quiet", full: true, onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// What is said once it is kept.
#[component]
fn Kept(onclose: EventHandler<()>) -> Element {
    rsx! {
        div { class: "stack wide", role: "status", "data-swapped": "true",
            div { class: "banner ok", Icon { name: "check" } p { class: "small", {tr("swap-done")} } }
            p { class: "small muted", {tr("swap-done-next")} }
            button { class: "button primary big full", r#type: "button", "data-next": "done", onclick: move |_| onclose.call(()), {tr("close")} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::metering::meter::Capability;
    use domain::{Millilitres, TimeZone, UtcMillis};
    use protocol::sync::rows::MeterSwap;
    use protocol::ui::FieldRecord;
    use uuid::Uuid;

    fn swap(id: u128, old: u128, serial: &str, waiting: bool) -> FieldRecord<MeterSwap> {
        let meter = MeterId(Uuid::from_u128(old));
        let row = MeterSwap {
            id: MeterSwapId(Uuid::from_u128(id)),
            meter,
            old: meter,
            old_serial: String::new(),
            serial: serial.parse().expect("a serial"),
            model: String::new(),
            entered: false,
            at: UtcMillis(id as i64),
            final_register: None,
            final_photo: None,
            first_register: Millilitres::litres(7),
            first_photo: None,
            old_seal: String::new(),
            new_seal: String::new(),
            order: None,
            author: String::new(),
            review: Vec::new(),
        };
        FieldRecord { row, waiting }
    }

    fn hangs(swaps: Vec<FieldRecord<MeterSwap>>) -> (u128, String, Option<Millilitres>) {
        let records = FieldRecords {
            notes: Vec::new(),
            readings: Vec::new(),
            swaps,
            capability: Capability::HOUSEHOLD,
            last: None,
            reported: None,
            time_zone: TimeZone::Jakarta,
        };
        let (meter, serial, records) =
            hanging(MeterId(Uuid::from_u128(1)), "WM-1".to_owned(), records, MeterSwapId(Uuid::from_u128(9)));
        (meter.0.as_u128(), serial, records.last.map(|(_, register)| register))
    }

    #[test]
    fn the_meter_that_hangs_there_is_the_one_that_the_last_waiting_swap_has_put_up() {
        let first = Some(Millilitres::litres(7));
        assert_eq!(hangs(vec![]), (1, "WM-1".to_owned(), None));
        assert_eq!(hangs(vec![swap(2, 1, "WM-2", false)]), (1, "WM-1".to_owned(), None), "the server has that one");
        assert_eq!(hangs(vec![swap(2, 1, "WM-2", true)]), (2, "WM-2".to_owned(), first));
        assert_eq!(hangs(vec![swap(9, 1, "WM-9", true)]), (1, "WM-1".to_owned(), None), "what is being kept is not followed");
        assert_eq!(hangs(vec![swap(3, 2, "WM-3", true), swap(2, 1, "WM-2", true)]), (3, "WM-3".to_owned(), first));
        assert_eq!(
            hangs(vec![swap(2, 1, "WM-2", true), swap(3, 2, "WM-3", true)]),
            (3, "WM-3".to_owned(), first),
            "whatever its clock said"
        );
    }
}
