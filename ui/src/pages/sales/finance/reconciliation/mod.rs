//! Rekonsiliasi: a settlement file of the payment gateway is chosen and read on this device, compared by the server, and what differs is decided line by
//! line.

mod bring;
mod decide;
mod line;

use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Empty, Icon, Select};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_view};
use crate::state::shared;
use bring::Bring;
use decide::{Asking, Decide};
use dioxus::prelude::*;
use domain::sales::reconciliation::LineVerdict;
use line::Line;
use protocol::sales::settlements::{SettlementDetail, SettlementFileInfo, Settlements, SettlementsAsked, VerdictSum};
use protocol::ui::{AdminRequest, AdminResponse, ClosingRequest, ClosingResponse};

/// Colour and picture of what a line comes to.
const fn look_of(verdict: LineVerdict) -> (&'static str, &'static str) {
    match verdict {
        LineVerdict::Matched => ("ok", "check"),
        LineVerdict::Differs => ("warn", "triangle-alert"),
        LineVerdict::MissingWithUs => ("danger", "circle-alert"),
        LineVerdict::MissingAtGateway => ("danger", "search"),
        LineVerdict::Twice => ("warn", "copy"),
        LineVerdict::NotCompared => ("", "circle-slash"),
    }
}

/// The part.
#[component]
pub fn ReconciliationPart() -> Element {
    let mut wanted = use_signal(SettlementsAsked::default);
    let mut asking = use_signal(|| None::<Asking>);
    let server = use_server_view(
        move || AdminRequest::Closing(ClosingRequest::Settlements(wanted())),
        |response| match response {
            AdminResponse::Closing(closing) => match *closing {
                ClosingResponse::Settlements(settlements) => Some(settlements),
                _ => None,
            },
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    let brought = move |file| {
        wanted.set(SettlementsAsked { file: Some(file), ..SettlementsAsked::default() });
        server.again();
    };
    rsx! {
        section { class: "stack wide", "aria-labelledby": "reconciliation-head",
            h2 { id: "reconciliation-head", {tr("finance-part-rekonsiliasi")} }
            p { class: "muted small", {tr("settlement-lead")} }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("settlement-away")} }
            }
            Bring { onsent: brought }
            match latest {
                None => rsx! {
                    Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![96, 260], onretry: move |()| server.again() }
                    // Another file or another kind of line may be there, where this one cannot be had.
                    if wanted() != SettlementsAsked::default() {
                        Button { label: tr("settlement-clear"), icon: "x", onclick: move |_| wanted.set(SettlementsAsked::default()) }
                    }
                },
                Some(Settlements { shown: None, .. }) => rsx! {
                    Card { Empty { icon: "file-spreadsheet", title: tr("settlement-none"), next: tr("settlement-none-next") } }
                },
                Some(Settlements { files, shown: Some(detail) }) => rsx! {
                    Files { files, chosen: detail.file.to_string(), onchoose: brought }
                    Detail { detail, wanted, onask: move |asked| asking.set(Some(asked)) }
                },
            }
        }
        if let Some(asked) = asking() {
            Decide { key: "{asked.key}", asked, ondone: move |()| server.again(), onclose: move |()| asking.set(None) }
        }
    }
}

/// The files that were brought.
#[component]
fn Files(files: Vec<SettlementFileInfo>, chosen: String, onchoose: EventHandler<uuid::Uuid>) -> Element {
    let (now, tongue) = ((shared().now)(), language());
    let moment = |at| format::short_moment(at, now, device_zone(), tongue);
    let choice = |file: &SettlementFileInfo| {
        let values = [
            ("name", file.name.clone()),
            ("from", moment(file.first_at)),
            ("to", moment(file.last_at)),
            ("n", format::whole(file.open, tongue)),
        ];
        (file.file.to_string(), tra("settlement-file", &values))
    };
    let choices: Vec<(String, String)> = files.iter().map(choice).collect();
    rsx! {
        Select { label: tr("settlement-files"), choices, chosen,
            onchoose: move |word: String| if let Ok(file) = word.parse() { onchoose.call(file) } }
    }
}

/// What a file comes to: tiles that filter, and lines.
#[component]
fn Detail(detail: SettlementDetail, wanted: Signal<SettlementsAsked>, onask: EventHandler<Asking>) -> Element {
    let asked = *wanted.read();
    let show = move |verdict: Option<LineVerdict>| {
        let mut wanted = wanted;
        wanted.with_mut(|wanted| (wanted.verdict, wanted.after) = (verdict, None));
    };
    let (next, is_later) = (detail.next, asked.after.is_some());
    let go_to = move |after: Option<i64>| {
        let mut wanted = wanted;
        wanted.with_mut(|wanted| wanted.after = after);
    };
    rsx! {
        if !detail.is_compared {
            div { class: "banner warn", role: "status", Icon { name: "hourglass" } p { class: "small", {tr("settlement-half")} } }
        }
        div { class: "tiles", role: "group", "aria-label": tr("settlement-tiles"),
            for sum in detail.sums.clone() {
                VerdictTile { key: "{sum.verdict.as_str()}", sum, is_chosen: asked.verdict == Some(sum.verdict),
                    onpress: move |()| show((asked.verdict != Some(sum.verdict)).then_some(sum.verdict)) }
            }
        }
        if detail.lines.is_empty() {
            match asked.verdict {
                None => rsx! { Card { Empty { icon: "check", title: tr("settlement-all-done"), next: tr("settlement-all-done-next") } } },
                Some(_) => rsx! {
                    Card { Empty { icon: "list-filter", title: tr("settlement-no-match"), next: tr("settlement-no-match-next"),
                        Button { label: tr("settlement-clear"), icon: "x", onclick: move |_| show(None) } } }
                },
            }
        } else {
            Card { class: "wide",
                ul { class: "money-lines", "aria-label": tr("settlement-lines"),
                    for line in detail.lines.clone() {
                        Line { key: "{line.id}", line, onask }
                    }
                }
                if next.is_some() || is_later {
                    div { class: "row wrap actions",
                        if is_later {
                            Button { label: tr("settlement-first"), kind: "quiet", icon: "chevron-left", onclick: move |_| go_to(None) }
                        }
                        if next.is_some() {
                            Button { label: tr("settlement-next"), icon: "chevron-right", onclick: move |_| go_to(next) }
                        }
                    }
                }
            }
        }
    }
}

#[component]
fn VerdictTile(sum: VerdictSum, is_chosen: bool, onpress: EventHandler<()>) -> Element {
    let (tone, icon) = look_of(sum.verdict);
    let word = sum.verdict.as_str();
    let tongue = language();
    rsx! {
        button { class: "stat", r#type: "button", "data-tile": word, "data-count": "{sum.count}", "aria-pressed": if is_chosen { "true" } else { "false" },
            onclick: move |_| onpress.call(()),
            span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(&format!("settlement-verdict-{word}"))} }
            span { class: "value", {format::whole(sum.count, tongue)} }
            span { class: "tiny muted", {tra("settlement-tile", &[("gross", sum.gross.to_string()), ("fee", sum.fee.to_string())])} }
            if sum.open > 0 {
                span { class: "tiny", {tra("settlement-tile-open", &[("n", format::whole(sum.open, tongue))])} }
            }
        }
    }
}
