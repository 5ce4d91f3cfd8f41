//! The tabs of a phone: five at most. Where the menu has more, the last one opens the rest of it as a sheet.

use crate::bridge;
use crate::components::shell::{MenuLink, is_plain_press};
use crate::components::{Button, Dialog, Icon};
use crate::i18n::tr;
use crate::route::{Entry, Route, tabs};
use dioxus::prelude::*;
use domain::people::Role;

/// The tabs of a role.
#[component]
pub fn Tabs(role: Role, route: Route) -> Element {
    let mut is_open = use_signal(|| false);
    let (shown, more) = tabs(role);
    let is_behind = more.iter().any(|entry| route.is_page_of(&entry.to));
    rsx! {
        nav { class: "tabs", "aria-label": tr("nav-main"),
            for entry in shown {
                MenuLink { key: "{entry.key}", current: route.is_page_of(&entry.to), entry }
            }
            if !more.is_empty() {
                button { id: "tabs-more", r#type: "button", class: if is_behind { "current" }, "aria-haspopup": "dialog",
                    "aria-expanded": if is_open() { "true" } else { "false" },
                    onclick: move |_| is_open.set(true),
                    Icon { name: "ellipsis" }
                    {tr("nav-more")}
                }
            }
        }
        if is_open() {
            Rest { entries: more, route: route.clone(), onclose: move |()| is_open.set(false) }
        }
    }
}

/// The rest of the menu.
#[component]
fn Rest(entries: Vec<Entry>, route: Route, onclose: EventHandler<()>) -> Element {
    rsx! {
        Dialog { title: tr("nav-more"), sheet: true, keeps: true, of: "more", onclose: move |()| onclose.call(()),
            ul { class: "list more-list",
                for entry in entries {
                    li { key: "{entry.key}",
                        a { href: "#{entry.to}", "aria-current": if route.is_page_of(&entry.to) { "page" },
                            onclick: { let to = entry.to.clone(); move |event: MouseEvent| {
                                if is_plain_press(&event) {
                                    event.prevent_default();
                                    onclose.call(());
                                    bridge::leave_to(&to.to_string());
                                }
                            } },
                            Icon { name: entry.icon }
                            {tr(entry.key)}
                        }
                    }
                }
            }
            Button { label: tr("close"), full: true, onclick: move |_| onclose.call(()) }
        }
    }
}
