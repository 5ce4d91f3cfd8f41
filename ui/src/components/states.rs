//! What a view shows when it has no data to show: waiting, empty, failed.

use crate::bridge;
use crate::components::{Button, Icon};
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use protocol::Problem;
use protocol::ui::Request;

/// Grey shapes where data will be; they appear only if it takes a moment.
#[component]
pub fn Skeleton(heights: Vec<u32>) -> Element {
    rsx! {
        div { class: "stack wide", "aria-busy": "true",
            for (place , height) in heights.iter().enumerate() {
                div { key: "{place}", class: "skeleton", height: "{height}px" }
            }
        }
    }
}

/// Nothing there: why, and one thing to do.
#[component]
pub fn Empty(icon: &'static str, title: String, next: String, #[props(default)] danger: bool, children: Element) -> Element {
    rsx! {
        div { class: if danger { "empty danger" } else { "empty" },
            span { class: "badge", Icon { name: icon, size: "l" } }
            h2 { "{title}" }
            p { class: "muted small", "{next}" }
            {children}
        }
    }
}

/// The words for a problem.
pub fn explain(problem: &Problem) -> String {
    let seconds = problem.retry_after_s.unwrap_or(30).to_string();
    tra(&format!("error-{}", problem.code), &[("seconds", seconds)])
}

/// It went wrong: what happened, try again, and a code that can be copied. What reads the cache asks again by itself; who asks the server says how,
/// by `onretry`.
#[component]
pub fn Failed(problem: Problem, onretry: Option<EventHandler<()>>) -> Element {
    let shared = shared();
    let code = problem.code.to_string();
    let again = move |_| {
        if let Some(onretry) = onretry {
            return onretry.call(());
        }
        let mut changed = shared.changed;
        changed += 1;
        spawn(async move { drop(bridge::call(Request::SyncNow).await) });
    };
    let copied = code.clone();
    let copy = move |_| {
        let code = copied.clone();
        spawn(async move {
            if bridge::copy(code).await {
                shared.toast(tr("error-copied"));
            }
        });
    };
    rsx! {
        Empty { icon: "triangle-alert", title: tr("error-title"), next: explain(&problem), danger: true,
            div { class: "row wrap",
                Button { label: tr("try-again"), icon: "refresh-cw", onclick: again }
                Button { label: format!("{} {code}", tr("error-copy")), kind: "quiet", icon: "copy", onclick: copy }
            }
        }
    }
}
