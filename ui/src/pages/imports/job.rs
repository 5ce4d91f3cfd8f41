//! Something that runs: how far it is, how fast, what is left, and how to stop it or go on.

use crate::components::shell::language;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::imports::ask::Held;
use crate::pages::imports::words::{counted, left};
use dioxus::prelude::*;
use protocol::ui::ImportsRequest;
use protocol::ui::imports::Job;

/// A bar that shows thousandths.
#[component]
pub fn Bar(label: String, per_mille: u16) -> Element {
    let percent = per_mille / 10;
    rsx! {
        div { class: "import-bar", role: "progressbar", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100",
            "aria-valuenow": "{percent}",
            i { width: "{f64::from(per_mille) / 10.0}%" }
        }
    }
}

/// What runs. `doing` leads to its words; `again` is what goes on with it once it was stopped.
#[component]
pub fn Running(held: Held, job: Option<Job>, doing: &'static str, again: Option<ImportsRequest>) -> Element {
    let title = tr(&format!("import-doing-{doing}"));
    let Some(job) = job else {
        return rsx! {
            div { class: "banner", role: "status",
                Icon { name: "pause" }
                p { class: "grow small", {tra("import-stopped", &[("what", title)])} }
                if let Some(again) = again {
                    Button { label: tr("import-go-on"), icon: "play", busy: held.is_busy(), onclick: move |_| held.act(again.clone()) }
                }
            }
        };
    };
    let percent = format::percent(i64::from(job.done / 10 * 10), language());
    let mut parts = vec![percent.clone(), counted("import-rows", job.rows)];
    if job.rate > 0 {
        parts.push(counted("import-rate", job.rate));
    }
    parts.extend(job.left_ms.map(left));
    rsx! {
        div { class: "stack", "data-job": doing,
            div { class: "row between wrap",
                p { class: "number", "{title}" }
                Button { label: tr("import-stop"), kind: "quiet", icon: "pause", onclick: move |_| held.act(ImportsRequest::Stop(held.id)) }
            }
            Bar { label: title.clone(), per_mille: job.done }
            p { class: "muted small", {parts.join(" · ")} }
            Spoken { title, tenth: job.done / 100 }
            p { class: "muted tiny row", Icon { name: "info", size: "s" } {tr("import-goes-on")} }
        }
    }
}

/// The progress as it is read out: by tenths, so that it does not talk all the time.
#[component]
fn Spoken(title: String, tenth: u16) -> Element {
    let percent = format::percent(i64::from(tenth) * 100, language());
    rsx! {
        p { class: "visually-hidden", role: "status", "aria-live": "polite", "{title} {percent}" }
    }
}
