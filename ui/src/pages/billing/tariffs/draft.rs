//! A version as it is typed, read by the same rules that the server has.

use crate::format;
use domain::billing::tariff::difference::clean_decree;
use domain::billing::tariff::preview::{Wrong, check};
use domain::billing::tariff::{Block, BlockMode, TariffClass, TariffVersion};
use domain::core::parse_input::{parse_cubic_metres, parse_per_mille};
use domain::core::text::compact;
use domain::core::typed_groups::bare;
use domain::core::typed_money::parse_rupiah;
use domain::people::Language;
use domain::{LocalDay, Millilitres, Rupiah};
use std::collections::BTreeMap;

/// In the place of a decree that is yet to be typed.
const NO_DECREE: &str = "–––";

/// A block as it is typed; the last one has no end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    pub up_to: String,
    pub price: String,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub class: TariffClass,
    pub starts: Option<LocalDay>,
    pub mode: BlockMode,
    pub steps: Vec<Step>,
    pub fee: String,
    pub minimum: String,
    pub tax: String,
    /// Litres a day.
    pub lifeline: String,
    /// The decree's number.
    pub decree: String,
}

/// What is wrong, by field: the word behind `wrong-` of its sentence.
pub type Misses = BTreeMap<String, &'static str>;

impl Draft {
    /// A version to follow another one: from the first of the month after next on, so that people can be informed before.
    pub fn after(version: &TariffVersion, today: LocalDay, language: Language) -> Self {
        let start = domain::LocalMonth(today.month().0 + 2).first_day();
        // Another version is another decree's.
        Self { starts: Some(start), decree: String::new(), ..Self::instead(version, language) }
    }

    /// A version to take another one's place before that begins.
    pub fn instead(version: &TariffVersion, language: Language) -> Self {
        let volume = |volume| format::bare_volume(volume, language);
        Self {
            class: version.class,
            starts: Some(version.effective_from),
            mode: version.mode,
            steps: version
                .blocks
                .iter()
                .map(|block| Step { up_to: block.up_to.map(volume).unwrap_or_default(), price: bare(block.price_per_m3) })
                .collect(),
            fee: bare(version.monthly_fee),
            minimum: bare(version.minimum_top_up),
            tax: format::bare_percent(version.tax_per_mille, language),
            lifeline: (version.lifeline_per_day.0 / 1_000).to_string(),
            decree: version.decree.clone(),
        }
    }

    /// The version by what it costs alone, whatever is typed for its decree so far.
    pub fn priced(&self, language: Language, today: LocalDay) -> Option<TariffVersion> {
        let decree = clean_decree(&self.decree).unwrap_or_else(|_| NO_DECREE.to_owned());
        Self { decree, ..self.clone() }.read(language, today).ok()
    }

    /// The version, or what is wrong by field.
    pub fn read(&self, language: Language, today: LocalDay) -> Result<TariffVersion, Misses> {
        let mut wrong = Misses::new();
        let last = self.steps.len().saturating_sub(1);
        let shown = if self.mode == BlockMode::Flat { &self.steps[last..] } else { &self.steps[..] };
        let mut blocks = Vec::new();
        for (at, step) in shown.iter().enumerate() {
            let is_last = at + 1 == shown.len();
            let up_to = if is_last { None } else { parse_cubic_metres(&step.up_to, language) };
            let from = blocks.last().and_then(|block: &Block| block.up_to).unwrap_or(Millilitres::ZERO);
            if !is_last && up_to.is_none_or(|end| end <= from) {
                wrong.insert(format!("up_to-{at}"), "rising");
            }
            let price = parse_rupiah(&step.price).ok().filter(|price| price.0 >= 0);
            if price.is_none() {
                wrong.insert(format!("price-{at}"), "rupiah");
            }
            blocks.push(Block { up_to, price_per_m3: price.unwrap_or_default() });
        }
        let mut must = |found: Option<i64>, field: &str, word| {
            found.unwrap_or_else(|| {
                wrong.insert(field.to_owned(), word);
                0
            })
        };
        let decree = clean_decree(&self.decree);
        must(decree.as_ref().ok().map(|_| 0), "decree", "decree");
        let amount = |text: &str| parse_rupiah(text).ok().map(|amount| amount.0);
        let version = TariffVersion {
            class: self.class,
            effective_from: LocalDay(
                must(self.starts.filter(|day| *day > today).map(|day| i64::from(day.0)), "starts", "starts") as i32,
            ),
            mode: self.mode,
            blocks,
            monthly_fee: Rupiah(must(amount(&self.fee), "monthly_fee", "rupiah")),
            minimum_top_up: Rupiah(must(amount(&self.minimum), "minimum_top_up", "rupiah")),
            tax_per_mille: must(parse_per_mille(&self.tax, language), "tax_per_mille", "number"),
            lifeline_per_day: Millilitres::litres(
                must(compact(&self.lifeline).parse().ok(), "lifeline_per_day", "whole").clamp(-1, 1_000_000),
            ),
            decree: decree.unwrap_or_default(),
        };
        if !wrong.is_empty() {
            return Err(wrong);
        }
        check(&version).map(|()| version).map_err(|found| Misses::from([(field(found), rule(found))]))
    }
}

fn field(wrong: Wrong) -> String {
    match wrong {
        Wrong::Blocks | Wrong::Price | Wrong::Flat => "price-0".into(),
        other => other.as_str().to_owned(),
    }
}

const fn rule(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Blocks | Wrong::Flat => "rising",
        Wrong::Price | Wrong::MonthlyFee | Wrong::MinimumTopUp => "rupiah",
        Wrong::Tax => "number",
        Wrong::Lifeline => "whole",
        Wrong::Decree => "decree",
    }
}
