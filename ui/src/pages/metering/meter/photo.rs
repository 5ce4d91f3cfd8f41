//! Pictures: taken with the camera or chosen from the device, and shown.

use crate::bridge;
use crate::components::{Button, Dialog, Icon, Skeleton};
use crate::i18n::tr;
use crate::state::shared;
use dioxus::prelude::*;
use domain::BlobId;
use protocol::ui::{Answer, PictureData, Request};

/// A picture that a row names: small, and large when pressed. It is requested once, and again when this device is connected anew.
#[component]
pub fn PhotoButton(photo: BlobId, of: String, #[props(default = tr("reading-photo"))] title: String) -> Element {
    let shared = shared();
    let mut open = use_signal(|| false);
    let mut picture = use_signal(|| None::<PictureData>);
    let phase = use_memo(move || shared.sync.read().phase);
    use_resource(move || {
        phase.read();
        async move {
            if picture.peek().is_none()
                && let Ok(Answer::Picture(data)) = bridge::call(Request::Picture { photo }).await
            {
                picture.set(Some(data));
            }
        }
    });
    let source = picture.read().as_ref().map(source);
    rsx! {
        button { class: "thumb", r#type: "button", "aria-label": tr("photo-open"), onclick: move |_| open.set(true),
            if let Some(source) = &source {
                img { src: "{source}", alt: "" }
            } else {
                Icon { name: "camera" }
            }
        }
        if open() {
            Dialog { title, onclose: move |()| open.set(false),
                if let Some(source) = &source {
                    img { class: "photo", src: "{source}", alt: of }
                } else {
                    Skeleton { heights: vec![240] }
                    p { class: "muted small", {tr("photo-away")} }
                }
                Button { label: tr("close"), onclick: move |_| open.set(false) }
            }
        }
    }
}

fn source(data: &PictureData) -> String {
    format!("data:{};base64,{}", data.mime, data.base64)
}

/// How far a picture for a form is.
#[derive(Clone, PartialEq)]
pub enum Taken {
    /// There is none.
    Nothing,
    /// It is being made smaller.
    Preparing,
    /// It is a JPEG, in base64.
    Ready(String),
    /// What was chosen is no picture.
    Unreadable,
}

/// A picture for a form, from the camera where there is one.
#[component]
pub fn PhotoInput(taken: Signal<Taken>, #[props(default = tr("reading-photo"))] label: String) -> Element {
    let choose = move |_| bridge::choose_photo("photo");
    let read = move |_| {
        taken.set(Taken::Preparing);
        spawn(async move {
            let next = bridge::read_photo("photo").await.map_or(Taken::Unreadable, Taken::Ready);
            taken.set(next);
        });
    };
    rsx! {
        div { class: "field",
            span { class: "label", "{label}" }
            input { id: "photo", class: "visually-hidden", r#type: "file", accept: "image/*", "capture": "environment", tabindex: "-1",
                "aria-label": tr("reading-photo-take"), onchange: read }
            match &*taken.read() {
                Taken::Nothing | Taken::Unreadable => rsx! {
                    Button { label: tr("reading-photo-take"), icon: "camera", full: true, onclick: choose }
                    if *taken.read() == Taken::Unreadable {
                        span { class: "error", role: "alert", Icon { name: "circle-alert", size: "s" } {tr("reading-photo-bad")} }
                    }
                },
                Taken::Preparing => rsx! { Button { label: tr("reading-photo-busy"), busy: true, full: true } },
                Taken::Ready(base64) => rsx! {
                    div { class: "preview",
                        img { src: "data:image/jpeg;base64,{base64}", alt: label.clone() }
                        div { class: "row wrap",
                            Button { label: tr("reading-photo-again"), kind: "quiet", icon: "camera", onclick: choose }
                            Button { label: tr("reading-photo-remove"), kind: "quiet", icon: "x", onclick: move |_| taken.set(Taken::Nothing) }
                        }
                    }
                },
            }
        }
    }
}
