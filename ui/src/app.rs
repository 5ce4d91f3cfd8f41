//! The root: shared state, words, theme, and the pages.

use crate::bridge::set_root;
use crate::components::address::FirstAddress;
use crate::components::dialog::Discard;
use crate::i18n::use_words;
use crate::route::Route;
use crate::state::Shared;
use dioxus::prelude::*;
use domain::people::Role;
use protocol::ui::{Motion, SingleKeys, Theme};

/// The whole of the screens.
#[component]
pub fn App() -> Element {
    let shared = Shared::provide();
    use_context_provider(FirstAddress::here);
    let preferences = use_memo(move || shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default());
    let role = use_memo(move || shared.session.read().as_ref().and_then(|session| session.user.as_ref()).map(|user| user.role));
    use_words(use_memo(move || preferences().language));
    use_effect(move || {
        let preferences = preferences();
        let theme = match preferences.theme {
            Theme::System if prefers_dark() => "dark",
            Theme::Dark => "dark",
            Theme::System | Theme::Light => "light",
            Theme::Sunlight => "sunlight",
        };
        set_root("data-theme", theme);
        set_root("data-keys", if preferences.single_keys == SingleKeys::Off { "off" } else { "on" });
        // Whoever works outdoors wears gloves.
        set_root("data-gloves", if role() == Some(Role::Technician) { "on" } else { "off" });
        set_root("data-motion", if preferences.motion == Motion::Still { "still" } else { "system" });
    });
    rsx! {
        Router::<Route> {}
        Discard {}
        div { class: "toasts", role: "status",
            for (id , text) in shared.toasts.read().iter() {
                div { key: "{id}", class: "toast", "{text}" }
            }
        }
    }
}

fn prefers_dark() -> bool {
    let query = web_sys::window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|query| query.matches())
}
