//! What the rows come to, in numbers; a tile that is pressed shows its rows only.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::tr;
use crate::pages::imports::check::Filter;
use crate::pages::imports::steps::Only;
use crate::pages::imports::words::look_of;
use dioxus::prelude::*;
use domain::imports::Level;
use protocol::ui::imports::{Counts, Fate};

const fn count_of(counts: &Counts, only: Only) -> u32 {
    match only {
        Only::Fate(Fate::Create) => counts.create,
        Only::Fate(Fate::Update) => counts.update,
        Only::Fate(Fate::Same) => counts.same,
        Only::Fate(Fate::LeftOut) => counts.left_out,
        Only::Fate(Fate::Error) | Only::Level(Level::Error) => counts.error,
        Only::Level(Level::Warning) => counts.warning,
    }
}

/// The tiles.
#[component]
pub fn Tiles(counts: Counts, filter: Filter) -> Element {
    let language = language();
    let pressed = filter.only();
    rsx! {
        div { class: "tiles", role: "group", "aria-label": tr("import-tiles"),
            for (only , name) in Only::ALL {
                button { key: "{name}", class: "stat", r#type: "button", "data-tile": name,
                    "aria-pressed": if pressed == Some(only) { "true" } else { "false" },
                    onclick: move |_| filter.show((pressed != Some(only)).then_some(only)),
                    {mark(only)}
                    span { class: "value", {format::whole(i64::from(count_of(&counts, only)), language)} }
                }
            }
        }
        p { class: "muted tiny tiles-note", {tr("import-tiles-note")} }
    }
}

fn mark(only: Only) -> Element {
    let (word, tone, icon) = match only {
        Only::Fate(fate) => look_of(fate),
        Only::Level(_) => ("warning", "warn", "triangle-alert"),
    };
    rsx! {
        span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(&format!("import-tile-{word}"))} }
    }
}
