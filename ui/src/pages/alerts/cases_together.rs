//! Cases for admins: only those of one zone, and several that are taken up at once. Each one taken up is an operation of its own, so that this
//! needs no network.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Select, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::alerts::case_words::title;
use crate::pages::alerts::view::AlertsView;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ZoneId;
use domain::alerts::case::{CaseAnswer, Status};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, CaseName, CaseRow, Request};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A case as it is picked: its connection and its number there.
pub type Picked = (domain::ConnectionId, u32);

/// Whether a case waits for somebody to take it up.
pub fn waits(row: &CaseRow) -> bool {
    row.case.status == Status::Detected
}

/// The identity of the answer to one case, from that of the whole act: what is sent again from one press is the same operation.
fn identity(act: Uuid, case: CaseName) -> Uuid {
    // The time, the version and the variant of the act's identity stay.
    let own = case.connection.0.as_u128() as u64 ^ u64::from(case.no).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Uuid::from_u128(act.as_u128() ^ u128::from(own & (u64::MAX >> 2)))
}

/// Picks all that wait, and takes up those that are picked.
#[component]
pub fn Together(rows: Vec<CaseRow>, picked: Signal<BTreeSet<Picked>>) -> Element {
    let mut picked = picked;
    let shared = shared();
    let sending = use_sending();
    let waiting: BTreeSet<Picked> = rows.iter().filter(|row| waits(row)).map(|row| (row.case.connection, row.case.no)).collect();
    // What somebody took up meanwhile waits no more.
    let chosen: Vec<Picked> = waiting.iter().filter(|case| picked.read().contains(case)).copied().collect();
    let (all, count) = (chosen.len() == waiting.len(), chosen.len());
    if waiting.is_empty() {
        return rsx! {};
    }
    let pick_all = move |event: FormEvent| picked.set(if event.checked() { waiting.clone() } else { BTreeSet::new() });
    let take_up = move |_| {
        let chosen = chosen.clone();
        sending.once(async move {
            for (connection, no) in chosen.iter().copied() {
                let answer = CaseAnswer::Investigating;
                let command = Operation::AnswerCase { connection, no, answer, remark: String::new() };
                let op = identity(sending.id(), CaseName { connection, no });
                if let Err(problem) = bridge::call(Request::SubmitAs { op, command }).await {
                    shared.toast(explain(&problem));
                    return;
                }
            }
            shared.toast(tra("cases-taken-up", &[("n", chosen.len().to_string())]));
            picked.set(BTreeSet::new());
            sending.begin_anew();
        });
    };
    rsx! {
        div { class: "bar case-together",
            label { class: "tick row", input { r#type: "checkbox", checked: all, "data-all": "true", onchange: pick_all } {tr("cases-pick-all")} }
            Button { label: tra("cases-take-up", &[("n", count.to_string())]), icon: "search", disabled: count == 0, busy: sending.is_busy(), onclick: take_up }
        }
    }
}

/// The tick of one case.
#[component]
pub fn Tick(row: CaseRow, picked: Signal<BTreeSet<Picked>>) -> Element {
    let mut picked = picked;
    let case = (row.case.connection, row.case.no);
    if !waits(&row) {
        return rsx! { span { class: "tick" } };
    }
    let turn = move |event: FormEvent| {
        picked.with_mut(|picked| if event.checked() { picked.insert(case) } else { picked.remove(&case) });
    };
    rsx! {
        label { class: "tick",
            input { r#type: "checkbox", checked: picked.read().contains(&case),
                "aria-label": tra("cases-pick", &[("case", title(row.case.about())), ("place", row.place.clone())]), onchange: turn }
        }
    }
}

/// Only the cases of one zone, where there are several.
#[component]
pub fn ZoneFilter(view: Signal<AlertsView>) -> Element {
    let mut view = view;
    // Zones seldom change; counting their meters is not worth doing again with every row that comes.
    let mut zones = use_signal(Vec::<(String, String)>::new);
    use_resource(move || async move {
        if let Ok(Answer::Zones(found)) = bridge::call(Request::Zones).await {
            zones.set(found.into_iter().map(|zone| (zone.id.to_string(), zone.name)).collect());
        }
    });
    let known = zones();
    let chosen = view.read().zone.map(|zone| zone.to_string()).unwrap_or_default();
    if known.len() < 2 && chosen.is_empty() {
        return rsx! {};
    }
    let choices: Vec<_> = std::iter::once((String::new(), tr("cases-any-zone"))).chain(known).collect();
    rsx! {
        Select { label: tr("col-zone"), choices, chosen,
            onchoose: move |word: String| view.with_mut(|view| view.zone = word.parse::<ZoneId>().ok()) }
    }
}
