//! All advice, searched and by category.

use crate::components::{Button, Card, Empty, Icon, Segmented, Select};
use crate::i18n::{tr, tra};
use crate::pages::tips::card::TipLine;
use crate::pages::tips::view::{LibraryView, Shelf};
use crate::pages::tips::words;
use dioxus::prelude::*;
use domain::tips::{Category, Tip};
use protocol::ui::TipsView;

fn in_words(tip: &Tip) -> [String; 3] {
    [words::title(tip.name), words::how(tip.name), words::category(tip.category)]
}

/// The library.
#[component]
pub fn Library(view: TipsView, kept: Signal<LibraryView>) -> Element {
    let mut kept = kept;
    let shown = kept.read().clone();
    let found = shown.found(&view, in_words);
    let all = std::iter::once((String::new(), tr("tip-category-all")));
    let categories: Vec<_> = all.chain(Category::ALL.iter().map(|of| (of.as_str().to_owned(), words::category(*of)))).collect();
    let shelves: Vec<_> = Shelf::ALL.into_iter().map(|shelf| (shelf, tr(&format!("tips-shelf-{}", shelf.word())))).collect();
    rsx! {
        Card { class: "wide",
            h2 { {tr("tips-library")} }
            div { class: "controls", role: "search", "aria-label": tr("tips-search"),
                div { class: "input compact search",
                    Icon { name: "search", size: "s" }
                    input { id: "tips-search", r#type: "search", "aria-label": tr("tips-search"), placeholder: tr("tips-search"),
                        value: "{shown.search}",
                        oninput: move |event| kept.with_mut(|kept| kept.search = event.value()) }
                }
                Select { label: tr("tips-category"), choices: categories,
                    chosen: shown.category.map(Category::as_str).unwrap_or_default().to_owned(),
                    onchoose: move |word: String| kept.with_mut(|kept| kept.category = Category::from_word(&word)) }
            }
            Segmented { label: tr("tips-shelf"), choices: shelves, chosen: shown.shelf, full: true,
                onchoose: move |shelf| kept.with_mut(|kept| kept.shelf = shelf) }
            p { class: "muted small", role: "status", {tra("tips-found", &[("n", found.len().to_string())])} }
            if found.is_empty() {
                if shown.search.trim().is_empty() && shown.category.is_none() {
                    Empty { icon: "bookmark", title: tr("tips-shelf-empty"), next: tr("tips-shelf-empty-next"),
                        Button { label: tr("tips-show-all"), onclick: move |_| kept.set(LibraryView::default()) }
                    }
                } else {
                    Empty { icon: "search", title: tr("tips-no-match"), next: tr("tips-no-match-next"),
                        Button { label: tr("clear-filter"), icon: "x", onclick: move |_| kept.set(LibraryView::default()) }
                    }
                }
            } else {
                ul { class: "list tip-list", "data-library": "all",
                    for tip in found {
                        TipLine { key: "{tip.name}", name: tip.name.to_owned(), marks: view.marks_of(tip.name).cloned() }
                    }
                }
            }
        }
    }
}
