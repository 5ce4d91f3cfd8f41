//! A campaign as it is typed, read into terms by the same rules that the server has.

use domain::billing::tariff::TariffClass;
use domain::core::parse_input::{parse_cubic_metres, parse_per_mille};
use domain::core::text::compact;
use domain::core::typed_money::parse_rupiah;
use domain::people::Language;
use domain::sales::campaign;
use domain::sales::campaign::Wrong;
use domain::sales::voucher::{Benefit, Voucher, VoucherCode, VoucherState};
use domain::{CustomerId, LocalDay, Rupiah, TimeZone};
use protocol::sales::admin::{NewCampaign, NewCodes};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a voucher of a campaign gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Percentage,
    Fixed,
    Bonus,
}

/// One code, or many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codes {
    One,
    Series,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub id: Uuid,
    pub name: String,
    pub codes: Codes,
    pub code: String,
    pub prefix: String,
    pub count: String,
    pub kind: Kind,
    pub value: String,
    pub minimum: String,
    pub most: String,
    pub total: String,
    pub each: String,
    pub from: Option<LocalDay>,
    pub until: Option<LocalDay>,
    pub classes: Vec<String>,
    pub customers: Vec<(CustomerId, String)>,
    pub state: VoucherState,
}

impl Draft {
    /// A month of ten per cent, to begin with.
    pub fn new(id: Uuid, today: LocalDay) -> Self {
        Self {
            id,
            name: String::new(),
            codes: Codes::One,
            code: String::new(),
            prefix: String::new(),
            count: "100".into(),
            kind: Kind::Percentage,
            value: String::new(),
            minimum: String::new(),
            most: String::new(),
            total: String::new(),
            each: "1".into(),
            from: Some(today),
            until: Some(today.plus(30)),
            classes: Vec::new(),
            customers: Vec::new(),
            state: VoucherState::Active,
        }
    }

    /// One code or a series. A code of a series is for one person and is used once, unless somebody says otherwise.
    pub fn choose_codes(&mut self, codes: Codes) {
        if codes != self.codes && matches!(self.total.as_str(), "" | "1") {
            self.total = if codes == Codes::Series { "1".into() } else { String::new() };
        }
        self.codes = codes;
    }

    /// What it gives, as far as it can be read.
    pub fn benefit(&self, language: Language) -> Option<Benefit> {
        match self.kind {
            Kind::Percentage => parse_per_mille(&self.value, language).map(Benefit::Percentage),
            Kind::Fixed => parse_rupiah(&self.value).ok().map(Benefit::FixedAmount),
            Kind::Bonus => parse_cubic_metres(&self.value, language).map(Benefit::BonusVolume),
        }
    }

    /// The campaign, or what is wrong by field: the word behind `wrong-` of its sentence.
    pub fn read(&self, language: Language, zone: TimeZone) -> Result<NewCampaign, Misses> {
        let mut misses = Misses::default();
        let benefit = self.benefit(language);
        let code: Option<VoucherCode> = match self.codes {
            Codes::One => self.code.parse().ok(),
            Codes::Series => campaign::code(&self.prefix, 0).ok(),
        };
        let count = match self.codes {
            Codes::One => 1,
            Codes::Series => misses.whole("count", &self.count).unwrap_or(0),
        };
        let (minimum, most) = (misses.rupiah("minimum_purchase", &self.minimum), misses.rupiah("maximum_discount", &self.most));
        let (total_limit, customer_limit) =
            (misses.whole("total_limit", &self.total), misses.whole("customer_limit", &self.each));
        let days = self.from.zip(self.until);
        let is_there = [
            (benefit.is_some(), "value", "number"),
            (days.is_some(), "validity", "day"),
            (code.is_some() || self.codes == Codes::Series, "code", "code"),
            (code.is_some() || self.codes == Codes::One, "prefix", "code"),
        ];
        is_there.into_iter().filter(|(is_there, ..)| !is_there).for_each(|(_, field, word)| misses.miss(field, word));
        let (Some(benefit), Some((from, until)), Some(code)) = (benefit, days, code) else { return Err(misses) };
        let voucher = Voucher {
            code,
            benefit,
            minimum_purchase: minimum.unwrap_or(Rupiah(0)),
            maximum_discount: most,
            total_limit,
            customer_limit,
            valid_from: zone.start_of(from),
            // The day that is named belongs to it.
            valid_until: zone.start_of(until.plus(1)),
            classes: self.classes.iter().filter_map(|word| TariffClass::from_word(word)).collect(),
            customers: self.customers.iter().map(|(id, _)| *id).collect(),
            state: self.state,
        };
        let made_of = if self.codes == Codes::One { campaign::Codes::One } else { campaign::Codes::Series(count) };
        match campaign::check(self.name.trim(), made_of, &voucher) {
            Err(Wrong::Name) if self.name.trim().is_empty() => misses.miss("name", "name-missing"),
            Err(found) => misses.miss(found.as_str(), rule(found)),
            Ok(()) => {}
        }
        let codes = match self.codes {
            Codes::One => NewCodes::One,
            Codes::Series => NewCodes::Series { count, prefix: self.prefix.trim().to_uppercase() },
        };
        let made = NewCampaign { id: self.id, name: self.name.trim().to_owned(), codes, voucher };
        if misses.0.is_empty() { Ok(made) } else { Err(misses) }
    }
}

