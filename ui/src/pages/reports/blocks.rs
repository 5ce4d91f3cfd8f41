//! The pieces of a report in their order: moved, left out, and added between. By keyboard the buttons do it, or Alt with an arrow anywhere in a
//! piece; the focus goes along.

use crate::bridge;
use crate::components::icon::icon as drawn;
use crate::components::{Button, Icon};
use crate::i18n::{tr, tra};
use crate::pages::reports::looking::Looking;
use crate::pages::reports::words::{icon, piece as named, sort};
use dioxus::prelude::*;
use domain::reports::{LONGEST_TEXT, LONGEST_TITLE, MOST_PIECES, NamedPart, Piece, Signature};

/// The pieces.
#[component]
pub fn Blocks(looking: Looking) -> Element {
    let (pieces, parts) = (looking.pieces(), looking.parts());
    let count = pieces.len();
    let moved = use_signal(String::new);
    rsx! {
        section { class: "card stack wide report-blocks", "aria-labelledby": "report-blocks",
            h2 { id: "report-blocks", {tr("report-blocks")} }
            p { class: "muted small", {tr("report-blocks-lead")} }
            p { class: "visually-hidden", role: "status", "{moved}" }
            if pieces.is_empty() {
                p { class: "muted", {tr("report-blocks-none")} }
            }
            ol { class: "report-pieces",
                for (place , piece) in pieces.iter().cloned().enumerate() {
                    Block { key: "{place}", piece, place, count, parts: parts.clone(), looking, moved }
                }
            }
            Add { looking, pieces, parts }
        }
    }
}

/// Puts a piece elsewhere, says so, and takes the focus along.
fn put(looking: Looking, mut moved: Signal<String>, (from, to): (usize, usize), name: &str, count: usize) {
    looking.arrange(|pieces| {
        if from.max(to) < pieces.len() {
            let piece = pieces.remove(from);
            pieces.insert(to, piece);
        }
    });
    moved.set(tra("report-moved", &[("name", name.to_owned()), ("n", (to + 1).to_string()), ("of", count.to_string())]));
    bridge::focus(&format!("piece-{to}"));
}

#[component]
fn Block(piece: Piece, place: usize, count: usize, parts: Vec<NamedPart>, looking: Looking, moved: Signal<String>) -> Element {
    let name = named(&piece, &parts);
    let is_missing = matches!(&piece, Piece::Part(part) if !parts.iter().any(|named| named.part == *part));
    let (up, down) = (place.checked_sub(1), Some(place + 1).filter(|down| *down < count));
    let by_keys = {
        let name = name.clone();
        move |event: KeyboardEvent| {
            let to = match event.key() {
                Key::ArrowUp => up,
                Key::ArrowDown => down,
                _ => return,
            };
            if !event.modifiers().alt() {
                return;
            }
            event.prevent_default();
            if let Some(to) = to {
                put(looking, moved, (place, to), &name, count);
            }
        }
    };
    let mover = |to: Option<usize>, picture: &'static str, key: &str| {
        let (label, name) = (tra(key, &[("name", name.clone())]), name.clone());
        rsx! {
            button { class: "button quiet icon-only", r#type: "button", "aria-label": "{label}", title: "{label}", disabled: to.is_none(),
                onclick: move |_| if let Some(to) = to { put(looking, moved, (place, to), &name, count) },
                {drawn(picture, "")}
            }
        }
    };
    let remove = tra("report-remove-piece", &[("name", name.clone())]);
    rsx! {
        li { id: "piece-{place}", tabindex: "-1", class: "report-piece", "data-piece": sort(&piece), onkeydown: by_keys,
            div { class: "row",
                Icon { name: icon(&piece) }
                span { class: "grow stack tight",
                    span { class: "number", "{name}" }
                    if is_missing { span { class: "tiny muted", {tr("report-part-missing")} } }
                }
                {mover(up, "arrow-up", "report-up")}
                {mover(down, "arrow-down", "report-down")}
                button { class: "button quiet icon-only", r#type: "button", "aria-label": "{remove}", title: "{remove}",
                    onclick: move |_| {
                        looking.arrange(|pieces| {
                            if place < pieces.len() {
                                pieces.remove(place);
                            }
                        });
                        bridge::focus("report-add");
                    },
                    {drawn("x", "")}
                }
            }
            Texts { piece: piece.clone(), place, looking }
        }
    }
}

