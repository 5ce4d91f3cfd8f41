//! Icons: Lucide (ISC), by name.

use dioxus::prelude::*;

macro_rules! shapes {
    ($($name:literal),+ $(,)?) => {
        /// What is drawn within an icon of this name; nothing for a name without a file in `assets/icons`.
        fn shapes(name: &str) -> &'static str {
            match name {
                $($name => include_str!(concat!("../../../assets/icons/", $name, ".svg")),)+
                _ => "",
            }
        }
    };
}

shapes![
    "arrow-down",
    "arrow-up",
    "banknote",
    "battery-low",
    "bell",
    "bookmark",
    "calendar-check",
    "calendar-clock",
    "camera",
    "car",
    "chart-column",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle-alert",
    "circle-slash",
    "clock",
    "clock-alert",
    "cloud-check",
    "cloud-off",
    "copy",
    "cylinder",
    "download",
    "droplet",
    "droplets",
    "ellipsis",
    "external-link",
    "eye",
    "eye-off",
    "file-chart-column",
    "file-spreadsheet",
    "gauge",
    "hand-coins",
    "history",
    "hourglass",
    "house",
    "info",
    "landmark",
    "layout-dashboard",
    "lightbulb",
    "list-checks",
    "list-filter",
    "locate",
    "log-out",
    "map-pin",
    "maximize-2",
    "minimize-2",
    "minus",
    "pause",
    "pencil",
    "phone",
    "play",
    "plus",
    "qr-code",
    "radio-tower",
    "receipt",
    "receipt-text",
    "refresh-cw",
    "scroll-text",
    "search",
    "settings",
    "shield-alert",
    "shower-head",
    "smartphone",
    "sprout",
    "sticky-note",
    "table",
    "ticket-percent",
    "toilet",
    "trash-2",
    "trending-up",
    "triangle-alert",
    "undo-2",
    "upload",
    "user",
    "users",
    "wallet",
    "washing-machine",
    "wifi",
    "wifi-off",
    "x",
];

/// A picture beside a word; it has no meaning of its own.
#[component]
pub fn Icon(name: &'static str, #[props(default)] size: &'static str) -> Element {
    icon(name, size)
}

/// The same without a component of its own, for what is drawn a hundred times a second.
pub fn icon(name: &'static str, size: &'static str) -> Element {
    rsx! {
        svg {
            class: "icon {size}",
            view_box: "0 0 24 24",
            "aria-hidden": "true",
            dangerous_inner_html: shapes(name),
        }
    }
}
