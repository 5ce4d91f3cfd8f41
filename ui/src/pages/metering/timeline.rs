//! What happened to a meter, the newest first: cases and what was said to them, work, orders, readings and notes.

use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::{Button, Card};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::alerts::case_words::{look_of_severity, of_answer, title};
use crate::pages::maintenance::words as work_words;
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::TimeZone;
use domain::people::Language;
use protocol::ui::{CaseName, Happened, Happening};

/// Lines shown at first.
const FEW: usize = 5;

/// A line as it is shown.
struct Shown {
    /// Its word in the page.
    name: &'static str,
    picture: &'static str,
    title: String,
    more: String,
    /// The case that it leads to.
    case: Option<CaseName>,
}

fn shown(what: Happening, language: Language) -> Shown {
    match what {
        Happening::Found { case, cause, authorised: true, .. } => {
            Shown { name: "authorised", picture: "check", title: title(cause), more: tr("timeline-authorised"), case: Some(case) }
        }
        Happening::Found { case, cause, severity, .. } => {
            let (_, picture) = look_of_severity(severity);
            Shown { name: "found", picture, title: title(cause), more: tr("timeline-found"), case: Some(case) }
        }
        Happening::Worked { work, stage, reason, by } => {
            let (_, picture) = work_words::look(stage);
            let by = Some(by).filter(|by| !by.is_empty());
            let more: Vec<String> =
                [Some(work_words::of_stage(stage)), reason.map(work_words::of_reason), by].into_iter().flatten().collect();
            let more = more.join(" · ");
            Shown { name: "worked", picture, title: work_words::title(work), more, case: None }
        }
        Happening::Answered { case, cause, answer, by } => {
            let more = format!("{by}: {}", of_answer(answer));
            Shown { name: "answered", picture: "user", title: title(cause), more, case: Some(case) }
        }
        Happening::Over { case, cause } => {
            Shown { name: "over", picture: "check", title: title(cause), more: tr("timeline-over"), case: Some(case) }
        }
        Happening::Ordered { action, state, by } => {
            let (title, state) = (tr(&format!("order-{}", action.as_str())), tr(&format!("order-state-{}", state.as_str())));
            let more = format!("{state} · {}", by.unwrap_or_else(|| tr("order-by-balance")));
            Shown { name: "ordered", picture: "radio-tower", title, more, case: None }
        }
        Happening::Read { register, by } => {
            let more = format!("{} · {by}", format::register(register, language));
            Shown { name: "read", picture: "gauge", title: tr("timeline-read"), more, case: None }
        }
        Happening::Swapped { serial, is_new, by } => {
            let (title, more) = if is_new {
                (tr("timeline-put-up"), by)
            } else {
                (tra("timeline-swapped", &[("serial", serial.to_string())]), by)
            };
            Shown { name: "swapped", picture: "refresh-cw", title, more, case: None }
        }
        Happening::Noted { by } => {
            Shown { name: "noted", picture: "sticky-note", title: tr("timeline-note"), more: by, case: None }
        }
    }
}

/// The section of a meter's page.
#[component]
pub fn Timeline(lines: Vec<Happened>, zone: TimeZone) -> Element {
    let mut all = use_signal(|| false);
    let few = if all() { lines.len() } else { FEW };
    let more = lines.len().saturating_sub(few);
    rsx! {
        Card { class: "wide",
            h2 { {tr("timeline")} }
            if lines.is_empty() {
                p { class: "muted small", {tr("timeline-none")} }
            } else {
                ul { class: "list", "aria-label": tr("timeline"),
                    for (place , line) in lines.into_iter().take(few).enumerate() {
                        Line { key: "{place}", line, zone }
                    }
                }
            }
            if more > 0 {
                Button { label: tra("fact-more", &[("n", more.to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
            }
        }
    }
}

#[component]
fn Line(line: Happened, zone: TimeZone) -> Element {
    let (now, language) = (*shared().now.peek(), language());
    let when = format::zoned_moment(line.at, now, zone, language);
    let Shown { name, picture, title, more, case } = shown(line.what, language);
    rsx! {
        li { "data-happened": name,
            {icon(picture, "s")}
            div { class: "grow stack", gap: "4px",
                if let Some(CaseName { connection, no }) = case {
                    p { Link { class: "link", to: Route::Case { connection, no }, "{title}" } }
                } else {
                    p { "{title}" }
                }
                p { class: "muted small", "{more} · {when}" }
            }
        }
    }
}
