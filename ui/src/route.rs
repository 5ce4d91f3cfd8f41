//! Addresses of pages, who may open them, and where each role begins.

use crate::components::shell::Shell;
use crate::pages::{
    Account, Audit, Buy, BuyFor, Customers, Denied, Finance, History, Home, Kit, Meter, Meters, NotFound, Outbox, Payment, Start,
    Today, Usage,
};
use crate::pages::{Tariffs, Users, Vouchers};
use dioxus::prelude::*;
use domain::people::Role;
use domain::{ConnectionId, MeterId};
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
        #[route("/beli")]
        Buy {},
        #[route("/beli/:connection")]
        BuyFor { connection: ConnectionId },
        #[route("/beli/:connection/:purchase")]
        Payment { connection: ConnectionId, purchase: Uuid },
        #[route("/riwayat")]
        History {},
        #[route("/perangkat")]
        Meters {},
        #[route("/pelanggan")]
        Customers {},
        #[route("/keuangan")]
        Finance {},
        #[route("/voucher")]
        Vouchers {},
        #[route("/pengaturan/tarif")]
        Tariffs {},
        #[route("/pengguna")]
        Users {},
        #[route("/audit")]
        Audit {},
        #[route("/antrean")]
        Outbox {},
        #[route("/hari-ini")]
        Today {},
        #[route("/meter/:id")]
        Meter { id: MeterId },
        #[route("/akun")]
        Account {},
        #[route("/denied")]
        Denied {},
        #[route("/:..segments")]
        NotFound { segments: Vec<String> },
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
            Self::Home {} | Self::Usage {} | Self::History {} => role == Role::Customer,
            Self::Buy {} | Self::BuyFor { .. } | Self::Payment { .. } => role == Role::Customer,
            Self::Meters {} | Self::Customers {} | Self::Audit {} => role == Role::Admin,
            Self::Vouchers {} | Self::Tariffs {} | Self::Finance {} | Self::Users {} => role == Role::Admin,
            Self::Today {} | Self::Meter { .. } => role == Role::Technician,
            _ => true,
        }
    }

    /// Where a role begins.
    pub fn start(role: Role) -> Self {
        match role {
            Role::Customer => Self::Home {},
            Role::Admin => Self::Meters {},
            Role::Technician => Self::Today {},
        }
    }
}

/// A role's menu. What does not exist yet is absent.
pub fn menu(role: Role) -> Vec<Entry> {
    let entry = |to, key, icon| Entry { to, key, icon };
    match role {
        Role::Customer => vec![
            entry(Route::Home {}, "nav-home", "house"),
            entry(Route::Usage {}, "nav-usage", "chart-column"),
            entry(Route::Buy {}, "nav-buy", "droplet"),
            entry(Route::Account {}, "nav-account", "user"),
        ],
        Role::Admin => {
            vec![
                entry(Route::Meters {}, "nav-devices", "radio-tower"),
                entry(Route::Customers {}, "nav-customers", "users"),
                entry(Route::Finance {}, "nav-finance", "banknote"),
                entry(Route::Vouchers {}, "nav-vouchers", "ticket-percent"),
                entry(Route::Tariffs {}, "nav-settings", "settings"),
                entry(Route::Audit {}, "nav-audit", "scroll-text"),
                entry(Route::Account {}, "nav-account", "user"),
            ]
        }
        Role::Technician => {
            vec![
                entry(Route::Today {}, "nav-today", "calendar-check"),
                entry(Route::Outbox {}, "outbox-title", "arrow-up"),
                entry(Route::Account {}, "nav-profile", "user"),
            ]
        }
    }
}
