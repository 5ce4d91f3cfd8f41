//! *Peta luring*: the packs of streets that this device has, each with its size and what it covers; one is imported from a file, or removed. All of it
//! works without a network.

mod bring;
mod list;

use crate::bridge;
use crate::bridge::files::per_mille;
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Failed, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::imports::job::Bar;
use crate::pages::maps::bring::{BRINGING, Bringing, CHANGES, Stopped, begin, cancel};
use crate::pages::maps::list::Packs;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::maps::MOST_BYTES;
use protocol::ui::{Answer, MapsRequest, MapsResponse, Request};

const INPUT: &str = "map-pack-file";

/// What the system offers to choose: phones know no type for the name, and have it as bytes. What a file is, its content says.
const ACCEPTED: &str = ".pmtiles,application/vnd.pmtiles,application/octet-stream";

/// Sends one request.
async fn ask(request: MapsRequest) -> Result<MapsResponse, Problem> {
    match bridge::call(Request::Maps(request)).await? {
        Answer::Maps(response) => Ok(*response),
        _ => Err(Problem::new(Code::Internal, "another answer")),
    }
}

/// The packs of this device.
#[component]
pub fn OfflineMaps() -> Element {
    let load = use_answer(
        || {
            CHANGES.read();
            Request::Maps(MapsRequest::List)
        },
        |answer| match answer {
            Answer::Maps(response) => match *response {
                MapsResponse::Packs(packs) => Some(packs),
                _ => None,
            },
            _ => None,
        },
    );
    rsx! {
        div { class: "page",
            header { class: "page-head row edge",
                Link { class: "button quiet icon-only", to: Route::Account {}, "aria-label": tr("back"), Icon { name: "chevron-left" } }
                h1 { class: "grow", {tr("maps-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            Choose {}
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![120] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(packs) => rsx! { Packs { packs: packs.clone() } },
            }
            Where {}
        }
    }
}

/// Where a file is chosen, and how far the one is that was.
#[component]
fn Choose() -> Element {
    let shared = shared();
    let bringing = BRINGING.read().clone();
    let is_busy = bringing.as_ref().is_some_and(|bringing| bringing.stopped.is_none());
    let most = format::bytes(MOST_BYTES, language());
    rsx! {
        Card {
            p { {tr("maps-lead-long")} }
            p { class: "muted small", id: "maps-limits", {tra("maps-limits", &[("most", most)])} }
            input { id: INPUT, class: "visually-hidden", r#type: "file", accept: ACCEPTED, tabindex: "-1", "aria-label": tr("maps-choose"),
                onchange: move |_| begin(INPUT, shared) }
            div { class: "row wrap",
                Button { label: tr("maps-choose"), kind: "primary", icon: "upload", disabled: is_busy, described: Some("maps-limits"),
                    onclick: move |_| bridge::choose_photo(INPUT) }
            }
            if let Some(bringing) = bringing {
                OnItsWay { bringing }
            }
        }
    }
}

/// A file on its way: how far it is, and how to cancel it; or why it was not imported, and what can be done.
#[component]
fn OnItsWay(bringing: Bringing) -> Element {
    let language = language();
    if let Some(why) = &bringing.stopped {
        let (what, code) = match why {
            Stopped::Unreadable => (tr("maps-unreadable"), "unreadable"),
            Stopped::Refused(fault) => (tr(&format!("maps-fault-{fault}")), fault.as_str()),
            Stopped::Failed(problem) => (tra("maps-failed", &[("code", problem.code.to_string())]), problem.code.as_str()),
        };
        return rsx! {
            div { class: "banner danger", role: "alert", "data-fault": code,
                Icon { name: "circle-alert" }
                div { class: "grow small", p { class: "number", "{bringing.name}" } p { "{what}" } }
                Button { label: tr("close"), kind: "quiet", onclick: move |_| cancel() }
            }
        };
    }
    let values = [("done", format::bytes(bringing.done, language)), ("size", format::bytes(bringing.size, language))];
    rsx! {
        div { class: "stack", "data-bringing": "{bringing.id}",
            div { class: "row between",
                p { class: "number grow ellipsis", "{bringing.name}" }
                Button { label: tr("cancel"), kind: "quiet", icon: "x", onclick: move |_| cancel() }
            }
            Bar { label: tra("maps-bringing", &[("file", bringing.name.clone())]), per_mille: per_mille(bringing.done, bringing.size) }
            p { class: "muted tiny", {tra("maps-bring-part", &values)} }
        }
    }
}

/// Where packs come from.
#[component]
fn Where() -> Element {
    rsx! {
        Card {
            h2 { {tr("maps-where")} }
            p { class: "small", {tr("maps-where-lead")} }
            p { class: "muted small", {tr("maps-where-licence")} }
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::ui::maps::PackFault;

    #[test]
    fn every_fault_of_a_file_has_words_in_both_languages() {
        let catalogues = [include_str!("../../../../assets/i18n/id.ftl"), include_str!("../../../../assets/i18n/en.ftl")];
        for fault in PackFault::ALL {
            let key = format!("\nmaps-fault-{fault} = ");
            assert!(catalogues.iter().all(|words| words.contains(&key)), "{fault}");
        }
    }
}
