//! What Pemakaian shows: which stretch, in which unit, and what is compared with what. It is kept in the page's address.

use crate::charts::Zoom;
use crate::components::address::{Kept, Params};
use domain::metering::compare::Window;
use domain::{LocalDay, LocalMonth};
use protocol::ui::{Comparing, Span};

/// What is compared where nothing else was chosen.
pub const THIS_MONTH: Comparing = Comparing::Months { month: None };

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageView {
    pub span: Span,
    pub in_rupiah: bool,
    pub comparing: Comparing,
    pub by_weekday: bool,
}

impl Default for UsageView {
    fn default() -> Self {
        Self { span: Span::Day { day: None }, in_rupiah: false, comparing: THIS_MONTH, by_weekday: false }
    }
}

/// The stretch that is seen when somebody wants to see a bar of one closer, by its place, or what it is a part of: years, months, days with
/// their hours. `bars` are what its bars are.
pub fn zoomed(span: Span, bars: &[i32], zoom: Zoom) -> Option<Span> {
    let month_of = |day: LocalDay| Span::Month { month: Some(day.month()) };
    match zoom {
        Zoom::In(place) => {
            let at = *bars.get(place)?;
            match span {
                Span::Day { .. } => None,
                Span::Week { .. } | Span::Month { .. } => Some(Span::Day { day: Some(LocalDay(at)) }),
                Span::Year { .. } => Some(Span::Month { month: Some(LocalMonth(at)) }),
            }
        }
        Zoom::Out => match span {
            Span::Day { day } => day.map(month_of),
            Span::Week { end } => end.map(month_of),
            Span::Month { month } => month.map(|month| Span::Year { year: Some(month.ym().0) }),
            Span::Year { .. } => None,
        },
    }
}

/// A day, month or year out of an address. Nobody can go further than some centuries.
fn place(params: &Params, name: &str) -> Option<i32> {
    params.get(name).filter(|at| (0..100_000).contains(at))
}

/// The year that it is, if a calendar has it.
fn year(at: i32) -> Option<i16> {
    i16::try_from(at).ok().filter(|year| *year < 9_999)
}

/// What is compared, out of an address.
fn comparing(params: &Params) -> Comparing {
    let at = place(params, "banding_pada");
    match params.get::<String>("banding").as_deref() {
        Some("tahun-lalu") => Comparing::MonthsOfYears { month: at.map(LocalMonth) },
        Some("minggu") => Comparing::Weeks { end: at.map(LocalDay) },
        Some("tahun") => Comparing::Years { year: at.and_then(year) },
        Some("rentang") => {
            let window = |first, last| Window::new(LocalDay(params.get(first)?), LocalDay(params.get(last)?));
            match window("dari", "sampai").zip(window("dengan_dari", "dengan_sampai")) {
                Some((a, b)) => Comparing::Ranges { a, b },
                None => THIS_MONTH,
            }
        }
        _ => Comparing::Months { month: at.map(LocalMonth) },
    }
}

/// The same as it is written.
fn compared(params: Params, comparing: Comparing) -> Params {
    let (word, at) = match comparing {
        Comparing::Months { month } => (None, month.map(|month| month.0)),
        Comparing::MonthsOfYears { month } => (Some("tahun-lalu"), month.map(|month| month.0)),
        Comparing::Weeks { end } => (Some("minggu"), end.map(|day| day.0)),
        Comparing::Years { year } => (Some("tahun"), year.map(i32::from)),
        Comparing::Ranges { .. } => (Some("rentang"), None),
    };
    let params = params.with("banding", word).with("banding_pada", at);
    let Comparing::Ranges { a, b } = comparing else { return params };
    let days = [("dari", a.first), ("sampai", a.last), ("dengan_dari", b.first), ("dengan_sampai", b.last)];
    days.into_iter().fold(params, |params, (name, day)| params.with(name, Some(day.0)))
}

