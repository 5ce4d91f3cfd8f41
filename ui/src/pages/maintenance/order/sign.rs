//! A signature: drawn with a finger, a pen or a mouse on a field, or, for whoever cannot draw, the typed name alone.

use crate::bridge::pen::{Pen, clear_pen, open_pen};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Segmented};
use crate::i18n::tr;
use crate::pages::admin::parts::Entry;
use crate::pages::maintenance::order::add::Ends;
use crate::pages::maintenance::order::adding::use_adding;
use crate::pages::maintenance::order::said::typed_strokes;
use dioxus::prelude::*;
use domain::maintenance::record::{LONGEST_NAME, RecordContent};
use domain::maintenance::strokes::{Point, Strokes};
use domain::maintenance::template::StepNo;
use protocol::ui::WorkRow;
use std::cell::RefCell;
use std::rc::Rc;

/// The element that is drawn on.
const FIELD: &str = "signature";

/// How somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Drawing,
    Typing,
}

/// The form.
#[component]
pub fn SignForm(row: WorkRow, step: Option<StepNo>, onclose: EventHandler<()>) -> Element {
    let adding = use_adding(&row);
    let mut drawn = use_signal(Vec::<Vec<Point>>::new);
    let mut by = use_signal(|| By::Drawing);
    let mut signer = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let strokes = match by() {
        By::Drawing => Strokes::of_pen(&drawn.read()),
        By::Typing => typed_strokes(),
    };
    let letters = signer.read().trim().chars().count();
    let no_name = (letters == 0 || letters > LONGEST_NAME).then(|| tr("work-signer-wrong"));
    let no_strokes = strokes.is_none().then(|| tr("work-sign-missing"));
    let right = strokes.filter(|_| no_name.is_none());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(strokes) = right.clone() {
            adding.add(RecordContent::Signature { step, strokes, signer: signer.peek().trim().to_owned() }, onclose);
        }
    };
    // What was drawn goes with the field that showed it.
    let choose = move |way| {
        by.set(way);
        drawn.set(Vec::new());
    };
    let ways = vec![(By::Drawing, tr("work-sign-draw")), (By::Typing, tr("work-sign-type"))];
    let shows = tried();
    let fields = [("signer", no_name.clone()), (FIELD, no_strokes)];
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: go,
            Summary { wrong: misses(shows, fields) }
            Entry { id: "signer", label: tr("work-signer"), value: signer(), error: no_name.filter(|_| shows), oninput: move |typed| signer.set(typed) }
            Segmented { label: tr("work-sign-by"), choices: ways, chosen: by(), full: true, onchoose: choose }
            if by() == By::Drawing {
                Field { drawn }
            } else {
                p { class: "small", {tr("work-sign-typed-means")} }
            }
            Ends { busy: adding.is_busy(), onclose }
        }
    }
}

/// The field that is drawn on.
#[component]
fn Field(drawn: Signal<Vec<Vec<Point>>>) -> Element {
    let mut drawn = drawn;
    let pen = use_hook(|| Rc::new(RefCell::new(None::<Pen>)));
    let open = move |_| {
        *pen.borrow_mut() = Some(open_pen(FIELD, move |strokes| drawn.set(strokes)));
    };
    let is_empty = drawn.read().is_empty();
    rsx! {
        div { class: "field",
            span { class: "label", {tr("work-sign-field")} }
            canvas { id: FIELD, class: "pen", tabindex: "-1", role: "img", "aria-label": tr("work-sign-field"), "data-drawn": "{!is_empty}", onmounted: open }
            Button { label: tr("work-sign-clear"), kind: "quiet", icon: "x", disabled: is_empty, onclick: move |_| clear_pen(FIELD) }
        }
    }
}
