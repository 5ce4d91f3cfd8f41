//! One change of everybody who is ticked: what, what it would do, and to whom it is not done and why, before it is done.

use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Dialog, Failed, Icon, LeftOut, LeftOutFor, Select, Skeleton, first_of, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Choice, Refused, Sums};
use crate::pages::people::customers::ask::{ask, response, use_zones, zone_name};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::billing::tariff::TariffClass;
use domain::people::CustomerStatus;
use domain::people::batch::BatchChange;
use protocol::ui::bulk::{Considered, Example, NewBatch, Preview, RefusedGroup, Selection, ZoneChoice};
use protocol::ui::{BulkRequest, BulkResponse, Keeping, Phase, Request};

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Status,
    TariffClass,
    Zone,
}

/// The words of a change: of what, and to what.
pub fn words(change: BatchChange, zones: &[ZoneChoice]) -> (String, String) {
    match change {
        BatchChange::Status(to) => (tr("field-status"), tr(&format!("status-{}", to.as_str()))),
        BatchChange::TariffClass(to) => (tr("field-tariff_class"), tr(&format!("class-{}", to.as_str()))),
        BatchChange::Zone(to) => (tr("field-zone"), zone_name(zones, to)),
    }
}

/// The dialog. `ondone` is called once it was begun, and the page of batches is shown.
#[component]
pub fn ChangeDialog(selection: Selection, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let selection = use_signal(|| selection);
    let mut change = use_signal(|| BatchChange::Status(CustomerStatus::Active));
    let what = use_memo(move || match change() {
        BatchChange::Status(_) => What::Status,
        BatchChange::TariffClass(_) => What::TariffClass,
        BatchChange::Zone(_) => What::Zone,
    });
    let zones = use_zones();
    let first = zones.first().map(|zone| zone.id);
    let choose = move |what| {
        let begins = match what {
            What::Status => Some(BatchChange::Status(CustomerStatus::Active)),
            What::TariffClass => Some(BatchChange::TariffClass(TariffClass::Residential)),
            What::Zone => first.map(BatchChange::Zone),
        };
        if let Some(begins) = begins {
            change.set(begins);
        }
    };
    let mut whats = vec![(What::Status, tr("field-status")), (What::TariffClass, tr("field-tariff_class"))];
    if first.is_some() {
        whats.push((What::Zone, tr("field-zone")));
    }
    rsx! {
        Dialog { title: tr("bulk-title"), keeps: true, of: "bulk", onclose: move |()| onclose.call(()),
            Choice { label: tr("bulk-what"), choices: whats, chosen: what(), onchoose: choose }
            div { class: "field",
                span { class: "label", "aria-hidden": "true", {tr("bulk-to")} }
                Select { label: tr("bulk-to"), choices: values(what(), &zones), chosen: word_of(change()),
                    onchoose: move |word: String| if let Some(to) = change_to(what(), &word) { change.set(to) } }
            }
            Impact { selection, change, ondone, onclose }
        }
    }
}

fn word_of(change: BatchChange) -> String {
    match change {
        BatchChange::Status(to) => to.as_str().to_owned(),
        BatchChange::TariffClass(to) => to.as_str().to_owned(),
        BatchChange::Zone(to) => to.to_string(),
    }
}

fn values(what: What, zones: &[ZoneChoice]) -> Vec<(String, String)> {
    let changes: Vec<BatchChange> = match what {
        What::Status => CustomerStatus::ALL.iter().map(|to| BatchChange::Status(*to)).collect(),
        What::TariffClass => TariffClass::ALL.iter().map(|to| BatchChange::TariffClass(*to)).collect(),
        What::Zone => zones.iter().map(|zone| BatchChange::Zone(zone.id)).collect(),
    };
    changes.into_iter().map(|change| (word_of(change), words(change, zones).1)).collect()
}

fn change_to(what: What, word: &str) -> Option<BatchChange> {
    match what {
        What::Status => CustomerStatus::from_word(word).map(BatchChange::Status),
        What::TariffClass => TariffClass::from_word(word).map(BatchChange::TariffClass),
        What::Zone => word.parse().ok().map(BatchChange::Zone),
    }
}

