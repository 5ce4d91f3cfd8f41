//! What Peringatan shows: which part, and the filters of its list. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::ZoneId;
use domain::alerts::kinds::{AlertKind, Severity};
use protocol::ui::{AlertsPart, AlertsQuery};

/// A part of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Part {
    /// What has not passed.
    #[default]
    Open,
    /// All that is kept.
    History,
    /// The delivery queue, for admins.
    Queue,
}

impl Part {
    const ALL: [Self; 3] = [Self::Open, Self::History, Self::Queue];

    /// Its word in the address, which its name on the screen goes by as well.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "terbuka",
            Self::History => "riwayat",
            Self::Queue => "kirim",
        }
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AlertsView {
    pub part: Part,
    pub kind: Option<AlertKind>,
    pub severity: Option<Severity>,
    /// Only the cases of this zone.
    pub zone: Option<ZoneId>,
}

impl AlertsView {
    /// The question to the client for so many from a place on.
    pub fn query(self, offset: u32, limit: u32) -> AlertsQuery {
        let part = if self.part == Part::History { AlertsPart::History } else { AlertsPart::Open };
        AlertsQuery { part, kind: self.kind, severity: self.severity, offset, limit }
    }

    /// Whether something is filtered out.
    pub const fn is_filtered(self) -> bool {
        self.kind.is_some() || self.severity.is_some()
    }
}

impl Kept for AlertsView {
    fn read(params: &Params) -> Self {
        let word = |name| params.get::<String>(name);
        let part = word("bagian").and_then(|word| Part::ALL.into_iter().find(|part| part.word() == word));
        Self {
            part: part.unwrap_or_default(),
            kind: word("jenis").and_then(|word| AlertKind::from_word(&word)),
            severity: word("tingkat").and_then(|word| Severity::from_word(&word)),
            zone: params.get("zona"),
        }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("bagian", Some(self.part).filter(|part| *part != Part::Open).map(Part::word))
            .with("jenis", self.kind.map(AlertKind::as_str))
            .with("tingkat", self.severity.map(Severity::as_str))
            .with("zona", self.zone)
    }
}
