//! Icons: Lucide (ISC), by name.

use dioxus::prelude::*;

fn shapes(name: &str) -> &'static str {
    match name {
        "arrow-down" => include_str!("../../../assets/icons/arrow-down.svg"),
        "arrow-up" => include_str!("../../../assets/icons/arrow-up.svg"),
        "banknote" => include_str!("../../../assets/icons/banknote.svg"),
        "battery-low" => include_str!("../../../assets/icons/battery-low.svg"),
        "bell" => include_str!("../../../assets/icons/bell.svg"),
        "calendar-check" => include_str!("../../../assets/icons/calendar-check.svg"),
        "calendar-clock" => include_str!("../../../assets/icons/calendar-clock.svg"),
        "camera" => include_str!("../../../assets/icons/camera.svg"),
        "chart-column" => include_str!("../../../assets/icons/chart-column.svg"),
        "check" => include_str!("../../../assets/icons/check.svg"),
        "chevron-down" => include_str!("../../../assets/icons/chevron-down.svg"),
        "chevron-left" => include_str!("../../../assets/icons/chevron-left.svg"),
        "chevron-right" => include_str!("../../../assets/icons/chevron-right.svg"),
        "circle-alert" => include_str!("../../../assets/icons/circle-alert.svg"),
        "circle-slash" => include_str!("../../../assets/icons/circle-slash.svg"),
        "clock" => include_str!("../../../assets/icons/clock.svg"),
        "clock-alert" => include_str!("../../../assets/icons/clock-alert.svg"),
        "cloud-check" => include_str!("../../../assets/icons/cloud-check.svg"),
        "cloud-off" => include_str!("../../../assets/icons/cloud-off.svg"),
        "copy" => include_str!("../../../assets/icons/copy.svg"),
        "download" => include_str!("../../../assets/icons/download.svg"),
        "droplet" => include_str!("../../../assets/icons/droplet.svg"),
        "ellipsis" => include_str!("../../../assets/icons/ellipsis.svg"),
        "external-link" => include_str!("../../../assets/icons/external-link.svg"),
        "eye" => include_str!("../../../assets/icons/eye.svg"),
        "eye-off" => include_str!("../../../assets/icons/eye-off.svg"),
        "file-spreadsheet" => include_str!("../../../assets/icons/file-spreadsheet.svg"),
        "gauge" => include_str!("../../../assets/icons/gauge.svg"),
        "hand-coins" => include_str!("../../../assets/icons/hand-coins.svg"),
        "history" => include_str!("../../../assets/icons/history.svg"),
        "hourglass" => include_str!("../../../assets/icons/hourglass.svg"),
        "house" => include_str!("../../../assets/icons/house.svg"),
        "info" => include_str!("../../../assets/icons/info.svg"),
        "landmark" => include_str!("../../../assets/icons/landmark.svg"),
        "layout-dashboard" => include_str!("../../../assets/icons/layout-dashboard.svg"),
        "list-checks" => include_str!("../../../assets/icons/list-checks.svg"),
        "list-filter" => include_str!("../../../assets/icons/list-filter.svg"),
        "log-out" => include_str!("../../../assets/icons/log-out.svg"),
        "map-pin" => include_str!("../../../assets/icons/map-pin.svg"),
        "maximize-2" => include_str!("../../../assets/icons/maximize-2.svg"),
        "minimize-2" => include_str!("../../../assets/icons/minimize-2.svg"),
        "minus" => include_str!("../../../assets/icons/minus.svg"),
        "pause" => include_str!("../../../assets/icons/pause.svg"),
        "phone" => include_str!("../../../assets/icons/phone.svg"),
        "pencil" => include_str!("../../../assets/icons/pencil.svg"),
        "play" => include_str!("../../../assets/icons/play.svg"),
        "plus" => include_str!("../../../assets/icons/plus.svg"),
        "qr-code" => include_str!("../../../assets/icons/qr-code.svg"),
        "radio-tower" => include_str!("../../../assets/icons/radio-tower.svg"),
        "receipt" => include_str!("../../../assets/icons/receipt.svg"),
        "receipt-text" => include_str!("../../../assets/icons/receipt-text.svg"),
        "refresh-cw" => include_str!("../../../assets/icons/refresh-cw.svg"),
        "scroll-text" => include_str!("../../../assets/icons/scroll-text.svg"),
        "search" => include_str!("../../../assets/icons/search.svg"),
        "settings" => include_str!("../../../assets/icons/settings.svg"),
        "shield-alert" => include_str!("../../../assets/icons/shield-alert.svg"),
        "smartphone" => include_str!("../../../assets/icons/smartphone.svg"),
        "sticky-note" => include_str!("../../../assets/icons/sticky-note.svg"),
        "table" => include_str!("../../../assets/icons/table.svg"),
        "ticket-percent" => include_str!("../../../assets/icons/ticket-percent.svg"),
        "trash-2" => include_str!("../../../assets/icons/trash-2.svg"),
        "triangle-alert" => include_str!("../../../assets/icons/triangle-alert.svg"),
        "undo-2" => include_str!("../../../assets/icons/undo-2.svg"),
        "upload" => include_str!("../../../assets/icons/upload.svg"),
        "user" => include_str!("../../../assets/icons/user.svg"),
        "users" => include_str!("../../../assets/icons/users.svg"),
        "wallet" => include_str!("../../../assets/icons/wallet.svg"),
        "wifi" => include_str!("../../../assets/icons/wifi.svg"),
        "wifi-off" => include_str!("../../../assets/icons/wifi-off.svg"),
        "x" => include_str!("../../../assets/icons/x.svg"),
        _ => "",
    }
}

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
