//! An advice in a list: its picture, what it is called, what it takes and saves, and what calls for it.

use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::status::chip;
use crate::i18n::tr;
use crate::pages::tips::words;
use crate::route::Route;
use dioxus::prelude::*;
use domain::patterns::Evidence;
use domain::tips::find;
use protocol::ui::MarkedTip;

/// A line that leads to the page of an advice. Nothing for one that this version does not know.
#[component]
pub fn TipLine(name: String, evidence: Option<Evidence>, marks: Option<MarkedTip>) -> Element {
    let language = language();
    let Some(tip) = find(&name) else { return rsx! {} };
    let (applied, bookmarked) = marks.map_or((false, false), |marks| (marks.applied.is_some(), marks.bookmarked));
    rsx! {
        li { class: "tip-line", "data-row": tip.name, "data-tip": tip.name,
            Link { class: "tip-press", to: Route::TipPage { name: tip.name.to_owned() },
                span { class: "round", {icon(words::picture(tip.category), "")} }
                span { class: "grow stack",
                    strong { {words::title(tip.name)} }
                    if let Some(evidence) = evidence {
                        span { class: "small", "data-evidence": "{tip.name}", {words::evidence(&evidence, language)} }
                    }
                    span { class: "muted small", {words::saving(tip.saving, language)} }
                    span { class: "row wrap",
                        {chip("", "clock", &words::effort(tip), "small")}
                        {chip("", "wallet", &words::cost(tip), "small")}
                        if applied {
                            {chip("ok", "check", &tr("tip-applied"), "small")}
                        }
                        if bookmarked {
                            {chip("info", "bookmark", &tr("tip-bookmarked"), "small")}
                        }
                    }
                }
                {icon("chevron-right", "s")}
            }
        }
    }
}
