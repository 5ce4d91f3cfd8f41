//! The palette: pages, acts, customers and meters by a few letters, with the keyboard alone.

use crate::bridge;
use crate::components::{Dialog, Icon};
use crate::i18n::tr;
use crate::pages::{AlertsView, CustomersView, FinancePart, FinanceView, MeterView};
use crate::pages::{keep_language, set_preferences};
use crate::route::{Route, places};
use crate::state::{Form, shared};
use dioxus::prelude::*;
use domain::core::fuzzy::rank;
use domain::leaks::Severity;
use domain::people::{Language, Role};
use protocol::ui::{Answer, CustomerFilter, CustomerQuery, FleetFilter, FleetQuery, Preferences, Request, Theme};

/// Rows of a kind at most, and letters from which on rows are looked for.
const ROWS: u32 = 6;
const LETTERS: usize = 2;

/// Milliseconds without typing after which rows are looked for.
const TYPED_MS: u32 = 250;

/// What a line of the palette does.
#[derive(Clone, PartialEq)]
enum Deed {
    Go(Route),
    /// A row that its page opens, by its address.
    Open(String),
    Keys,
    Sync,
    Theme(Theme),
    Language(Language),
}

/// A line.
#[derive(Clone, PartialEq)]
struct Found {
    icon: &'static str,
    name: String,
    about: String,
    deed: Deed,
}

/// The pages and acts of a role that answer a search, the best first; all pages where nothing is searched for.
fn pages_and_acts(role: Role, text: &str, preferences: Preferences) -> Vec<Found> {
    let page = |place: crate::route::Place| {
        let keys = place.letter.map_or(String::new(), |letter| format!("g {letter}"));
        Found { icon: place.icon, name: tr(place.key), about: keys, deed: Deed::Go(place.to) }
    };
    let act = |icon, key: &str, deed| Found { icon, name: tr(key), about: tr("palette-act"), deed };
    let theme = if preferences.theme == Theme::Dark { Theme::Light } else { Theme::Dark };
    let language = if preferences.language == Language::Id { Language::En } else { Language::Id };
    let mut all: Vec<Found> = places(role).into_iter().map(page).collect();
    if role == Role::Admin {
        all.extend(desk().into_iter().map(|(icon, key, address)| act(icon, key, Deed::Open(address))));
    }
    all.push(act("refresh-cw", "palette-sync", Deed::Sync));
    all.push(act("eye", if theme == Theme::Dark { "palette-dark" } else { "palette-light" }, Deed::Theme(theme)));
    all.push(act(
        "info",
        if language == Language::En { "palette-english" } else { "palette-indonesian" },
        Deed::Language(language),
    ));
    all.push(act("info", "keys-title", Deed::Keys));
    let mut ranked: Vec<_> = all.into_iter().filter_map(|found| Some((rank(text, &found.name)?, found))).collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    ranked.into_iter().map(|(_, found)| found).collect()
}

/// What admins do most, and the lists that they look into, each with its address.
fn desk() -> Vec<(&'static str, &'static str, String)> {
    let form = |route: Route, form: Form| format!("{route}#{}", form.word());
    vec![
        ("hand-coins", "palette-cash", form(Route::Customers {}, Form::Cash)),
        ("plus", "palette-tariff", form(Route::Tariffs {}, Form::Tariff)),
        ("plus", "palette-campaign", form(Route::Vouchers {}, Form::Campaign)),
        ("file-spreadsheet", "palette-import", Route::Imports {}.to_string()),
        ("wifi-off", "palette-offline", MeterView::address_with(FleetFilter::Offline)),
        ("clock-alert", "palette-stale", MeterView::address_with(FleetFilter::Stale)),
        ("battery-low", "palette-battery", MeterView::address_with(FleetFilter::LowBattery)),
        ("circle-slash", "palette-closed", MeterView::address_with(FleetFilter::ValveClosed)),
        ("wallet", "palette-arrears", CustomersView::address_with(CustomerFilter::Arrears)),
        ("shield-alert", "palette-severe", AlertsView::address_of_cases(Severity::Severe)),
        ("triangle-alert", "palette-dead", AlertsView::address_of_queue()),
        ("landmark", "palette-cases", FinanceView::address_of(FinancePart::Cases)),
        ("undo-2", "palette-refunds", FinanceView::address_of(FinancePart::Refunds)),
        ("file-spreadsheet", "palette-openings", FinanceView::address_of(FinancePart::Openings)),
        ("hourglass", "palette-waiting", FinanceView::address_of(FinancePart::Waiting)),
        ("banknote", "palette-limits", FinanceView::address_of(FinancePart::Limits)),
        ("hand-coins", "palette-cash-days", FinanceView::address_of(FinancePart::CashDays)),
        ("calendar-check", "palette-months", FinanceView::address_of(FinancePart::Months)),
        ("file-spreadsheet", "palette-reconciliation", FinanceView::address_of(FinancePart::Reconciliation)),
    ]
}