impl Kept for UsageView {
    fn read(params: &Params) -> Self {
        let at = place(params, "pada");
        let span = match params.get::<String>("rentang").as_deref() {
            Some("minggu") => Span::Week { end: at.map(LocalDay) },
            Some("bulan") => Span::Month { month: at.map(LocalMonth) },
            Some("tahun") => Span::Year { year: at.and_then(year) },
            _ => Span::Day { day: at.map(LocalDay) },
        };
        Self {
            span,
            in_rupiah: params.get::<String>("satuan").as_deref() == Some("rupiah"),
            comparing: comparing(params),
            by_weekday: params.get::<String>("hari").as_deref() == Some("sama"),
        }
    }

    fn write(&self) -> Params {
        let (word, at) = match self.span {
            Span::Day { day } => (None, day.map(|day| day.0)),
            Span::Week { end } => (Some("minggu"), end.map(|day| day.0)),
            Span::Month { month } => (Some("bulan"), month.map(|month| month.0)),
            Span::Year { year } => (Some("tahun"), year.map(i32::from)),
        };
        let params = Params::default().with("rentang", word).with("pada", at).with("satuan", self.in_rupiah.then_some("rupiah"));
        compared(params.with("hari", self.by_weekday.then_some("sama")), self.comparing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_seen_closer_by_month_and_day_and_wider_the_same_way() {
        let (year, month, day) =
            (Span::Year { year: Some(2026) }, LocalMonth(2026 * 12 + 10), LocalDay::from_ymd(2026, 11, 9).unwrap());
        let months: Vec<i32> = (0..12).map(|place| 2026 * 12 + place).collect();
        let of_month = Span::Month { month: Some(month) };
        assert_eq!(zoomed(year, &months, Zoom::In(10)), Some(of_month));
        let days: Vec<i32> = (0..30).map(|place| month.first_day().0 + place).collect();
        let of_day = Span::Day { day: Some(day) };
        assert_eq!(zoomed(of_month, &days, Zoom::In(8)), Some(of_day));
        assert_eq!((zoomed(of_day, &[0, 1], Zoom::In(1)), zoomed(year, &months, Zoom::Out)), (None, None), "no further");
        assert_eq!((zoomed(of_day, &[], Zoom::Out), zoomed(of_month, &days, Zoom::Out)), (Some(of_month), Some(year)));
        assert_eq!(zoomed(year, &months, Zoom::In(12)), None, "no such bar");
    }

    #[test]
    fn an_address_that_names_no_day_month_or_year_of_a_calendar_shows_the_newest() {
        let nowhere = [Span::Day { day: None }, Span::Week { end: None }, Span::Month { month: None }, Span::Year { year: None }];
        for (word, expected) in [None, Some("minggu"), Some("bulan"), Some("tahun")].into_iter().zip(nowhere) {
            for at in [i32::MIN, -1, 100_000, i32::MAX] {
                let params = Params::default().with("rentang", word).with("pada", Some(at));
                assert_eq!(UsageView::read(&params).span, expected, "{at}");
            }
        }
        let params = Params::default().with("rentang", Some("tahun")).with("pada", Some(i32::from(i16::MAX)));
        assert_eq!(UsageView::read(&params).span, Span::Year { year: None });
    }

    #[test]
    fn what_is_shown_is_read_as_it_was_written() {
        let spans = [
            Span::Day { day: None },
            Span::Day { day: Some(LocalDay(20_779)) },
            Span::Week { end: Some(LocalDay(20_779)) },
            Span::Month { month: Some(LocalMonth(24_322)) },
            Span::Year { year: None },
        ];
        let window = |first: i32| Window { first: LocalDay(first), last: LocalDay(first + 9) };
        let comparisons = [
            THIS_MONTH,
            Comparing::MonthsOfYears { month: Some(LocalMonth(24_322)) },
            Comparing::Weeks { end: None },
            Comparing::Years { year: Some(2026) },
            Comparing::Ranges { a: window(20_779), b: window(20_400) },
        ];
        for (place, (span, comparing)) in spans.into_iter().zip(comparisons).enumerate() {
            let view = UsageView { span, in_rupiah: place % 2 == 1, comparing, by_weekday: place % 2 == 0 };
            assert_eq!(UsageView::read(&view.write()), view);
        }
        assert_eq!(UsageView::default().write(), Params::default());
    }
}
