//! What the page's address says of it: which kind or template is put together, and of which days and part of the utility.

use crate::components::address::{Kept, Params};
use domain::billing::tariff::TariffClass;
use domain::reports::{Days, Design, Period, ReportKind};
use domain::{LocalDay, ReportTemplateId, ZoneId};

/// Which report is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportsView {
    /// A kind as it is.
    pub kind: Option<ReportKind>,
    /// A template.
    pub template: Option<ReportTemplateId>,
    /// Whether what is made by itself is shown, and not what can be made.
    pub automatic: bool,
    /// What was chosen of it; nothing where it is as the kind or the template is by itself.
    pub chosen: Option<Chosen>,
}

/// Of which days and of which part of the utility a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Of which days.
    pub days: Days,
    /// Of one zone.
    pub zone: Option<ZoneId>,
    /// Of one class.
    pub class: Option<TariffClass>,
}

impl Chosen {
    /// That of a design.
    pub const fn of(design: &Design) -> Self {
        Self { days: design.days, zone: design.zone, class: design.class }
    }

    /// A design with it; the design as it is where there can be no such one.
    pub fn on(self, design: Design) -> Design {
        let Self { days, zone, class } = self;
        Design { days, zone, class, ..design.clone() }.clean().unwrap_or(design)
    }

    fn read(params: &Params) -> Option<Self> {
        let word = params.get::<String>("hari")?;
        let day = |name| params.get(name).map(LocalDay);
        let days = match Days::MOVING.into_iter().find(|days| days.as_str() == word) {
            Some(days) => days,
            None => Days::Between(Period { first: day("dari")?, last: day("sampai")? }),
        };
        let class = params.get::<String>("golongan").and_then(|word| TariffClass::from_word(&word));
        Some(Self { days, zone: params.get("wilayah"), class }).filter(|chosen| chosen.days.is_possible())
    }

    fn write(self, params: Params) -> Params {
        let period = match self.days {
            Days::Between(period) => Some(period),
            _ => None,
        };
        params
            .with("hari", Some(self.days.as_str()))
            .with("dari", period.map(|period| period.first.0))
            .with("sampai", period.map(|period| period.last.0))
            .with("wilayah", self.zone)
            .with("golongan", self.class.map(TariffClass::as_str))
    }
}

/// The word of [`ReportsView::automatic`].
const AUTOMATIC: &str = "otomatis";

impl ReportsView {
    /// The page's address with what is made by itself.
    pub fn address_of_automatic() -> String {
        Self { automatic: true, ..Self::default() }.write().on("/laporan")
    }
}

impl Kept for ReportsView {
    fn read(params: &Params) -> Self {
        let kind = params.get::<String>("jenis").and_then(|word| ReportKind::from_word(&word));
        let automatic = params.get::<String>("bagian").is_some_and(|word| word == AUTOMATIC);
        let (kind, template) = (kind.filter(|kind| ReportKind::OFFICE.contains(kind)), params.get("templat"));
        let chosen = Chosen::read(params).filter(|_| kind.is_some() || template.is_some());
        Self { kind, template, automatic, chosen }
    }

    fn write(&self) -> Params {
        let params = Params::default()
            .with("jenis", self.kind.map(ReportKind::as_str))
            .with("templat", self.template)
            .with("bagian", self.automatic.then_some(AUTOMATIC));
        self.chosen.map_or(params.clone(), |chosen| chosen.write(params))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_chosen_of_a_report_survives_its_address() {
        let period = Period { first: LocalDay(20_700), last: LocalDay(20_730) };
        let (zone, class) = (Some(ZoneId(Uuid::from_u128(7))), Some(TariffClass::Residential));
        for days in Days::MOVING.into_iter().chain([Days::Between(period)]) {
            for (zone, class) in [(None, None), (zone, None), (None, class), (zone, class)] {
                let chosen = Some(Chosen { days, zone, class });
                let view = ReportsView { kind: Some(ReportKind::UsageSummary), chosen, ..ReportsView::default() };
                assert_eq!(ReportsView::read(&view.write()), view);
            }
        }
        assert_eq!(ReportsView::default().write(), Params::default());
    }

    #[test]
    fn days_that_cannot_be_are_as_if_they_were_not_named() {
        let params = Params::default().with("jenis", Some("revenue")).with("hari", Some("between"));
        let backwards = params.clone().with("dari", Some(20_730)).with("sampai", Some(20_700));
        for params in [params, backwards] {
            assert_eq!(ReportsView::read(&params).chosen, None);
        }
    }

    #[test]
    fn what_is_chosen_is_narrowed_to_what_the_kind_can_be_narrowed_to() {
        let zone = Some(ZoneId(Uuid::from_u128(7)));
        let chosen = Chosen { days: Days::ThisYear, zone, class: Some(TariffClass::Residential) };
        let revenue = chosen.on(Design::of(ReportKind::Revenue));
        assert_eq!((revenue.days, revenue.zone, revenue.class), (Days::ThisYear, zone, None));
    }
}
