//! What is open over a page: a question that must be answered first, a sheet, a panel beside a list. Escape and Back close the topmost,
//! the focus goes in and comes back, and what was filled in is asked about before it is discarded.

use crate::bridge::{self, Layer, close_layer, close_top, discard, open_layer};
use crate::components::{Button, Icon};
use crate::i18n::tr;
use crate::state::shared;
use dioxus::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Layers opened so far: one may be opened from another, and each has an id of its own.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// A layer of a component, which is open from its element's mounting to the component's end.
#[derive(Clone)]
struct Over {
    id: String,
    closing: Signal<u32>,
    held: Rc<RefCell<Option<Layer>>>,
}

impl Over {
    fn open(&self, kind: &'static str, keeps: bool) {
        let mut closing = self.closing;
        *self.held.borrow_mut() = Some(open_layer(&self.id, kind, keeps, move || closing += 1));
    }
}

fn use_layer(onclose: EventHandler<()>) -> Over {
    let id = use_hook(|| format!("layer-{}", OPENED.fetch_add(1, Ordering::Relaxed)));
    let held = use_hook(|| Rc::new(RefCell::new(None)));
    let closing = use_signal(|| 0_u32);
    let mut answered = use_hook(|| CopyValue::new(0_u32));
    use_effect(move || {
        let wanted = closing();
        // `onclose` may read what changes later, such as whether an act is on its way; that is no wish to close.
        if wanted > answered() {
            answered.set(wanted);
            onclose.call(());
        }
    });
    Over { id, closing, held }
}

/// A dialog, or on a narrow screen a sheet from below. The focus stays in it. `keeps`: what is typed in it outlives it. `crossed`: a cross beside its title
/// closes it. `of` is its name for the keyboard.
#[component]
pub fn Dialog(
    title: String,
    #[props(default)] sheet: bool,
    #[props(default)] keeps: bool,
    #[props(default)] crossed: bool,
    of: Option<&'static str>,
    onclose: EventHandler<()>,
    children: Element,
) -> Element {
    let over = use_layer(onclose);
    let (id, outside) = (over.id.clone(), over.id.clone());
    rsx! {
        div {
            class: if sheet { "backdrop sheet" } else { "backdrop" },
            onclick: move |event| {
                event.stop_propagation();
                close_layer(&outside);
            },
            div {
                id,
                class: "dialog stack wide",
                role: "dialog",
                "aria-modal": "true",
                "aria-label": title.clone(),
                "data-of": of,
                tabindex: "-1",
                onmounted: move |_| over.open("dialog", keeps),
                onclick: move |event| event.stop_propagation(),
                if crossed {
                    div { class: "row between top edge",
                        h2 { class: "grow", "{title}" }
                        CloseButton {}
                    }
                } else {
                    h2 { "{title}" }
                }
                {children}
            }
        }
    }
}

/// What lies over a camera whose picture is drawn behind the page (`bridge::scan`). Styles hide the rest of the page meanwhile, so that `children` has to
/// say what can be done, and how it is closed by a finger.
#[component]
pub fn OverCamera(label: String, onclose: EventHandler<()>, children: Element) -> Element {
    let over = use_layer(onclose);
    let id = over.id.clone();
    rsx! {
        div { id, class: "over-camera", role: "dialog", "aria-modal": "true", "aria-label": label, tabindex: "-1",
            onmounted: move |_| over.open("dialog", true),
            {children}
        }
    }
}

/// A panel beside a list: the focus goes into it when it opens, and back to the row when it closes.
#[component]
pub fn Side(label: String, onclose: EventHandler<()>, children: Element) -> Element {
    let over = use_layer(onclose);
    let id = over.id.clone();
    rsx! {
        section { id, class: "card stack wide side", role: "region", "aria-label": label, tabindex: "-1",
            onmounted: move |_| over.open("panel", false),
            {children}
        }
    }
}

/// The cross that closes what is open, as Escape does.
#[component]
pub fn CloseButton() -> Element {
    rsx! {
        button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("close"), onclick: move |_| { close_top(); },
            Icon { name: "x" }
        }
    }
}

/// Gives a panel the whole width, or takes that away again.
#[component]
pub fn FullButton(full: bool, onfull: EventHandler<()>) -> Element {
    let label = tr("panel-full");
    let name = if full { "minimize-2" } else { "maximize-2" };
    rsx! {
        button { class: "button quiet icon-only", r#type: "button", "aria-pressed": if full { "true" } else { "false" },
            "aria-label": "{label}", title: "{label}", onclick: move |_| onfull.call(()),
            Icon { name }
        }
    }
}

/// The question before what was filled in is discarded.
#[component]
pub fn Discard() -> Element {
    let mut asked = shared().discarding;
    use_hook(move || bridge::on_discard(move || asked.set(true)));
    let mut answer = move |is: bool| {
        asked.set(false);
        discard(is);
    };
    rsx! {
        if asked() {
            Dialog { title: tr("form-discard-title"), of: "discard", onclose: move |()| answer(false),
                p { {tr("form-discard-sure")} }
                div { class: "row wrap actions",
                    Button { label: tr("form-keep"), kind: "primary", onclick: move |_| answer(false) }
                    Button { label: tr("form-discard"), kind: "danger", icon: "trash-2", onclick: move |_| answer(true) }
                }
            }
        }
    }
}