/// What is wrong, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misses(pub BTreeMap<&'static str, &'static str>);

impl Misses {
    fn miss(&mut self, field: &'static str, word: &'static str) {
        self.0.entry(field).or_insert(word);
    }

    fn read<T>(
        &mut self,
        text: &str,
        read: impl Fn(&str) -> Option<T>,
        (field, word): (&'static str, &'static str),
    ) -> Option<T> {
        let text = compact(text);
        if text.is_empty() {
            return None;
        }
        let found = read(&text);
        if found.is_none() {
            self.miss(field, word);
        }
        found
    }

    fn rupiah(&mut self, field: &'static str, text: &str) -> Option<Rupiah> {
        self.read(text, |text| parse_rupiah(text).ok(), (field, "rupiah"))
    }

    fn whole(&mut self, field: &'static str, text: &str) -> Option<i64> {
        self.read(text, |text| text.replace('.', "").parse().ok(), (field, "whole"))
    }
}

/// The word of a rule's sentence.
const fn rule(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Value => "value",
        Wrong::MinimumPurchase | Wrong::MaximumDiscount => "rupiah",
        Wrong::TotalLimit => "uses",
        Wrong::CustomerLimit => "customer_limit",
        Wrong::Count => "count",
        Wrong::Validity => "validity",
        Wrong::Name => "name",
        Wrong::Prefix => "code",
        Wrong::Customers | Wrong::State => "customers",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UtcMillis;

    fn typed() -> Draft {
        let mut draft = Draft::new(Uuid::nil(), LocalDay(20_000));
        (draft.code, draft.value) = ("GAJIAN".into(), "12,5 %".into());
        draft
    }

    #[test]
    fn typed_terms_are_exact_to_the_rupiah_and_end_with_the_last_day() {
        let mut draft = typed();
        (draft.minimum, draft.most) = ("Rp50.000".into(), "25.000".into());
        let zone = TimeZone::Jakarta;
        let made = draft.read(Language::Id, zone).expect("a campaign");
        assert_eq!(made.voucher.benefit, Benefit::Percentage(125));
        assert_eq!((made.voucher.minimum_purchase, made.voucher.maximum_discount), (Rupiah(50_000), Some(Rupiah(25_000))));
        assert_eq!(zone.day_of(UtcMillis(made.voucher.valid_until.0 - 1)), LocalDay(20_030));
        assert_eq!((made.voucher.total_limit, made.voucher.customer_limit), (None, Some(1)));
    }

    #[test]
    fn a_series_has_a_name_and_codes_that_are_used_once() {
        let mut draft = typed();
        draft.choose_codes(Codes::Series);
        let wrong = draft.read(Language::Id, TimeZone::Jakarta).expect_err("no name");
        assert_eq!(wrong.0.into_iter().collect::<Vec<_>>(), [("name", "name-missing")]);
        draft.name = "Gajian".into();
        assert_eq!(draft.read(Language::Id, TimeZone::Jakarta).expect("a series").voucher.total_limit, Some(1));
        draft.total = "5".into();
        draft.choose_codes(Codes::One);
        assert_eq!(draft.total, "5", "what was typed stays");
        draft.total = "1".into();
        draft.choose_codes(Codes::Series);
        draft.choose_codes(Codes::One);
        assert_eq!(draft.total, "");
    }

    #[test]
    fn each_wrong_field_is_reported_by_its_name() {
        let mut draft = typed();
        (draft.code, draft.value, draft.total, draft.until) = ("a b".into(), "banyak".into(), "1,5".into(), None);
        let wrong = draft.read(Language::Id, TimeZone::Jakarta).expect_err("wrong");
        assert_eq!(wrong.0.keys().copied().collect::<Vec<_>>(), ["code", "total_limit", "validity", "value"]);
    }
}
