//! `/kit`: every piece in every state, to compare by eye.

use crate::bridge;
use crate::components::form::{EditForm, FormField};
use crate::components::notice::NoticeCard;
use crate::components::{
    Button, Card, ConflictCard, Connected, DayBars, Dialog, Empty, Failed, Field, MoneyEntry, Segmented, Select, Skeleton,
    StatusChip, ValveChip,
};
use crate::i18n::tr;
use crate::pages::metering::home::Hero;
use crate::state::shared;
use dioxus::prelude::*;
use domain::alerts::notice::Basis;
use domain::billing::balance::Level;
use domain::core::typed_money::AmountRange;
use domain::metering::meter::{Connectivity, Valve};
use domain::people::Language;
use domain::sales::payment::MOST_PURCHASE;
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
        limit: None,
        basis,
        at: bridge::now(),
    };
    vec![
        of(Level::Warning, 46_250, Some(52), Basis::Known),
        of(Level::Critical, 18_400, Some(8), Basis::Reckoned),
        of(Level::Empty, -1_200, Some(0), Basis::Known),
        of(Level::Warning, 46_250, None, Basis::Known),
        Notice { limit: Some(Rupiah(75_000)), ..of(Level::Warning, 60_000, Some(1_210), Basis::Known) },
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
    let usual: Vec<Option<i64>> = (0..24).map(|hour: i64| Some(9_000 + (hour - 6).abs() * -300 + 4_000)).collect();
    let hours: Vec<Option<i64>> = (0..24).map(|hour: i64| (hour < 15).then_some(5_000 + hour * 420)).collect();
    rsx! {
        main { class: "shell", style: "display: block",
            div { class: "page", padding: "16px",
                h1 { {tr("kit-title")} }
                div { class: "kit",
                    Heroes {}
                    Buttons {}
                    Inputs {}
                    Statuses {}
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
                    Overlays {}
                }
            }
        }
    }
}

/// The live widget in each of its five states.
#[component]
fn Heroes() -> Element {
    let states = [
        meter(Some(2), Some(6_200)),
        meter(Some(2), Some(0)),
        meter(None, None),
        meter(Some(7_300), Some(6_200)),
        meter(Some(2), None),
    ];
    rsx! {
        for (place , meter) in states.into_iter().enumerate() {
            Hero { key: "{place}", meter, today: Millilitres(614_000), baseline_day: Some(Millilitres(820_000)),
                zone: TimeZone::Jakarta }
        }
    }
}

#[component]
fn Buttons() -> Element {
    rsx! {
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
    }
}

#[component]
fn Inputs() -> Element {
    let filled = use_signal(|| "sari@contoh.id".to_owned());
    let empty = use_signal(String::new);
    let mut chosen = use_signal(|| "b");
    let mut money = use_signal(|| "999.999.999".to_owned());
    let words = || vec![("a", tr("span-day")), ("b", tr("span-week")), ("c", tr("span-month"))];
    rsx! {
        Card {
            Field { id: "kit-filled", label: tr("email"), value: filled }
            Field { id: "kit-empty", label: tr("password"), value: empty, error: tr("password-missing") }
            MoneyEntry { id: "kit-money", label: tr("money-amount"), value: money(), range: AmountRange::new(Rupiah(10_000), MOST_PURCHASE),
                oninput: move |text| money.set(text) }
            Select { label: tr("sort"), choices: words().into_iter().map(|(a, b)| (a.to_owned(), b)).collect(), chosen: chosen().to_owned(),
                onchoose: move |_| {} }
            Segmented { label: tr("span-choose"), choices: words(), chosen: chosen(), full: true, onchoose: move |word| chosen.set(word) }
        }
    }
}

/// Chips of connectivity and valves, and banners.
#[component]
fn Statuses() -> Element {
    rsx! {
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
    }
}

/// What opens over the page: a toast and a dialog.
#[component]
fn Overlays() -> Element {
    let shared = shared();
    let mut is_open = use_signal(|| false);
    rsx! {
        Card {
            div { class: "row wrap",
                Button { label: "Toast".to_owned(), onclick: move |_| shared.toast(tr("error-copied")) }
                Button { label: "Dialog".to_owned(), onclick: move |_| is_open.set(true) }
            }
        }
        if is_open() {
            Dialog { title: tr("sign-out-everywhere"), onclose: move |()| is_open.set(false),
                p { {tr("sign-out-everywhere-sure")} }
                Button { label: tr("cancel"), onclick: move |_| is_open.set(false) }
            }
        }
    }
}
