//! Addresses of pages, who may open them, and where each role begins.

use crate::components::shell::Shell;
use crate::fetched::{AlertSettings, Audit, Batches, Case, CaseSettings, Customers, Finance, History, ImportPage, Imports, Kit};
use crate::fetched::{FieldMap, Maintenance, Meter, Meters, OrderBatches, Outbox, Properties, Reports, Revenue, Scan, Schedules};
use crate::fetched::{OfflineMaps, WorkLeave, WorkPage, WorkParts, WorkReview, WorkTemplates, ZoneBalance, Zones};
use crate::fetched::{Summary, Supply, Tariffs, TipPage, Tips, Today, Users, Utility, Vouchers, WorkFeeds, WorkHolidays};
use crate::pages::{Account, Alerts, Buy, BuyFor, Denied, Home, NotFound, Payment, Start, Usage};
use dioxus::prelude::*;
use domain::people::Role;
use domain::{ConnectionId, MeterId, WorkOrderId, ZoneId};
use uuid::Uuid;

/// The pages.
#[rustfmt::skip]
#[derive(Clone, Debug, PartialEq, Routable)]
pub enum Route {
    #[route("/kit")]
    Kit {},
    #[layout(Shell)]
        #[route("/")]
        Start {},
        #[route("/beranda")]
        Home {},
        #[route("/pemakaian")]
        Usage {},
        #[route("/sambungan")]
        Properties {},
        #[route("/hemat")]
        Tips {},
        #[route("/hemat/:name")]
        TipPage { name: String },
        #[route("/beli")]
        Buy {},
        #[route("/beli/:connection")]
        BuyFor { connection: ConnectionId },
        #[route("/beli/:connection/:purchase")]
        Payment { connection: ConnectionId, purchase: Uuid },
        #[route("/riwayat")]
        History {},
        #[route("/ringkasan")]
        Summary {},
        #[route("/perangkat")]
        Meters {},
        #[route("/perangkat/perintah")]
        OrderBatches {},
        #[route("/pelanggan")]
        Customers {},
        #[route("/pelanggan/perubahan")]
        Batches {},
        #[route("/impor")]
        Imports {},
        #[route("/impor/:id")]
        ImportPage { id: Uuid },
        #[route("/pendapatan")]
        Revenue {},
        #[route("/keuangan")]
        Finance {},
        #[route("/voucher")]
        Vouchers {},
        #[route("/laporan")]
        Reports {},
        #[route("/pengaturan/tarif")]
        Tariffs {},
        #[route("/pengaturan/pasokan")]
        Supply {},
        #[route("/pengaturan/zona")]
        Zones {},
        #[route("/pengaturan/zona/:zone/neraca")]
        ZoneBalance { zone: ZoneId },
        #[route("/pengaturan/utilitas")]
        Utility {},
        #[route("/pengaturan/dugaan")]
        CaseSettings {},
        #[route("/pengguna")]
        Users {},
        #[route("/audit")]
        Audit {},
        #[route("/pemeliharaan")]
        Maintenance {},
        #[route("/pemeliharaan/jadwal")]
        Schedules {},
        #[route("/pemeliharaan/libur")]
        WorkHolidays {},
        #[route("/pemeliharaan/cuti")]
        WorkLeave {},
        #[route("/pemeliharaan/suku-cadang")]
        WorkParts {},
        #[route("/pemeliharaan/langganan")]
        WorkFeeds {},
        #[route("/pemeliharaan/tinjau")]
        WorkReview {},
        #[route("/pemeliharaan/daftar-periksa")]
        WorkTemplates {},
        #[route("/pekerjaan/:id")]
        WorkPage { id: WorkOrderId },
        #[route("/peringatan")]
        Alerts {},
        #[route("/peringatan/pengaturan")]
        AlertSettings {},
        #[route("/peringatan/:connection/:no")]
        Case { connection: ConnectionId, no: u32 },
        #[route("/antrean")]
        Outbox {},
        #[route("/hari-ini")]
        Today {},
        #[route("/peta")]
        FieldMap {},
        #[route("/pindai")]
        Scan {},
        #[route("/meter/:id")]
        Meter { id: MeterId },
        #[route("/akun")]
        Account {},
        #[route("/akun/peta")]
        OfflineMaps {},
        #[route("/denied")]
        Denied {},
        #[route("/:..segments")]
        NotFound { segments: Vec<String> },
}

