//! What Pemakaian shows: which stretch, and in which unit. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::{LocalDay, LocalMonth};
use protocol::ui::Span;

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageView {
    pub span: Span,
    pub in_rupiah: bool,
}

impl Default for UsageView {
    fn default() -> Self {
        Self { span: Span::Day { day: None }, in_rupiah: false }
    }
}

impl Kept for UsageView {
    fn read(params: &Params) -> Self {
        let at: Option<i32> = params.get("pada");
        let span = match params.get::<String>("rentang").as_deref() {
            Some("minggu") => Span::Week { end: at.map(LocalDay) },
            Some("bulan") => Span::Month { month: at.map(LocalMonth) },
            Some("tahun") => Span::Year { year: at.and_then(|year| i16::try_from(year).ok()) },
            _ => Span::Day { day: at.map(LocalDay) },
        };
        Self { span, in_rupiah: params.get::<String>("satuan").as_deref() == Some("rupiah") }
    }

    fn write(&self) -> Params {
        let (word, at) = match self.span {
            Span::Day { day } => (None, day.map(|day| day.0)),
            Span::Week { end } => (Some("minggu"), end.map(|day| day.0)),
            Span::Month { month } => (Some("bulan"), month.map(|month| month.0)),
            Span::Year { year } => (Some("tahun"), year.map(i32::from)),
        };
        Params::default().with("rentang", word).with("pada", at).with("satuan", self.in_rupiah.then_some("rupiah"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_as_it_was_written() {
        let spans = [
            Span::Day { day: None },
            Span::Day { day: Some(LocalDay(20_779)) },
            Span::Week { end: Some(LocalDay(20_779)) },
            Span::Month { month: Some(LocalMonth(24_322)) },
            Span::Year { year: None },
        ];
        for (place, span) in spans.into_iter().enumerate() {
            let view = UsageView { span, in_rupiah: place % 2 == 1 };
            assert_eq!(UsageView::read(&view.write()), view);
        }
        assert_eq!(UsageView::default().write(), Params::default());
    }
}
