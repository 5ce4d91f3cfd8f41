//! What Pendapatan shows: which period, beside what, divided by what and how drawn, and what somebody looks behind. It is kept in the page's
//! address.

use crate::components::address::{Kept, Params};
use crate::pages::revenue::figure::Figure;
use domain::revenue::{Comparison, DayRange, Dimension, Period, Step};
use domain::{LocalDay, LocalMonth};
use protocol::ui::RevenueQuestion;

/// How the parts of a whole are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// As arcs of a ring.
    #[default]
    Ring,
    /// As bars.
    Bars,
    /// As numbers alone, with those of the earlier days.
    Table,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ring, Self::Bars, Self::Table];

    /// Its word in the address, which its name on the screen goes by as well.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ring => "cincin",
            Self::Bars => "batang",
            Self::Table => "tabel",
        }
    }
}

/// The dimensions that the page divides by, each with its word in the address. The first is chosen by default.
pub const BREAKDOWNS: [(Dimension, &str); 5] = [
    (Dimension::Method, "cara"),
    (Dimension::Class, "golongan"),
    (Dimension::Zone, "zona"),
    (Dimension::Campaign, "kampanye"),
    (Dimension::Collector, "kolektor"),
];

/// Those that figures are looked behind by as well.
const OTHERS: [(Dimension, &str); 2] = [(Dimension::Hour, "jam"), (Dimension::Month, "bulan")];

/// Comparisons with their words; the first one by default.
pub const COMPARISONS: [(Comparison, &str); 3] =
    [(Comparison::Earlier, "sebelumnya"), (Comparison::YearBefore, "tahun-lalu"), (Comparison::None, "tanpa")];

/// Steps with their words.
pub const STEPS: [(Step, &str); 3] = [(Step::Day, "hari"), (Step::Week, "minggu"), (Step::Month, "bulan")];

/// What somebody looks behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Drill {
    /// The figure.
    pub figure: Figure,
    /// Which part of it is shown.
    pub part: usize,
    /// By what it is divided; [`Dimension::All`] is the whole.
    pub dimension: Dimension,
    /// The value there; none is what has none.
    pub value: Option<String>,
    /// Of which days; those of the period if none are named.
    pub days: Option<DayRange>,
}

impl Drill {
    /// What is behind a figure of the period.
    pub const fn of(figure: Figure) -> Self {
        Self { figure, part: 0, dimension: Dimension::All, value: None, days: None }
    }

    /// The same, whichever part of it is shown.
    pub fn whole(&self) -> Self {
        Self { part: 0, ..self.clone() }
    }
}

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct RevenuePage {
    /// Of which period; the month it is if none is named, so that a link stays one to the month that it is then.
    pub period: Option<Period>,
    /// Beside what.
    pub compare: Comparison,
    /// Into what its course is cut; as fits if none is named.
    pub step: Option<Step>,
    /// Divided by what.
    pub breakdown: Dimension,
    /// Whether what was charged for water is divided; otherwise what was received.
    pub of_consumed: bool,
    /// How that is drawn.
    pub shape: Shape,
    /// Whether customers are shown, which costs the server more than all the rest.
    pub customers: bool,
    /// What is looked behind.
    pub drill: Option<Drill>,
}

impl Default for RevenuePage {
    fn default() -> Self {
        Self {
            period: None,
            compare: Comparison::default(),
            step: None,
            breakdown: BREAKDOWNS[0].0,
            of_consumed: false,
            shape: Shape::default(),
            customers: false,
            drill: None,
        }
    }
}

impl RevenuePage {
    /// The question to the client.
    pub const fn question(&self) -> RevenueQuestion {
        RevenueQuestion { period: self.period, compare: self.compare, breakdown: self.breakdown, step: self.step }
    }

    /// Goes to a period, whose course is cut as fits. The month it is needs no name.
    pub fn show(&mut self, period: Period, today: LocalDay) {
        let is_now = period == Period::Month { month: today.month() };
        (self.period, self.step, self.drill) = (Some(period).filter(|_| !is_now), None, None);
    }
}

/// Whether what was charged is divided by a dimension: it has no way to pay, no voucher and nobody who took it.
pub const fn has_consumed(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Class | Dimension::Zone)
}

fn of_word<T: Copy>(choices: &[(T, &str)], word: &str) -> Option<T> {
    choices.iter().find(|(_, known)| *known == word).map(|(choice, _)| *choice)
}

