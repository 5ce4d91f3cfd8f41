//! The water: pre-drawn waves moved by CSS alone; its level and its band are all that changes.

use dioxus::prelude::*;

/// One wave, twice as wide as what is visible, so that moving it by half appears endless.
const WAVE: &str = "M0 20 C 100 2 200 2 300 20 S 500 38 600 20 S 800 2 900 20 S 1100 38 1200 20 V 60 H 0 Z";

/// Water up to `level` per cent. `band` is 1 to 5; `still` stops the waves.
#[component]
pub fn Water(level: u8, band: u8, still: bool) -> Element {
    let down = 100 - level.min(92);
    rsx! {
        div {
            class: "water",
            "aria-hidden": "true",
            "data-band": "{band}",
            "data-still": if still { "true" } else { "false" },
            style: "--down: {down}%;",
            for layer in ["back", "middle", "front"] {
                svg { key: "{layer}", class: "{layer} move", view_box: "0 0 1200 60", preserve_aspect_ratio: "none",
                    path { d: WAVE, fill: "currentColor" }
                }
            }
        }
    }
}
