//! Laporan: what can be reported, and a report that is put together: its pieces on the left, its settings on the right, the file's own page in the
//! middle. On a phone these are one after the other. All of it is of what this device holds.

mod automatic;
mod blocks;
mod files;
mod keep;
mod kinds;
mod looking;
pub mod paper;
mod preview;
mod settings;
pub mod view;
mod words;

use crate::components::address::use_kept;
use crate::components::shell::SyncMark;
use crate::components::{Button, Failed, Segmented, Skeleton};
use crate::i18n::tr;
use crate::pages::reports::automatic::Automatic;
use crate::pages::reports::blocks::Blocks;
use crate::pages::reports::files::Files;
use crate::pages::reports::keep::{Keep, Remove};
use crate::pages::reports::kinds::Chooser;
use crate::pages::reports::looking::{Looking, use_looking};
use crate::pages::reports::preview::Preview;
use crate::pages::reports::settings::Settings;
use crate::pages::reports::view::{Chosen, ReportsView};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::reports::Design;
use domain::{ReportTemplateId, ZoneId};
use protocol::ui::reports::{ReportDesk, TemplateRow};
use protocol::ui::{Answer, ReportsRequest, ReportsResponse, Request};

/// Reports.
#[component]
pub fn Reports() -> Element {
    let desk = use_answer(
        || Request::Reports(ReportsRequest::Desk),
        |answer| match answer {
            Answer::Reports(response) => match *response {
                ReportsResponse::Desk(desk) => Some(*desk),
                _ => None,
            },
            _ => None,
        },
    );
    let mut kept = use_kept::<ReportsView>();
    let looking = use_looking();
    let opened = use_opened(desk, kept, looking);
    use_address(desk, kept, looking, opened);
    let is_open = looking.design.read().is_some();
    rsx! {
        match &*desk.read() {
            Load::Waiting => rsx! { div { class: "page", Skeleton { heights: vec![48, 420] } } },
            Load::Failed(problem) => rsx! { div { class: "page", Failed { problem: problem.clone() } } },
            Load::Ready(desk) if is_open => rsx! { Builder { desk: desk.clone(), kept, looking, opened } },
            Load::Ready(desk) => rsx! {
                div { class: "page reports",
                    header { class: "page-head row wrap",
                        h1 { {tr("reports-title")} }
                        span { class: "only-phone", SyncMark {} }
                    }
                    Segmented { label: tr("reports-parts"), chosen: kept.read().automatic,
                        choices: vec![(false, tr("reports-make")), (true, tr("reports-automatic"))],
                        onchoose: move |automatic| kept.set(ReportsView { automatic, ..ReportsView::default() }) }
                    if kept.read().automatic {
                        Automatic { desk: desk.clone() }
                    } else {
                        p { class: "muted", {tr("reports-lead")} }
                        Chooser { desk: desk.clone(), kept }
                    }
                }
            },
        }
    }
}

/// Opens what the address says, once: what is changed of it stays when the desk is asked again.
fn use_opened(desk: Signal<Load<ReportDesk>>, kept: Signal<ReportsView>, looking: Looking) -> Signal<Option<ReportsView>> {
    let mut opened = use_signal(|| None::<ReportsView>);
    use_effect(move || {
        let view = kept();
        let read = desk.read();
        let Load::Ready(desk) = &*read else { return };
        if *opened.peek() == Some(view) {
            return;
        }
        let is_known = |zone: &ZoneId| desk.zones.iter().any(|(known, _)| known == zone);
        let chosen = view.chosen.map(|chosen| Chosen { zone: chosen.zone.filter(is_known), ..chosen });
        let base = base(desk, &view);
        let (mut design, mut page) = (looking.design, looking.page);
        opened.set(Some(view));
        page.set(1);
        design.set(base.map(|base| match chosen {
            Some(chosen) => chosen.on(base),
            None => base,
        }));
    });
    opened
}

