//! `/kit`: every piece in every state, to look at.

use crate::bridge;
use crate::components::form::{EditForm, FormField};
use crate::components::notice::NoticeCard;
use crate::components::{
    Button, Card, ConflictCard, Connected, DayBars, Dialog, Empty, Failed, Field, Segmented, Select, Skeleton, StatusChip,
    ValveChip,
};
use crate::i18n::tr;
use crate::pages::metering::home::Hero;
use crate::state::shared;
use dioxus::prelude::*;
use domain::alerts::notice::Basis;
use domain::billing::balance::Level;
use domain::metering::meter::{Connectivity, Valve};
use domain::people::Language;
use domain::sync::edit::Invalid;
use domain::{ConflictId, ConnectionId, Flow, MeterId, Millilitres, Rupiah, TimeZone, UtcMillis};
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::sync::rows::{Conflict, Entity};
use protocol::ui::{MeterNow, Notice};

fn meter(ago_s: Option<i64>, flow: Option<i64>) -> Option<MeterNow> {
    let t = ago_s.map(|ago| UtcMillis(bridge::now().0 - ago * 1_000));
    let id = MeterId("00000000-0000-7000-8000-000000000000".parse().ok()?);
    Some(MeterNow { id, interval_s: 60, t, flow: flow.map(Flow), valve: Valve::Open, said_offline: false })
}

fn conflict() -> Conflict {
    Conflict {
        id: ConflictId(uuid::Uuid::nil()),
        entity: Entity::Customer,
        row: uuid::Uuid::nil(),
        title: "Sari Lestari".into(),
        field: "address".into(),
        base: "Jl. Melati 5".into(),
        mine: "Jl. Melati 15".into(),
        theirs: "Jl. Melati Raya 5".into(),
        author: "Budi".into(),
        at: bridge::now(),
        decided: None,
    }
}

fn notices() -> Vec<Notice> {
    let of = |level, balance, tenths_of_days, basis| Notice {
        connection: ConnectionId(uuid::Uuid::nil()),
        label: "Rumah".into(),
        level,
        balance: Rupiah(balance),
        tenths_of_days,
        basis,
        at: bridge::now(),
    };
    vec![
        of(Level::Warning, 46_250, Some(52), Basis::Known),
        of(Level::Critical, 18_400, Some(8), Basis::Reckoned),
        of(Level::Empty, -1_200, Some(0), Basis::Known),
        of(Level::Warning, 46_250, None, Basis::Known),
    ]
}

fn fields() -> Vec<FormField> {
    let status = [("active", "status-active"), ("inactive", "status-inactive")];
    let choices = status.iter().map(|(value, word)| ((*value).to_owned(), tr(word))).collect();
    vec![
        FormField { name: "name", value: "Sari Lestari".into(), choices: Vec::new() },
        FormField { name: "status", value: "active".into(), choices },
    ]
}

/// The kit.
#[component]
pub fn Kit() -> Element {
    let shared = shared();
    let filled = use_signal(|| "sari@contoh.id".to_owned());
    let empty = use_signal(String::new);
    let mut chosen = use_signal(|| "b");
    let mut asking = use_signal(|| false);
    let words = || vec![("a", tr("span-day")), ("b", tr("span-week")), ("c", tr("span-month"))];
    let usual: Vec<Option<i64>> = (0..24).map(|hour: i64| Some(9_000 + (hour - 6).abs() * -300 + 4_000)).collect();
    let hours: Vec<Option<i64>> = (0..24).map(|hour: i64| (hour < 15).then_some(5_000 + hour * 420)).collect();
    let hero = |now| {
        rsx! {
            Hero { meter: now, today: Millilitres(614_000), typical_day: Some(Millilitres(820_000)),
                zone: TimeZone::Jakarta }
        }
    };
    rsx! {
        main { class: "shell", style: "display: block",
            div { class: "page", padding: "16px",
                h1 { {tr("kit-title")} }
                div { class: "kit",
                    {hero(meter(Some(2), Some(6_200)))}
                    {hero(meter(Some(2), Some(0)))}
                    {hero(meter(None, None))}
                    {hero(meter(Some(7_300), Some(6_200)))}
                    {hero(meter(Some(2), None))}
                    Card {
                        div { class: "row wrap",
                            for kind in ["primary", "secondary", "quiet", "danger"] {
                                Button { key: "{kind}", label: kind.to_owned(), kind, icon: "plus" }
                            }
                        }
                        div { class: "row wrap",
                            Button { label: tr("signing-in"), kind: "primary", busy: true }
                            Button { label: tr("close"), kind: "primary", disabled: true }
                            Button { label: tr("close"), disabled: true }
                        }
                    }
                    Card {
                        Field { id: "kit-filled", label: tr("email"), value: filled }
                        Field { id: "kit-empty", label: tr("password"), value: empty, error: tr("password-missing") }
                        Select { label: tr("sort"), choices: words().into_iter().map(|(a, b)| (a.to_owned(), b)).collect(), chosen: chosen().to_owned(),
                            onchoose: move |_| {} }
                        Segmented { label: tr("span-choose"), choices: words(), chosen: chosen(), full: true, onchoose: move |word| chosen.set(word) }
                    }
                    Card {
                        div { class: "row wrap",
                            Connected { state: Connectivity::Online }
                            Connected { state: Connectivity::Stale }
                            Connected { state: Connectivity::Offline }
                            StatusChip { tone: "danger", icon: "triangle-alert", label: tr("value-invalid") }
                        }
                        div { class: "row wrap",
                            for valve in [Valve::Open, Valve::Closed, Valve::Partial, Valve::Unknown] {
                                ValveChip { key: "{valve.as_str()}", valve }
                            }
                        }
                        div { class: "banner", {tr("tiles-note")} }
                        div { class: "banner warn", {tr("this-run-only")} }
                        div { class: "banner danger", {tr("error-unreachable")} }
                        div { class: "offline-bar", {tr("offline-bar-never")} }
                    }
                    Card { class: "span",
                        for (place , notice) in notices().into_iter().enumerate() {
                            NoticeCard { key: "{place}", notice, slim: place > 2 }
                        }
                    }
                    ConflictCard { conflict: conflict() }
                    Card { EditForm { id: "kit", fields: fields(), check: |(_, text): (&'static str, String)| text.is_empty().then_some(Invalid::Empty),
                        onsave: move |_| {}, oncancel: move |()| {} } }
                    Card { DayBars { hours, usual, now: 14, language: Language::Id } }
                    Card { Skeleton { heights: vec![32, 96] } }
                    Card { Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") } }
                    Card { Failed { problem: Problem::new(Code::Unreachable, "") } }
                    Card {
                        div { class: "row wrap",
                            Button { label: "Toast".to_owned(), onclick: move |_| shared.toast(tr("error-copied")) }
                            Button { label: "Dialog".to_owned(), onclick: move |_| asking.set(true) }
                        }
                    }
                }
            }
        }
        if asking() {
            Dialog { title: tr("sign-out-everywhere"), onclose: move |()| asking.set(false),
                p { {tr("sign-out-everywhere-sure")} }
                Button { label: tr("cancel"), onclick: move |_| asking.set(false) }
            }
        }
    }
}
