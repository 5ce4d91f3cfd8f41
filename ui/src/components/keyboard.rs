//! The keyboard on every page: the palette, the list of keys, what is picked, and where `g` leads.

use crate::bridge;
use crate::components::palette::Palette;
use crate::components::{Button, Dialog, Icon};
use crate::i18n::{tr, tra};
use crate::route::{place_of_key, places};
use crate::state::{Form, shared};
use dioxus::prelude::*;
use domain::people::Role;

/// What is shown over a page.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Nothing,
    Palette,
    Keys,
}

/// Takes what the keys of every page ask for.
#[component]
pub fn Keyboard(role: Role) -> Element {
    let shared = shared();
    let mut asked = shared.asked;
    let mut to_make = shared.to_make;
    let mut shown = use_signal(|| Shown::Nothing);
    let mut picked = use_signal(|| 0_usize);
    // What was asked for before anybody was signed in is nobody's.
    use_hook(move || asked.set(None));
    use_effect(move || {
        let Some(what) = asked() else { return };
        asked.set(None);
        match what.split_once(':') {
            None if what == "palette" => shown.set(Shown::Palette),
            None if what == "far" => shared.toast(tr("picked-far")),
            None => shown.set(Shown::Keys),
            Some(("picked", count)) => picked.set(count.parse().unwrap_or_default()),
            Some(("to", address)) => {
                // What is wanted there goes along, and what was wanted before and has come to nothing is forgotten.
                let (address, form) = address.split_once('#').map_or((address, None), |(to, word)| (to, Form::of_word(word)));
                to_make.set(form);
                drop(navigator().push(address));
            }
            Some((_, key)) => {
                if let Some(route) = place_of_key(role, key) {
                    navigator().push(route);
                }
            }
        }
    });
    rsx! {
        Picked { count: picked() }
        match shown() {
            Shown::Nothing => rsx! {},
            Shown::Palette => rsx! {
                Palette { role, onkeys: move |()| shown.set(Shown::Keys), onclose: move |()| if *shown.peek() == Shown::Palette { shown.set(Shown::Nothing) } }
            },
            Shown::Keys => rsx! { Keys { role, onclose: move |()| shown.set(Shown::Nothing) } },
        }
    }
}

/// How many rows are picked, and what can be done with them.
#[component]
fn Picked(count: usize) -> Element {
    let shared = shared();
    let copy = move |_| {
        spawn(async move {
            if bridge::copy(bridge::picked_text()).await {
                shared.toast(tr("picked-copied"));
            }
        });
    };
    rsx! {
        div { class: "picked", role: "status",
            if count > 0 {
                span { class: "number", "data-count": "{count}", {tra("picked-count", &[("n", count.to_string())])} }
                Button { label: tr("picked-copy"), kind: "quiet", icon: "copy", onclick: copy }
                Button { label: tr("picked-clear"), kind: "quiet", icon: "x", onclick: move |_| { bridge::clear_picked(); } }
            }
        }
    }
}

/// The keys and what they do.
#[component]
fn Keys(role: Role, onclose: EventHandler<()>) -> Element {
    let common = [
        ("Ctrl K · ⌘ K", "key-palette"),
        ("/", "key-search"),
        ("?", "key-help"),
        ("j · k", "key-walk"),
        ("Enter", "key-open"),
        ("Esc", "key-close"),
        ("x", "key-pick"),
        ("Shift X", "key-pick-range"),
        ("← · →", "key-chart"),
    ];
    let of_imports = (role == Role::Admin).then_some(("n", "key-next-error"));
    let goes = places(role).into_iter().filter_map(|place| Some((format!("g {}", place.letter?), tr(place.key))));
    let off = tra("keys-where", &[("page", tr(if role == Role::Technician { "nav-profile" } else { "nav-account" }))]);
    rsx! {
        Dialog { title: tr("keys-title"), of: "keys", onclose: move |()| onclose.call(()),
            dl { class: "keys",
                for (keys , what) in common.into_iter().chain(of_imports) {
                    div { key: "{what}", dt { kbd { "{keys}" } } dd { {tr(what)} } }
                }
                for (keys , what) in goes {
                    div { key: "{keys}", dt { kbd { "{keys}" } } dd { {tra("key-go", &[("page", what)])} } }
                }
            }
            p { class: "small muted row", Icon { name: "info", size: "s" } "{off}" }
            Button { label: tr("close"), kind: "secondary", onclick: move |_| onclose.call(()) }
        }
    }
}