/// A page that a role goes to by name or by keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Where it is.
    pub to: Route,
    /// Its word's key.
    pub key: &'static str,
    /// Its picture.
    pub icon: &'static str,
    /// The letter behind `g` that leads there.
    pub letter: Option<&'static str>,
}

/// The pages of a role: those of the menu, and those that others lead to.
pub fn places(role: Role) -> Vec<Place> {
    let place = |to, key, icon, letter| Place { to, key, icon, letter: Some(letter) };
    match role {
        Role::Customer => vec![
            place(Route::Home {}, "nav-home", "house", "d"),
            place(Route::Usage {}, "nav-usage", "chart-column", "p"),
            place(Route::Tips {}, "tips-title", "lightbulb", "h"),
            place(Route::Buy {}, "nav-buy", "droplet", "b"),
            place(Route::Alerts {}, "nav-alerts", "bell", "w"),
            place(Route::History {}, "history-title", "history", "r"),
            place(Route::Account {}, "nav-account", "user", "n"),
            Place { letter: None, ..place(Route::Properties {}, "properties-title", "house", "") },
        ],
        Role::Admin => vec![
            place(Route::Summary {}, "nav-summary", "layout-dashboard", "r"),
            place(Route::Meters {}, "nav-devices", "radio-tower", "d"),
            place(Route::OrderBatches {}, "orders-page-title", "radio-tower", "o"),
            place(Route::Customers {}, "nav-customers", "users", "p"),
            place(Route::Imports {}, "imports-title", "upload", "i"),
            place(Route::Batches {}, "batches-title", "users", "m"),
            place(Route::Revenue {}, "nav-revenue", "trending-up", "e"),
            place(Route::Finance {}, "nav-finance", "banknote", "k"),
            place(Route::Vouchers {}, "nav-vouchers", "ticket-percent", "v"),
            place(Route::Reports {}, "reports-title", "file-chart-column", "j"),
            place(Route::Alerts {}, "nav-alerts", "bell", "w"),
            place(Route::Maintenance {}, "maintenance-title", "calendar-clock", "h"),
            place(Route::Schedules {}, "maintenance-schedules", "calendar-clock", "c"),
            place(Route::Tariffs {}, "nav-settings", "settings", "t"),
            place(Route::Supply {}, "supply-title", "droplet", "s"),
            place(Route::Zones {}, "zones-title", "map-pin", "z"),
            place(Route::Utility {}, "utility-title", "landmark", "l"),
            place(Route::Audit {}, "nav-audit", "scroll-text", "a"),
            place(Route::Users {}, "users-title", "users", "u"),
            place(Route::Outbox {}, "outbox-title", "arrow-up", "q"),
            place(Route::Account {}, "nav-account", "user", "n"),
            Place { letter: None, ..place(Route::CaseSettings {}, "cases-policy-title", "shield-alert", "") },
            Place { letter: None, ..place(Route::WorkHolidays {}, "maintenance-holidays", "calendar-check", "") },
            Place { letter: None, ..place(Route::WorkLeave {}, "maintenance-leave", "calendar-check", "") },
            Place { letter: None, ..place(Route::WorkParts {}, "maintenance-stock", "car", "") },
            Place { letter: None, ..place(Route::WorkFeeds {}, "maintenance-feeds", "calendar-check", "") },
            Place { letter: None, ..place(Route::WorkReview {}, "maintenance-review", "eye", "") },
            Place { letter: None, ..place(Route::WorkTemplates {}, "maintenance-templates", "list-checks", "") },
            Place { letter: None, ..place(Route::AlertSettings {}, "alerts-settings-title", "settings", "") },
            Place { letter: None, ..place(Route::OfflineMaps {}, "maps-title", "map-pin", "") },
        ],
        Role::Technician => vec![
            place(Route::Today {}, "nav-today", "calendar-check", "d"),
            place(Route::FieldMap {}, "field-map-title", "map-pin", "m"),
            place(Route::Scan {}, "scan-title", "qr-code", "s"),
            place(Route::Outbox {}, "outbox-title", "arrow-up", "q"),
            place(Route::Alerts {}, "nav-alerts", "bell", "w"),
            place(Route::Account {}, "nav-profile", "user", "p"),
            Place { letter: None, ..place(Route::OfflineMaps {}, "maps-title", "map-pin", "") },
        ],
    }
}