/// Customers and meters that answer a search, as far as the role sees them.
async fn rows(role: Role, text: String) -> Vec<Found> {
    let mut found = Vec::new();
    if role == Role::Customer || text.trim().chars().count() < LETTERS {
        return found;
    }
    if role == Role::Admin {
        let asked = CustomerQuery { search: text.clone(), limit: ROWS, ..CustomerQuery::default() };
        if let Ok(Answer::Customers(window)) = bridge::call(Request::Customers(asked)).await {
            let line = |row: protocol::ui::CustomerRow| Found {
                icon: "user",
                name: row.name,
                about: format!("{} · {}", row.number, row.address),
                deed: Deed::Open(CustomersView::address_of(row.id)),
            };
            found.extend(window.rows.into_iter().map(line));
        }
    }
    let asked = FleetQuery { search: text, limit: ROWS, ..FleetQuery::default() };
    if let Ok(Answer::Fleet(fleet)) = bridge::call(Request::Fleet(asked)).await {
        found.extend(fleet.rows.into_iter().map(|row| Found {
            icon: "gauge",
            name: row.serial,
            about: format!("{} · {}", row.address, row.customer),
            deed: if role == Role::Technician {
                Deed::Go(Route::Meter { id: row.now.id })
            } else {
                Deed::Open(MeterView::address_of(row.now.id))
            },
        }));
    }
    found
}

/// The palette.
#[component]
pub fn Palette(role: Role, onkeys: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let mut text = use_signal(String::new);
    let mut place = use_signal(|| 0_usize);
    let mut looked = use_signal(Vec::<Found>::new);
    use_resource(move || {
        let wanted = text();
        async move {
            // Sent once nobody types any more.
            gloo_timers::future::TimeoutFuture::new(TYPED_MS).await;
            let found = rows(role, wanted).await;
            looked.set(found);
        }
    });
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    let all: Vec<Found> =
        pages_and_acts(role, &text.read(), preferences).into_iter().chain(looked.read().iter().cloned()).collect();
    let at = place().min(all.len().saturating_sub(1));
    let done = move |deed: Deed| {
        onclose.call(());
        match deed {
            Deed::Keys => onkeys.call(()),
            other => act(other, preferences),
        }
    };
    let chosen = all.get(at).map(|found| found.deed.clone());
    let count = all.len();
    let led = move |event: KeyboardEvent| {
        match event.key() {
            Key::ArrowDown => place.set(if at + 1 < count { at + 1 } else { 0 }),
            Key::ArrowUp => place.set(if at > 0 { at - 1 } else { count.saturating_sub(1) }),
            Key::Enter => {
                if let Some(deed) = chosen.clone() {
                    done(deed);
                }
            }
            _ => return,
        }
        event.prevent_default();
        bridge::show_row("palette-list", place());
    };
    rsx! {
        Dialog { title: tr("palette-title"), of: "palette", keeps: true, onclose: move |()| onclose.call(()),
            div { class: "input search",
                Icon { name: "search", size: "s" }
                input { id: "palette-text", r#type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", value: "{text}",
                    "aria-label": tr("palette-title"), placeholder: tr("palette-hint"), "aria-expanded": "true", "aria-autocomplete": "list",
                    "aria-controls": "palette-list", "aria-activedescendant": if count > 0 { "palette-{at}" },
                    oninput: move |event| { place.set(0); text.set(event.value()); },
                    onkeydown: led }
            }
            ul { id: "palette-list", class: "palette", role: "listbox", "aria-label": tr("palette-title"),
                for (row , found) in all.into_iter().enumerate() {
                    li { key: "{row}", id: "palette-{row}", role: "option", "aria-selected": if row == at { "true" } else { "false" },
                        onclick: { let deed = found.deed.clone(); move |_| done(deed.clone()) },
                        Icon { name: found.icon, size: "s" }
                        span { class: "grow ellipsis", "{found.name}" }
                        span { class: "muted tiny ellipsis", "{found.about}" }
                    }
                }
            }
            if count == 0 {
                p { class: "muted small", role: "status", {tr("no-results")} }
            }
        }
    }
}

fn act(deed: Deed, preferences: Preferences) {
    let shared = consume_context::<crate::state::Shared>();
    match deed {
        Deed::Go(route) => bridge::leave_to(&route.to_string()),
        Deed::Open(address) => bridge::leave_to(&address),
        Deed::Sync => drop(dioxus::core::spawn_forever(async move { drop(bridge::call(Request::SyncNow).await) })),
        Deed::Theme(theme) => set_preferences(Preferences { theme, ..preferences }),
        Deed::Language(language) => {
            set_preferences(Preferences { language, ..preferences });
            dioxus::core::spawn_forever(keep_language(shared, language));
        }
        Deed::Keys => {}
    }
}
