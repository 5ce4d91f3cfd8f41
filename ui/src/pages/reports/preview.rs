//! The page of the file, as a picture of it: what is seen here is what is printed.

use crate::components::states::explain;
use crate::components::{Button, Empty, Icon, Segmented, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::reports::looking::Looking;
use crate::state::Load;
use dioxus::prelude::*;
use domain::exports::PagePicture;

/// The preview.
#[component]
pub fn Preview(looking: Looking) -> Element {
    let filled = looking.filled.read();
    let is_too_long = matches!(&*filled, Load::Ready(filled) if !filled.fits_paper);
    let problem = match (&*filled, &*looking.picture.read()) {
        (Load::Failed(problem), _) | (Load::Ready(_), Load::Failed(problem)) => Some(problem.clone()),
        _ => None,
    };
    let picture = match &*looking.picture.read() {
        Load::Ready(picture) => Some(picture.clone()),
        _ => None,
    };
    rsx! {
        div { class: "card stack wide report-preview",
            h2 { class: "visually-hidden", {tr("report-preview")} }
            if is_too_long {
                Empty { icon: "table", title: tr("report-too-long"), next: tr("report-too-long-next") }
            } else if let Some(problem) = problem {
                Empty { icon: "triangle-alert", title: tr("report-not-shown"), next: explain(&problem), danger: true,
                    Button { label: tr("try-again"), icon: "refresh-cw", onclick: move |_| looking.again() }
                }
            } else if let Some(picture) = picture {
                Sheet { picture, looking }
            } else {
                Skeleton { heights: vec![560] }
            }
        }
    }
}

/// How large a page is shown.
#[derive(Clone, Copy, PartialEq)]
enum Zoom {
    Fit,
    Large,
}

#[component]
fn Sheet(picture: PagePicture, looking: Looking) -> Element {
    let mut page = looking.page;
    let mut zoom = use_signal(|| Zoom::Fit);
    let (now, pages) = (picture.page, picture.pages);
    let values = [("n", now.to_string()), ("of", pages.to_string())];
    let source = format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(&picture.svg)));
    rsx! {
        div { class: "row between wrap",
            div { class: "row",
                button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("report-page-before"), disabled: now <= 1,
                    onclick: move |_| page.set(now - 1),
                    Icon { name: "chevron-left" }
                }
                p { class: "small", role: "status", {tra("report-page-of", &values)} }
                button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("report-page-after"), disabled: now >= pages,
                    onclick: move |_| page.set(now + 1),
                    Icon { name: "chevron-right" }
                }
            }
            Segmented { label: tr("report-zoom"), chosen: zoom(),
                choices: vec![(Zoom::Fit, tr("report-zoom-fit")), (Zoom::Large, tr("report-zoom-large"))],
                onchoose: move |next| zoom.set(next) }
        }
        div { class: "report-frame", tabindex: "0", role: "region", "aria-label": tr("report-preview"),
            img { class: if zoom() == Zoom::Fit { "report-sheet" } else { "report-sheet large" }, src: "{source}", "data-page": "{now}",
                alt: tra("report-page-alt", &values) }
        }
    }
}
