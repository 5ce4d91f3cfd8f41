//! Batches of this device: how far each is, whom it left out, what became of its changes, and taking it back.

use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::states::explain;
use crate::components::status::chip;
use crate::components::{Button, Card, Empty, Failed, Icon, LeftOut, SentCounts, Skeleton, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Confirm;
use crate::pages::imports::job::Bar;
use crate::pages::imports::words::left;
use crate::pages::people::customers::ask::{ask, response, use_zones};
use crate::pages::people::customers::change::{left_out, names, words};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::UtcMillis;
use protocol::ui::bulk::{Batch, BatchStage, ZoneChoice};
use protocol::ui::imports::{Job, Sent};
use protocol::ui::{BulkRequest, BulkResponse, Phase, Request};
use uuid::Uuid;

/// Perubahan massal.
#[component]
pub fn Batches() -> Element {
    let shared = shared();
    let load = use_answer(
        move || {
            shared.batches.read();
            Request::Bulk(BulkRequest::List)
        },
        |answer| match response(answer)? {
            BulkResponse::Batches(batches) => Some(batches),
            _ => None,
        },
    );
    let zones = use_zones();
    rsx! {
        div { class: "page batches",
            header { class: "page-head row edge",
                Link { class: "button quiet icon-only", to: Route::Customers {}, "aria-label": tr("import-to-customers"), Icon { name: "chevron-left" } }
                h1 { class: "grow", {tr("batches-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![240, 240] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(batches) if batches.is_empty() => rsx! {
                    Card {
                        Empty { icon: "users", title: tr("batches-empty"), next: tr("batches-empty-next"),
                            Link { class: "button primary", to: Route::Customers {}, Icon { name: "users" } {tr("import-see-customers")} }
                        }
                    }
                },
                Load::Ready(batches) => rsx! {
                    for batch in batches.iter().cloned() {
                        One { key: "{batch.id}", batch, zones: zones.clone() }
                    }
                },
            }
        }
    }
}

#[component]
fn One(batch: Batch, zones: Vec<ZoneChoice>) -> Element {
    let (what, to) = words(batch.change, &zones);
    let at = format::moment(batch.at, *shared().now.peek(), device_zone(), language());
    let whole = |count: u32| format::whole(i64::from(count), language());
    let counts = [("changed", whole(batch.changed)), ("same", whole(batch.same)), ("selected", whole(batch.selected))];
    let until = batch.undo_until.filter(|_| batch.stage == BatchStage::Done);
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-batch": "{batch.id}", "data-stage": stage_word(batch.stage),
                div { class: "stack tight",
                    h2 { {tra("batch-name", &[("what", what), ("to", to)])} }
                    p { class: "muted small", "{at} · " {tra("batch-counts", &counts)} }
                }
                {stage(batch.stage)}
            }
            if matches!(batch.stage, BatchStage::Doing | BatchStage::Undoing) {
                Running { id: batch.id, job: batch.job }
            }
            Became { sent: batch.sent }
            LeftOut { groups: left_out(&batch.refused) }
            if batch.changed_since > 0 {
                div { class: "banner warn", role: "status", "data-changed-since": "{batch.changed_since}",
                    Icon { name: "triangle-alert" }
                    div { class: "small",
                        p { class: "number", {tra("batch-changed-since", &[("n", whole(batch.changed_since))])} }
                        p { {names(&batch.changed_since_first, batch.changed_since)} }
                    }
                }
            }
            if let Some(until) = until {
                Undo { id: batch.id, until, changed: batch.changed }
            }
        }
    }
}

const fn stage_word(stage: BatchStage) -> &'static str {
    match stage {
        BatchStage::Doing => "doing",
        BatchStage::Done => "done",
        BatchStage::Undoing => "undoing",
        BatchStage::Undone => "undone",
    }
}