/// What it would do, and the button that does it.
#[component]
fn Impact(
    selection: Signal<Selection>,
    change: Signal<BatchChange>,
    ondone: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let considered = move || Considered { selection: selection.read().clone(), change: change() };
    let load = use_answer(
        move || Request::Bulk(BulkRequest::Preview(considered())),
        |answer| match response(answer)? {
            BulkResponse::Preview(preview) => Some(preview),
            _ => None,
        },
    );
    let shared = shared();
    let sending = use_sending();
    let mut refused = use_signal(|| None::<String>);
    // Without a keyring nothing can wait on this device: that is shown beforehand.
    let keeping = shared.session.read().as_ref().map(|session| session.keeping);
    let locked = keeping == Some(Keeping::ThisRun) && shared.sync.read().phase != Phase::Live;
    let begin = move |_| {
        refused.set(None);
        sending.once(async move {
            let batch = Considered { selection: selection.peek().clone(), change: *change.peek() };
            match ask(BulkRequest::Begin(Box::new(NewBatch { id: sending.id(), batch }))).await {
                Ok(_) => {
                    onclose.call(());
                    ondone.call(());
                    navigator().push(Route::Batches {});
                }
                Err(problem) => refused.set(Some(explain(&problem))),
            }
        });
    };
    let load = load.read();
    let changes = if let Load::Ready(preview) = &*load { preview.changes } else { 0 };
    rsx! {
        match &*load {
            Load::Waiting => rsx! { Skeleton { heights: vec![160] } },
            Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
            Load::Ready(preview) => rsx! { Shown { preview: preview.clone(), change: change() } },
        }
        if locked {
            div { class: "banner warn", Icon { name: "shield-alert" } p { class: "small", {tr("no-offline-edit")} } }
        }
        Refused { text: refused() }
        div { class: "row wrap actions",
            Button { label: tra("bulk-do", &[("n", format::whole(i64::from(changes), language()))]), kind: "primary", icon: "check",
                busy: sending.is_busy(), disabled: changes == 0 || locked, onclick: begin }
            Button { label: tr("back"), kind: "quiet", disabled: sending.is_busy(), onclick: move |_| onclose.call(()) }
        }
    }
}

#[component]
fn Shown(preview: Preview, change: BatchChange) -> Element {
    let whole = |count: u32| format::whole(i64::from(count), language());
    let mut rows = vec![(tr("bulk-selected"), whole(preview.selected)), (tr("bulk-same"), whole(preview.same))];
    rows.push((tr("bulk-refused"), whole(preview.refused_count())));
    if preview.connections > 0 {
        rows.push((tr("bulk-connections"), whole(preview.connections)));
    }
    rows.push((tr("bulk-changes"), whole(preview.changes)));
    rsx! {
        div { class: "stack", "data-preview": "bulk", role: "status",
            Sums { rows }
            if !preview.examples.is_empty() {
                p { class: "small muted", {tra("bulk-examples", &[("names", names(&preview.examples, preview.changes))])} }
            }
            LeftOut { groups: left_out(&preview.refused) }
            if change == BatchChange::Status(CustomerStatus::Suspended) {
                p { class: "small muted row top", Icon { name: "info", size: "s" } span { {tr("bulk-suspend-note")} } }
            }
            if matches!(change, BatchChange::TariffClass(_)) {
                p { class: "small muted row top", Icon { name: "info", size: "s" } span { {tr("bulk-class-note")} } }
            }
            if matches!(change, BatchChange::Zone(_)) {
                p { class: "small muted row top", Icon { name: "info", size: "s" } span { {tr("bulk-zone-note")} } }
            }
        }
    }
}

/// Why customers are left out, and the first of each reason.
pub fn left_out(refused: &[RefusedGroup]) -> Vec<LeftOutFor> {
    let group = |group: &RefusedGroup| {
        let why = group.why.as_str();
        let count = format::whole(i64::from(group.count), language());
        let sentence = tra(&format!("bulk-why-{why}"), &[("n", count)]);
        LeftOutFor { why, sentence, named: names(&group.examples, group.count) }
    };
    refused.iter().map(group).collect()
}

/// Names of the first, and how many more there are.
pub fn names(examples: &[Example], of: u32) -> String {
    first_of(examples.iter().map(|one| format!("{} ({})", one.name, one.number)).collect(), of)
}
