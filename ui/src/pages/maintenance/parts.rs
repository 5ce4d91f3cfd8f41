//! The pages of Pemeliharaan, and the way from one to the other.

use crate::components::Segmented;
use crate::components::shell::SyncMark;
use crate::i18n::tr;
use crate::route::Route;
use dioxus::prelude::*;

/// A page of *Pemeliharaan*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Work by the days of a month.
    Calendar,
    /// Work of which something should be checked.
    Review,
    /// Checklists.
    Templates,
    /// Schedules that announce it.
    Schedules,
    /// Days off.
    Holidays,
    /// Days on which technicians do not work.
    Leave,
    /// Stock of spare parts.
    Stock,
    /// Addresses at which other programs read it.
    Feeds,
}

/// The head of one of them; `children` are its buttons.
#[component]
pub fn Head(here: Part, title: String, children: Element) -> Element {
    let choices = vec![
        (Part::Calendar, tr("maintenance-calendar")),
        (Part::Review, tr("maintenance-review")),
        (Part::Templates, tr("maintenance-templates")),
        (Part::Schedules, tr("maintenance-schedules")),
        (Part::Holidays, tr("maintenance-holidays")),
        (Part::Leave, tr("maintenance-leave")),
        (Part::Stock, tr("maintenance-stock")),
        (Part::Feeds, tr("maintenance-feeds")),
    ];
    let go = move |part| {
        let _ = navigator().push(match part {
            Part::Calendar => Route::Maintenance {},
            Part::Review => Route::WorkReview {},
            Part::Templates => Route::WorkTemplates {},
            Part::Schedules => Route::Schedules {},
            Part::Holidays => Route::WorkHolidays {},
            Part::Leave => Route::WorkLeave {},
            Part::Stock => Route::WorkParts {},
            Part::Feeds => Route::WorkFeeds {},
        });
    };
    rsx! {
        header { class: "page-head row wrap",
            div { class: "grow",
                p { class: "muted small", {tr("maintenance-title")} }
                h1 { "{title}" }
            }
            {children}
            span { class: "only-phone", SyncMark {} }
        }
        Segmented { label: tr("maintenance-parts"), choices, chosen: here, full: true, onchoose: go }
    }
}