fn stage(stage: BatchStage) -> Element {
    let (tone, icon) = match stage {
        BatchStage::Doing | BatchStage::Undoing => ("info", "hourglass"),
        BatchStage::Done => ("ok", "check"),
        BatchStage::Undone => ("", "undo-2"),
    };
    chip(tone, icon, &tr(&format!("batch-stage-{}", stage_word(stage))), "small")
}

/// Sends an act about a batch, once; the page reads again.
fn use_act() -> (impl Fn(BulkRequest) + Copy + 'static, bool) {
    let shared = shared();
    let sending = use_sending();
    let mut batches = shared.batches;
    let act = move |request| {
        sending.once(async move {
            if let Err(problem) = ask(request).await {
                shared.toast(explain(&problem));
            }
            batches += 1;
        });
    };
    (act, sending.is_busy())
}

/// What runs, or that it was stopped and can go on.
#[component]
fn Running(id: Uuid, job: Option<Job>) -> Element {
    let (act, is_busy) = use_act();
    let Some(job) = job else {
        return rsx! {
            div { class: "banner", role: "status",
                Icon { name: "pause" }
                p { class: "grow small", {tr("batch-stopped")} }
                Button { label: tr("import-go-on"), icon: "play", busy: is_busy, onclick: move |_| act(BulkRequest::GoOn(id)) }
            }
        };
    };
    let percent = format::percent(i64::from(job.done / 10 * 10), language());
    let parts: Vec<String> = std::iter::once(percent).chain(job.left_ms.map(left)).collect();
    rsx! {
        div { class: "stack",
            Bar { label: tr("batch-progress"), per_mille: job.done }
            div { class: "row between wrap",
                p { class: "muted small", {parts.join(" · ")} }
                Button { label: tr("import-stop"), kind: "quiet", icon: "pause", busy: is_busy, onclick: move |_| act(BulkRequest::Stop(id)) }
            }
            p { class: "muted tiny row", Icon { name: "info", size: "s" } {tr("import-goes-on")} }
        }
    }
}

/// What became of the changes, with the way to Antrean.
#[component]
fn Became(sent: Sent) -> Element {
    let shared = shared();
    let is_offline = use_memo(move || shared.sync.read().phase == Phase::Offline);
    rsx! {
        SentCounts { sent }
        if sent.waiting > 0 && is_offline() {
            p { class: "small row top", Icon { name: "cloud-off", size: "s" } span { {tr("import-saved-offline")} } }
        }
        if sent.refused > 0 {
            div { class: "banner danger", role: "alert",
                Icon { name: "circle-alert" }
                p { class: "grow small", {tra("batch-refused-later", &[("n", format::whole(i64::from(sent.refused), language()))])} }
                Link { class: "button secondary", to: Route::Outbox {}, {tr("outbox-open")} }
            }
        }
    }
}

/// Taking it back, as long as that is possible.
#[component]
fn Undo(id: Uuid, until: UtcMillis, changed: u32) -> Element {
    let shared = shared();
    let (act, is_busy) = use_act();
    let mut asked = use_signal(|| false);
    // By the minute or the hour: the card is not drawn anew each second.
    let remaining = use_memo(move || {
        let ms = until.since((shared.now)());
        (ms > 0).then(|| left(ms))
    });
    let Some(time) = remaining() else { return rsx! { p { class: "muted small", {tr("import-undo-over")} } } };
    rsx! {
        div { class: "row wrap",
            Button { label: tr("import-undo"), kind: "danger", icon: "undo-2", busy: is_busy, onclick: move |_| asked.set(true) }
            span { class: "small muted row", Icon { name: "clock", size: "s" } "{time}" }
        }
        if asked() {
            Confirm { title: tr("batch-undo-title"), rows: vec![(tr("bulk-changes"), format::whole(i64::from(changed), language()))],
                note: tr("batch-undo-note"), label: tr("import-undo"), kind: "danger", icon: "undo-2", busy: is_busy,
                onyes: move |()| {
                    asked.set(false);
                    act(BulkRequest::Undo(id));
                },
                onback: move |()| asked.set(false) }
        }
    }
}