fn word_of<T: PartialEq>(choices: &[(T, &'static str)], choice: &T) -> Option<&'static str> {
    choices.iter().find(|(known, _)| known == choice).map(|(_, word)| *word)
}

fn read_period(params: &Params) -> Option<Period> {
    let at: Option<i32> = params.get("pada");
    let day = |at: Option<i32>| at.map(LocalDay);
    let month = |at: Option<i32>| at.map(LocalMonth);
    let period = match params.get::<String>("rentang")?.as_str() {
        "hari" => Period::Day { day: day(at)? },
        "minggu" => Period::Week { day: day(at)? },
        "bulan" => Period::Month { month: month(at)? },
        "triwulan" => Period::Quarter { month: month(at)? },
        "tahun" => Period::Year { year: at.and_then(|year| i16::try_from(year).ok())? },
        "bebas" => Period::Range(DayRange { from: day(at)?, to: day(params.get("sampai"))? }),
        _ => return None,
    };
    Some(period).filter(|period| period.is_possible())
}

fn write_period(period: Option<Period>, params: Params) -> Params {
    let Some(period) = period else { return params };
    let (word, at, to) = match period {
        Period::Day { day } => ("hari", day.0, None),
        Period::Week { day } => ("minggu", day.0, None),
        Period::Month { month } => ("bulan", month.0, None),
        Period::Quarter { month } => ("triwulan", month.0, None),
        Period::Year { year } => ("tahun", i32::from(year), None),
        Period::Range(range) => ("bebas", range.from.0, Some(range.to.0)),
    };
    params.with("rentang", Some(word)).with("pada", Some(at)).with("sampai", to)
}

fn read_drill(params: &Params) -> Option<Drill> {
    let figure = Figure::of_word(&params.get::<String>("buka")?)?;
    let dimension = params.get::<String>("menurut").and_then(|word| {
        let breakdown = of_word(&BREAKDOWNS, &word);
        breakdown.or_else(|| of_word(&OTHERS, &word))
    });
    let days = params.get("mulai").zip(params.get("akhir"));
    Some(Drill {
        figure,
        part: params.get("bagian").unwrap_or_default(),
        dimension: dimension.unwrap_or_default(),
        value: params.get("nilai"),
        days: days.map(|(from, to)| DayRange { from: LocalDay(from), to: LocalDay(to) }),
    })
}

fn write_drill(drill: Option<&Drill>, params: Params) -> Params {
    let Some(drill) = drill else { return params };
    let dimension = word_of(&BREAKDOWNS, &drill.dimension).or_else(|| word_of(&OTHERS, &drill.dimension));
    params
        .with("buka", Some(drill.figure.word()))
        .with("bagian", Some(drill.part).filter(|part| *part > 0))
        .with("menurut", dimension)
        .with("nilai", drill.value.as_ref())
        .with("mulai", drill.days.map(|days| days.from.0))
        .with("akhir", drill.days.map(|days| days.to.0))
}

impl Kept for RevenuePage {
    fn read(params: &Params) -> Self {
        let word = |name| params.get::<String>(name).unwrap_or_default();
        let shape = Shape::ALL.into_iter().find(|shape| shape.word() == word("bentuk"));
        Self {
            period: read_period(params),
            compare: of_word(&COMPARISONS, &word("banding")).unwrap_or_default(),
            step: of_word(&STEPS, &word("langkah")),
            breakdown: of_word(&BREAKDOWNS, &word("rinci")).unwrap_or(BREAKDOWNS[0].0),
            of_consumed: word("ukur") == "terpakai",
            shape: shape.unwrap_or_default(),
            customers: word("pelanggan") == "ya",
            drill: read_drill(params),
        }
    }

    fn write(&self) -> Params {
        let is_usual = self.breakdown == BREAKDOWNS[0].0;
        let params = write_drill(self.drill.as_ref(), write_period(self.period, Params::default()));
        params
            .with("banding", word_of(&COMPARISONS, &self.compare).filter(|_| self.compare != Comparison::default()))
            .with("langkah", self.step.and_then(|step| word_of(&STEPS, &step)))
            .with("rinci", word_of(&BREAKDOWNS, &self.breakdown).filter(|_| !is_usual))
            .with("ukur", self.of_consumed.then_some("terpakai"))
            .with("bentuk", Some(self.shape.word()).filter(|_| self.shape != Shape::default()))
            .with("pelanggan", self.customers.then_some("ya"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_survives_its_address() {
        let range = DayRange { from: LocalDay(20_700), to: LocalDay(20_730) };
        let periods = [
            None,
            Some(Period::Day { day: LocalDay(20_700) }),
            Some(Period::Week { day: LocalDay(20_700) }),
            Some(Period::Month { month: LocalMonth(24_320) }),
            Some(Period::Quarter { month: LocalMonth(24_320) }),
            Some(Period::Year { year: 2026 }),
            Some(Period::Range(range)),
        ];
        let drills = [
            None,
            Some(Drill::of(Figure::Returned)),
            Some(Drill {
                figure: Figure::Consumed,
                part: 1,
                dimension: Dimension::Month,
                value: Some("24319".into()),
                days: Some(range),
            }),
            Some(Drill { dimension: Dimension::Campaign, ..Drill::of(Figure::Received) }),
        ];
        for (place, period) in periods.into_iter().enumerate() {
            for drill in drills.clone() {
                let page = RevenuePage {
                    period,
                    drill,
                    compare: COMPARISONS[place % 3].0,
                    step: (place > 2).then_some(STEPS[place % 3].0),
                    breakdown: BREAKDOWNS[place % 5].0,
                    of_consumed: place % 2 == 0,
                    shape: Shape::ALL[place % 3],
                    customers: place % 2 == 1,
                };
                assert_eq!(RevenuePage::read(&page.write()), page);
            }
        }
        assert_eq!(RevenuePage::default().write(), Params::default(), "what is shown by default needs no words");
    }

    #[test]
    fn a_period_that_cannot_be_is_as_if_it_were_not_named() {
        let params = Params::default().with("rentang", Some("tahun")).with("pada", Some(99_999));
        assert_eq!(RevenuePage::read(&params), RevenuePage::default());
    }
}