/// What can be written in a piece; it is taken over when somebody leaves the field, so that the page is not set anew for each letter.
#[component]
fn Texts(piece: Piece, place: usize, looking: Looking) -> Element {
    let set = move |new: Piece| {
        looking.arrange(|pieces| {
            if let Some(piece) = pieces.get_mut(place) {
                *piece = new;
            }
        });
    };
    match piece {
        Piece::Title(text) => rsx! {
            Line { id: "piece-{place}-title", label: tr("report-sort-title"), value: text, onchange: move |text| set(Piece::Title(text)) }
        },
        Piece::Paragraph(text) => rsx! {
            div { class: "field",
                label { r#for: "piece-{place}-text", {tr("report-text")} }
                div { class: "input",
                    textarea { id: "piece-{place}-text", class: "short", rows: "3", maxlength: "{LONGEST_TEXT}", value: "{text}",
                        onchange: move |event| set(Piece::Paragraph(event.value())) }
                }
            }
        },
        Piece::Signature(Signature { role, name }) => {
            let (kept_name, kept_role) = (name.clone(), role.clone());
            rsx! {
                Line { id: "piece-{place}-role", label: tr("report-role"), value: role,
                    onchange: move |role| set(Piece::Signature(Signature { role, name: kept_name.clone() })) }
                Line { id: "piece-{place}-name", label: tr("report-signer"), value: name,
                    onchange: move |name| set(Piece::Signature(Signature { role: kept_role.clone(), name })) }
            }
        }
        Piece::Part(_) | Piece::PageBreak => rsx! {},
    }
}

#[component]
fn Line(id: String, label: String, value: String, onchange: EventHandler<String>) -> Element {
    rsx! {
        div { class: "field",
            label { r#for: "{id}", "{label}" }
            div { class: "input",
                input { id: "{id}", value: "{value}", autocomplete: "off", maxlength: "{LONGEST_TITLE}",
                    onchange: move |event| onchange.call(event.value()) }
            }
        }
    }
}

/// What can be added: parts that are left out, and pieces of somebody's own.
#[component]
fn Add(looking: Looking, pieces: Vec<Piece>, parts: Vec<NamedPart>) -> Element {
    let is_full = pieces.len() >= MOST_PIECES;
    let left_out = parts.iter().map(|named| Piece::Part(named.part)).filter(|part| !pieces.contains(part));
    let own = [
        Piece::Title(tr("report-new-title")),
        Piece::Paragraph(tr("report-new-text")),
        Piece::PageBreak,
        Piece::Signature(Signature { role: tr("report-new-role"), name: String::new() }),
    ];
    let choices: Vec<(String, Piece)> = left_out.map(|part| (named(&part, &parts), part)).collect();
    let own: Vec<(String, Piece)> = own.into_iter().map(|piece| (tr(sort(&piece)), piece)).collect();
    let design = looking.design.read().as_ref().is_some_and(|design| design.pieces.is_some());
    rsx! {
        details { class: "report-more",
            summary { id: "report-add", {tr("report-add")} }
            if is_full {
                p { class: "muted small", {tra("report-full", &[("n", MOST_PIECES.to_string())])} }
            } else {
                div { class: "row wrap",
                    for (place , (name , piece)) in choices.into_iter().chain(own).enumerate() {
                        AddOne { key: "{place}", name, piece, looking }
                    }
                }
            }
        }
        if design {
            Button { label: tr("report-as-it-is"), icon: "undo-2", kind: "quiet", onclick: move |_| looking.alter(|design| design.pieces = None) }
        }
    }
}

#[component]
fn AddOne(name: String, piece: Piece, looking: Looking) -> Element {
    let (sort, picture) = (sort(&piece), icon(&piece));
    rsx! {
        button { r#type: "button", class: "button", "data-add": sort,
            onclick: move |_| {
                let piece = piece.clone();
                looking.arrange(|pieces| pieces.push(piece));
            },
            {drawn(picture, "")}
            "{name}"
        }
    }
}
