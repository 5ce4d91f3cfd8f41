//! What Peringatan shows: which part, and the filters of its list. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::ZoneId;
use domain::alerts::kinds::{AlertKind, Severity};
use domain::leaks::Severity as CaseSeverity;
use protocol::ui::{AlertsPart, AlertsQuery};

/// How urgently somebody is notified of a case, beside how bad it is.
const SEVERITIES: [(Severity, CaseSeverity); 3] = [
    (Severity::Info, CaseSeverity::Minor),
    (Severity::Warning, CaseSeverity::Moderate),
    (Severity::Critical, CaseSeverity::Severe),
];

/// The word of one's own cases in the address.
const MINE: &str = "saya";

/// How urgently somebody is notified of a case as bad as this.
fn urgency_of(severity: CaseSeverity) -> Severity {
    SEVERITIES.iter().find(|(_, of)| *of == severity).map_or(Severity::Critical, |(urgency, _)| *urgency)
}

/// How bad a case is of which somebody is notified as urgently as this.
pub fn severity_of(urgency: Severity) -> CaseSeverity {
    SEVERITIES.iter().find(|(of, _)| *of == urgency).map_or(CaseSeverity::Severe, |(_, severity)| *severity)
}

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
    /// Only the cases of whoever is signed in.
    pub mine: bool,
}

impl AlertsView {
    /// The question to the client for so many from a place on.
    pub fn query(self, offset: u32, limit: u32) -> AlertsQuery {
        let part = if self.part == Part::History { AlertsPart::History } else { AlertsPart::Open };
        AlertsQuery { part, kind: self.kind, severity: self.severity, offset, limit }
    }

    /// The address of the open cases of a severity.
    pub fn address_of_cases(severity: CaseSeverity) -> String {
        Self { severity: Some(urgency_of(severity)), ..Self::default() }.write().on("/peringatan")
    }

    /// The address of the delivery queue.
    pub fn address_of_queue() -> String {
        Self { part: Part::Queue, ..Self::default() }.write().on("/peringatan")
    }

    /// Whether only some of the cases are shown.
    pub const fn is_narrowed(self) -> bool {
        self.zone.is_some() || self.mine
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
            mine: word("milik").as_deref() == Some(MINE),
        }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("bagian", Some(self.part).filter(|part| *part != Part::Open).map(Part::word))
            .with("jenis", self.kind.map(AlertKind::as_str))
            .with("tingkat", self.severity.map(Severity::as_str))
            .with("zona", self.zone)
            .with("milik", self.mine.then_some(MINE))
    }
}