/// Keeps in the address of which days and which part of the utility the open report is, where that is not what it is by itself.
fn use_address(desk: Signal<Load<ReportDesk>>, kept: Signal<ReportsView>, looking: Looking, opened: Signal<Option<ReportsView>>) {
    use_effect(move || {
        let (mut kept, mut opened) = (kept, opened);
        let Some(design) = (looking.design)() else { return };
        let now = *kept.peek();
        let base = match &*desk.peek() {
            Load::Ready(desk) => base(desk, &now),
            _ => None,
        };
        let Some(base) = base.filter(|base| base.kind == design.kind) else { return };
        let chosen = Some(Chosen::of(&design)).filter(|chosen| *chosen != Chosen::of(&base));
        let view = ReportsView { chosen, ..now };
        if view != now {
            // What is put together stays as it is.
            opened.set(Some(view));
            kept.set(view);
        }
    });
}

/// What the address names, as it is by itself.
fn base(desk: &ReportDesk, view: &ReportsView) -> Option<Design> {
    let of_template = template(desk, view.template).map(|row| row.template.content.design);
    of_template.or(view.kind.map(Design::of))
}

fn template(desk: &ReportDesk, id: Option<ReportTemplateId>) -> Option<TemplateRow> {
    desk.templates.iter().find(|row| Some(row.template.id) == id).cloned()
}

/// Which of the three a phone shows.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Settings,
    Blocks,
    Preview,
}

/// What is open over the builder.
#[derive(Clone, Copy, PartialEq)]
enum Over {
    Files,
    Keep,
    Remove,
}

#[component]
fn Builder(desk: ReportDesk, kept: Signal<ReportsView>, looking: Looking, opened: Signal<Option<ReportsView>>) -> Element {
    let wide = (shared().wide)();
    let mut part = use_signal(|| Part::Settings);
    let mut over = use_signal(|| None::<Over>);
    let row = template(&desk, kept.read().template);
    let title = match (&row, looking.design.read().as_ref()) {
        (Some(row), _) => row.template.content.name.clone(),
        (None, Some(design)) => words::kind(design.kind),
        (None, None) => tr("reports-title"),
    };
    let filled = match &*looking.filled.read() {
        Load::Ready(filled) => Some(filled.clone()),
        _ => None,
    };
    let is_shown = |of: Part| wide || part() == of;
    rsx! {
        div { class: "page report-page",
            header { class: "page-head row wrap",
                button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("reports-all"),
                    onclick: move |_| kept.set(ReportsView::default()),
                    crate::components::Icon { name: "chevron-left" }
                }
                h1 { class: "grow", "{title}" }
                Button { label: tr("report-refresh"), icon: "refresh-cw", kind: "quiet", onclick: move |_| looking.again() }
                if row.is_some() {
                    Button { label: tr("report-remove"), icon: "trash-2", kind: "quiet", onclick: move |_| over.set(Some(Over::Remove)) }
                }
                Button { label: tr("report-keep"), icon: "sticky-note", onclick: move |_| over.set(Some(Over::Keep)) }
                Button { label: tr("report-save"), icon: "download", kind: "primary", disabled: filled.is_none(),
                    onclick: move |_| over.set(Some(Over::Files)) }
                span { class: "only-phone", SyncMark {} }
            }
            if !wide {
                Segmented { label: tr("report-parts"), full: true, chosen: part(),
                    choices: vec![
                        (Part::Settings, tr("report-settings")), (Part::Blocks, tr("report-blocks")), (Part::Preview, tr("report-preview")),
                    ],
                    onchoose: move |next| part.set(next) }
            }
            div { class: "report-desk",
                if is_shown(Part::Blocks) { Blocks { looking } }
                if is_shown(Part::Preview) { Preview { looking } }
                if is_shown(Part::Settings) { Settings { looking, zones: desk.zones.clone(), today: desk.today } }
            }
        }
        match (over(), filled.clone().zip(looking.id()), row.clone()) {
            (Some(Over::Files), Some((filled, id)), _) => rsx! { Files { id, filled, onclose: move |()| over.set(None) } },
            (Some(Over::Keep), _, row) => rsx! {
                Keep { looking, row, onclose: move |()| over.set(None),
                    onkept: move |id| {
                        let view = ReportsView { template: Some(id), ..ReportsView::default() };
                        // What is put together stays as it is: it is this template now.
                        opened.set(Some(view));
                        kept.set(view);
                        over.set(None);
                    } }
            },
            (Some(Over::Remove), _, Some(row)) => rsx! {
                Remove { row, onclose: move |()| over.set(None),
                    onremoved: move |()| {
                        over.set(None);
                        kept.set(ReportsView::default());
                    } }
            },
            _ => rsx! {},
        }
    }
}
