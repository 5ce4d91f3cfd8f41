//! A chart of a report: the same numbers for the paper, on which we draw, and for the workbook, in which a spreadsheet does.

use crate::core::date_words::say;
use crate::exports::Kind;
use crate::people::Language;
use serde::{Deserialize, Serialize};

/// Colours that differ enough for an eye: a chart has no more series, and a ring no more parts.
pub const MOST_SERIES: usize = 6;

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Bars beside one another.
    Bars,
    /// Lines.
    Lines,
    /// Bars on one another.
    Stacked,
    /// Parts of a ring: one series, nothing below zero.
    Ring,
}

/// One thing that is drawn in one colour; of a ring, what all parts are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Its name: no other one of the chart has it.
    pub name: String,
    /// A value for each label. Where nothing is known nothing is drawn, and a line has a gap.
    pub values: Vec<Option<i64>>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// What it is of.
    pub title: String,
    /// How it is drawn.
    pub form: Form,
    /// What its values are: numbers.
    pub kind: Kind,
    /// What they are of, in words: `Rp`, `m³`.
    pub unit: String,
    /// The names of the places along the axis, or of the parts of a ring.
    pub labels: Vec<String>,
    /// The series.
    pub series: Vec<Series>,
}

impl Chart {
    /// A chart of one series.
    pub fn of(title: impl Into<String>, form: Form, (kind, unit): (Kind, &str), values: Vec<(String, Option<i64>)>) -> Self {
        let title = title.into();
        let (labels, values) = values.into_iter().unzip();
        let series = vec![Series { name: title.clone(), values }];
        Self { title, form, kind, unit: unit.into(), labels, series }
    }

    /// A ring of the largest parts, and one of all others where there are more than [`MOST_SERIES`]. What is nothing or below it has no part.
    pub fn ring(title: impl Into<String>, measure: (Kind, &str), parts: Vec<(String, i64)>, language: Language) -> Self {
        let mut parts: Vec<(String, i64)> = parts.into_iter().filter(|(_, value)| *value > 0).collect();
        // Equal ones stay in their order.
        parts.sort_by_key(|(_, value)| std::cmp::Reverse(*value));
        if parts.len() > MOST_SERIES {
            let others = parts.split_off(MOST_SERIES - 1);
            let sum = others.iter().fold(0_i64, |sum, (_, value)| sum.saturating_add(*value));
            parts.push((say(language, "Lainnya", "Other").into(), sum));
        }
        let values = parts.into_iter().map(|(name, value)| (name, Some(value))).collect();
        Self::of(title, Form::Ring, measure, values)
    }

    /// Whether there is something to draw. A ring needs something above zero.
    pub fn has_values(&self) -> bool {
        let mut values = self.series.iter().flat_map(|series| &series.values).flatten();
        match self.form {
            Form::Ring => values.any(|value| *value > 0),
            Form::Bars | Form::Lines | Form::Stacked => values.next().is_some(),
        }
    }
}
