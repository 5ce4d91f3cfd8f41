//! The advice of the week, on Beranda.

use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::{Card, Icon};
use crate::i18n::tr;
use crate::pages::tips::{pick, words};
use crate::route::Route;
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use domain::ConnectionId;
use domain::tips::find;
use protocol::ui::{Request, TipsRequest};

/// One advice, with what calls for it. Nothing until the cache has answered: the page is about the water, and does not wait for it.
#[component]
pub fn WeeklyTip(connection: ReadSignal<ConnectionId>) -> Element {
    let language = language();
    let load = use_answer(move || Request::Tips(TipsRequest::View { connection: Some(connection()) }), pick);
    let load = load.read();
    let Load::Ready(Some(view)) = &*load else { return rsx! {} };
    if view.place.connection != connection() {
        return rsx! {};
    }
    let Some((offer, tip)) = view.this_week.as_ref().and_then(|offer| Some((offer, find(offer.tip.as_str())?))) else {
        return rsx! {};
    };
    rsx! {
        Card { class: "weekly-tip",
            div { class: "row between",
                h2 { class: "row", Icon { name: "lightbulb" } {tr("tip-of-the-week")} }
                Link { class: "button quiet", to: Route::Tips {}, {tr("tips-title")} }
            }
            Link { class: "tip-press", to: Route::TipPage { name: tip.name.to_owned() }, "data-weekly": tip.name,
                span { class: "round", {icon(words::picture(tip.category), "")} }
                span { class: "grow stack",
                    strong { {words::title(tip.name)} }
                    if let Some(evidence) = offer.evidence {
                        span { class: "small", {words::evidence(&evidence, language)} }
                    } else {
                        span { class: "small", {words::how(tip.name)} }
                    }
                }
                {icon("chevron-right", "s")}
            }
        }
    }
}
