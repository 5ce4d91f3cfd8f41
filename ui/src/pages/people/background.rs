//! Akun: whether the app goes on when its window is closed, and whether it starts by itself. Only a desktop's shell has either.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Card, Icon, Segmented};
use crate::i18n::tr;
use crate::pages::people::sign_in::set_preferences;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::Problem;
use protocol::ui::{Answer, Background, Preferences, Request};

/// The settings of a desktop; nothing in a browser and on a phone.
#[component]
pub fn BackgroundCard() -> Element {
    let shared = shared();
    let mut problem = use_signal(|| None::<Problem>);
    let load = use_answer(
        || Request::Desktop,
        |answer| match answer {
            Answer::Desktop(desktop) => Some(desktop),
            _ => None,
        },
    );
    let Load::Ready(Some(desktop)) = *load.read() else { return rsx! {} };
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    let is_on = preferences.background.is_on(shared.role());
    let set_autostart = move |on: bool| {
        spawn(async move {
            let (mut load, answer) = (load, bridge::call(Request::SetAutostart { on }).await);
            match answer {
                Ok(Answer::Desktop(desktop)) => {
                    load.set(Load::Ready(desktop));
                    problem.set(None);
                }
                Ok(_) => {}
                Err(refused) => problem.set(Some(refused)),
            }
        });
    };
    rsx! {
        Card { class: "wide background",
            h2 { {tr("background")} }
            if let Some(problem) = problem.read().as_ref() {
                div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {explain(problem)} }
            }
            div { class: "stack", "data-setting": "background",
                p { class: "small muted", {tr("background-on-close")} }
                Segmented { label: tr("background-on-close"), chosen: is_on, full: true,
                    choices: vec![(true, tr("background-on")), (false, tr("background-off"))],
                    onchoose: move |on| {
                        let background = if on { Background::On } else { Background::Off };
                        set_preferences(Preferences { background, ..preferences });
                    } }
                p { class: "tiny muted", {tr("background-help")} }
                if !desktop.has_tray {
                    p { class: "tiny muted", {tr("background-no-tray")} }
                }
            }
            div { class: "stack", "data-setting": "autostart",
                p { class: "small muted", {tr("autostart")} }
                Segmented { label: tr("autostart"), chosen: desktop.is_autostarted, full: true,
                    choices: vec![(true, tr("background-on")), (false, tr("background-off"))], onchoose: set_autostart }
                p { class: "tiny muted", {tr("autostart-help")} }
            }
        }
    }
}