/// The page to which `g` and a letter lead.
pub fn place_of_key(role: Role, letter: &str) -> Option<Route> {
    places(role).into_iter().find(|place| place.letter == Some(letter)).map(|place| place.to)
}

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where it leads.
    pub to: Route,
    /// Its word's key.
    pub key: &'static str,
    /// Its picture.
    pub icon: &'static str,
}

impl Route {
    /// Whether a role may open it.
    pub fn is_open_to(&self, role: Role) -> bool {
        match self {
            Self::Home {} | Self::Usage {} | Self::Properties {} | Self::History {} => role == Role::Customer,
            Self::Buy {} | Self::BuyFor { .. } | Self::Payment { .. } => role == Role::Customer,
            Self::Tips {} | Self::TipPage { .. } => role == Role::Customer,
            Self::Summary {} | Self::Meters {} | Self::Customers {} | Self::Audit {} => role == Role::Admin,
            Self::Vouchers {} | Self::Tariffs {} | Self::Supply {} | Self::Finance {} | Self::Users {} => role == Role::Admin,
            Self::Imports {} | Self::ImportPage { .. } | Self::Batches {} | Self::Zones {} => role == Role::Admin,
            Self::Utility {} | Self::CaseSettings {} | Self::OrderBatches {} | Self::ZoneBalance { .. } => role == Role::Admin,
            Self::Revenue {} | Self::Reports {} => role == Role::Admin,
            Self::Maintenance {} | Self::Schedules {} | Self::WorkHolidays {} | Self::WorkFeeds {} => role == Role::Admin,
            Self::WorkLeave {} | Self::WorkParts {} | Self::WorkReview {} | Self::WorkTemplates {} => role == Role::Admin,
            Self::WorkPage { .. } | Self::OfflineMaps {} => role != Role::Customer,
            Self::Today {} | Self::FieldMap {} | Self::Scan {} | Self::Meter { .. } => role == Role::Technician,
            _ => true,
        }
    }

    /// Whether this is the page of a menu's entry or a part of it, whatever it shows of it.
    pub fn is_page_of(&self, entry: &Self) -> bool {
        let is_part = matches!(
            (self, entry),
            (Self::AlertSettings {} | Self::Case { .. }, Self::Alerts {})
                | (Self::Imports {} | Self::ImportPage { .. } | Self::Batches {}, Self::Customers {})
                | (Self::Supply {} | Self::Zones {} | Self::Utility {} | Self::CaseSettings {}, Self::Tariffs {})
                | (Self::ZoneBalance { .. }, Self::Tariffs {})
                | (Self::OrderBatches {}, Self::Meters {})
                | (Self::Tips {} | Self::TipPage { .. }, Self::Usage {})
                | (Self::Properties {}, Self::Home {})
                | (Self::OfflineMaps {}, Self::Account {})
                | (Self::Schedules {} | Self::WorkHolidays {} | Self::WorkLeave {} | Self::WorkFeeds {}, Self::Maintenance {})
                | (
                    Self::WorkParts {} | Self::WorkReview {} | Self::WorkTemplates {} | Self::WorkPage { .. },
                    Self::Maintenance {}
                )
                | (Self::WorkPage { .. }, Self::Today {})
        );
        is_part || std::mem::discriminant(self) == std::mem::discriminant(entry)
    }

    /// Where a role begins.
    pub fn start(role: Role) -> Self {
        match role {
            Role::Customer => Self::Home {},
            Role::Admin => Self::Summary {},
            Role::Technician => Self::Today {},
        }
    }
}

