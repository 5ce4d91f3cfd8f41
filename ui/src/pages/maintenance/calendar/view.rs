//! What Pemeliharaan's calendar shows: by month, by week or by technician, around which day, and whose day in full. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::{LocalDay, UserId};
use protocol::ui::{CalendarSpan, WorkCalendarQuery};

/// A form of the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The weeks of a month.
    #[default]
    Month,
    /// The days of a week.
    Week,
    /// The days of a week, technician by technician.
    Technicians,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Month, Self::Week, Self::Technicians];

    /// Its word in the address, which its name on the screen goes by as well.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Month => "bulan",
            Self::Week => "minggu",
            Self::Technicians => "teknisi",
        }
    }

    /// What it is of, around a day.
    pub fn span(self, around: LocalDay) -> CalendarSpan {
        match self {
            Self::Month => CalendarSpan::Month(around.month()),
            Self::Week => CalendarSpan::Week(around),
            Self::Technicians => CalendarSpan::Technicians(around),
        }
    }

    /// The day around which the stretch before or after is shown.
    pub fn turned(self, around: LocalDay, forward: bool) -> LocalDay {
        match self {
            Self::Month if forward => around.month().first_day().plus(around.month().days()),
            Self::Month => around.month().first_day().plus(-1).month().first_day(),
            Self::Week | Self::Technicians => around.plus(if forward { 7 } else { -7 }),
        }
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CalendarView {
    /// In which form.
    pub form: Form,
    /// Around which day, whose work is shown in full; today if none is named, so that a link stays one to the day that it is then.
    pub day: Option<LocalDay>,
    /// Of that day only the work of a technician.
    pub technician: Option<UserId>,
}

impl CalendarView {
    /// The question to the client.
    pub fn query(&self, today: LocalDay) -> WorkCalendarQuery {
        let day = self.day.unwrap_or(today);
        WorkCalendarQuery { span: self.form.span(day), day: Some(day), technician: self.technician }
    }
}

impl Kept for CalendarView {
    fn read(params: &Params) -> Self {
        let form = params.get::<String>("bentuk").and_then(|word| Form::ALL.into_iter().find(|form| form.word() == word));
        let day = params.get::<String>("hari").and_then(|word| read_day(&word));
        Self { form: form.unwrap_or_default(), day, technician: params.get("teknisi") }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("bentuk", Some(self.form.word()).filter(|_| self.form != Form::default()))
            .with("hari", self.day.map(iso))
            .with("teknisi", self.technician)
    }
}

fn iso(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

fn read_day(text: &str) -> Option<LocalDay> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    LocalDay::from_ymd(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_shown_of_the_calendar_survives_its_address() {
        for form in Form::ALL {
            for day in [None, LocalDay::from_ymd(2026, 2, 28)] {
                for technician in [None, Some(UserId(Uuid::from_u128(7)))] {
                    let view = CalendarView { form, day, technician };
                    assert_eq!(CalendarView::read(&view.write()), view);
                }
            }
        }
        assert_eq!(CalendarView::default().write(), Params::default(), "nothing where all is as usual");
    }

    #[test]
    fn the_stretch_after_and_before_follow_without_a_gap() {
        for form in Form::ALL {
            for day in (20_400..20_800).map(LocalDay) {
                let (after, before) = (form.turned(day, true), form.turned(day, false));
                let inner = |of: LocalDay| match form {
                    Form::Month => (of.month().first_day(), of.month().first_day().plus(of.month().days())),
                    _ => (form.span(of).days().0, form.span(of).days().1.plus(1)),
                };
                assert_eq!(inner(day).1, inner(after).0, "{form:?}");
                assert_eq!(inner(before).1, inner(day).0, "{form:?}");
            }
        }
    }
}