/// Tabs that a phone has room for.
const TABS: usize = 5;

/// A role's menu as a phone shows it: the tabs, and what is behind the last of them, *Lainnya*, where not all of the menu has room.
pub fn tabs(role: Role) -> (Vec<Entry>, Vec<Entry>) {
    let all = menu(role);
    if all.len() <= TABS {
        return (all, Vec::new());
    }
    // What changes by itself stays in sight, and what is used at a meter.
    let is_first = |entry: &Entry| match role {
        Role::Technician => matches!(entry.to, Route::Today {} | Route::FieldMap {} | Route::Scan {} | Route::Outbox {}),
        _ => matches!(entry.to, Route::Summary {} | Route::Meters {} | Route::Customers {} | Route::Alerts {}),
    };
    all.into_iter().partition(is_first)
}

/// A role's menu. What does not exist yet is absent.
pub fn menu(role: Role) -> Vec<Entry> {
    let entry = |to, key, icon| Entry { to, key, icon };
    match role {
        Role::Customer => vec![
            entry(Route::Home {}, "nav-home", "house"),
            entry(Route::Usage {}, "nav-usage", "chart-column"),
            entry(Route::Buy {}, "nav-buy", "droplet"),
            entry(Route::Alerts {}, "nav-alerts", "bell"),
            entry(Route::Account {}, "nav-account", "user"),
        ],
        Role::Admin => {
            vec![
                entry(Route::Summary {}, "nav-summary", "layout-dashboard"),
                entry(Route::Meters {}, "nav-devices", "radio-tower"),
                entry(Route::Customers {}, "nav-customers", "users"),
                entry(Route::Revenue {}, "nav-revenue", "trending-up"),
                entry(Route::Finance {}, "nav-finance", "banknote"),
                entry(Route::Vouchers {}, "nav-vouchers", "ticket-percent"),
                entry(Route::Reports {}, "reports-title", "file-chart-column"),
                entry(Route::Maintenance {}, "maintenance-title", "calendar-clock"),
                entry(Route::Alerts {}, "nav-alerts", "bell"),
                entry(Route::Tariffs {}, "nav-settings", "settings"),
                entry(Route::Audit {}, "nav-audit", "scroll-text"),
                entry(Route::Account {}, "nav-account", "user"),
            ]
        }
        Role::Technician => {
            vec![
                entry(Route::Today {}, "nav-today", "calendar-check"),
                entry(Route::FieldMap {}, "field-map-title", "map-pin"),
                entry(Route::Scan {}, "scan-title", "qr-code"),
                entry(Route::Outbox {}, "outbox-title", "arrow-up"),
                entry(Route::Alerts {}, "nav-alerts", "bell"),
                entry(Route::Account {}, "nav-profile", "user"),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_has_five_tabs_at_most_and_reaches_the_whole_menu() {
        for role in Role::ALL {
            let (shown, more) = tabs(role);
            assert!(shown.len() + usize::from(!more.is_empty()) <= TABS, "{role:?}");
            let mut all: Vec<_> = shown.into_iter().chain(more).map(|entry| entry.key).collect();
            let mut whole: Vec<_> = menu(role).into_iter().map(|entry| entry.key).collect();
            all.sort_unstable();
            whole.sort_unstable();
            assert_eq!(all, whole, "{role:?}");
        }
    }

    #[test]
    fn every_page_of_a_menu_is_among_the_places_and_open_to_its_role() {
        for role in Role::ALL {
            let places = places(role);
            let mut letters: Vec<_> = places.iter().filter_map(|place| place.letter).collect();
            letters.sort_unstable();
            letters.dedup();
            assert_eq!(
                letters.len(),
                places.iter().filter(|place| place.letter.is_some()).count(),
                "{role:?}: a letter leads to one page"
            );
            assert!(places.iter().all(|place| place.to.is_open_to(role)), "{role:?}");
            let begins = Route::start(role);
            assert_eq!(
                menu(role).first().map(|entry| entry.to.clone()),
                Some(begins),
                "{role:?} begins with the first of its menu"
            );
        }
    }
}
