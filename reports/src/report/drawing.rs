//! A chart as shapes: bars, lines, areas and texts with their places, so that paper has the numbers that the screen has.

use crate::letters::legible;
use crate::words::say;
use domain::exports::Layout;
use domain::people::Language;
use domain::reports::axis::{Axis, short};
use domain::reports::chart::{Chart, Form, Series};
use serde_json::{Value, json};
use std::f64::consts::TAU;

/// The colours of series, which print well (docs/spec/design.md, Tokens).
const COLOURS: [&str; 6] = ["#0B6BA8", "#22A6C9", "#8A5300", "#15703C", "#7A4FB5", "#B3261E"];

const HAIRLINE: &str = "#E2E9EF";
const ZERO: &str = "#6B7C8F";

/// Hundredths of a millimetre: the height of a chart, and what is left free at its left, top and foot.
const HEIGHT: i64 = 5_600;
const LEFT: i64 = 1_900;
const TOP: i64 = 200;
const FOOT: i64 = 700;

/// Hundredths of a millimetre: half of a line of small letters, and what a label needs below the axis.
const HALF_LINE: i64 = 120;
const LABEL: i64 = 1_500;

/// The sides of a whole ring: so many that it is round.
const SIDES: f64 = 180.0;

/// Letters in a row of a label and of the legend.
const IN_LABEL: usize = 9;
const IN_LEGEND: usize = 24;

/// The chart as its template takes it. `width` is that of the page, in hundredths of a millimetre.
pub fn chart(language: Language, chart: &Chart, width: i64) -> Value {
    let (shapes, legend) = match chart.form {
        _ if !chart.has_values() => (vec![text((0, HEIGHT / 2, width), "center", nothing(language))], Vec::new()),
        Form::Ring => ring(language, chart),
        Form::Bars | Form::Lines | Form::Stacked => (Plot::over(language, chart, width).shapes(), names(chart)),
    };
    json!({
        "block": "chart",
        "title": legible(&chart.title, IN_LEGEND),
        "unit": legible(&chart.unit, IN_LEGEND),
        "width": width,
        "height": HEIGHT,
        "shapes": shapes,
        "legend": legend,
    })
}

const fn nothing(language: Language) -> &'static str {
    say(language, "Belum ada nilai dalam periode ini.", "There are no values in this period.")
}

/// The series by colour; one alone is named by the title.
fn names(chart: &Chart) -> Vec<Value> {
    if chart.series.len() < 2 {
        return Vec::new();
    }
    let entry = |(series, colour): (&Series, &str)| json!({ "colour": colour, "name": legible(&series.name, IN_LEGEND) });
    chart.series.iter().zip(COLOURS).map(entry).collect()
}

fn text((x, y, width): (i64, i64, i64), side: &str, text: &str) -> Value {
    json!({ "form": "text", "x": x, "y": y, "width": width, "side": side, "text": text })
}

fn line(points: &[(i64, i64)], colour: &str, thickness: i64) -> Value {
    let points: Vec<[i64; 2]> = points.iter().map(|(x, y)| [*x, *y]).collect();
    json!({ "form": "line", "points": points, "colour": colour, "thickness": thickness })
}

/// A chart with axes.
struct Plot<'c> {
    language: Language,
    chart: &'c Chart,
    axis: Axis,
    /// Between the axis and the right margin.
    width: i64,
}

impl<'c> Plot<'c> {
    fn over(language: Language, chart: &'c Chart, width: i64) -> Self {
        let axis = if chart.form == Form::Stacked {
            let ends = (0..chart.labels.len()).flat_map(|place| {
                let values =
                    || chart.series.iter().filter_map(move |series| series.values.get(place).copied().flatten()).map(i128::from);
                [values().filter(|value| *value > 0).sum::<i128>(), values().filter(|value| *value < 0).sum::<i128>()]
            });
            Axis::over(ends)
        } else {
            Axis::over(chart.series.iter().flat_map(|series| &series.values).flatten().map(|value| i128::from(*value)))
        };
        Self { language, chart, axis, width: width - LEFT }
    }

    fn shapes(&self) -> Vec<Value> {
        let mut shapes = self.grid();
        match self.chart.form {
            Form::Lines => shapes.extend(self.lines()),
            Form::Stacked => shapes.extend(self.stacks()),
            Form::Bars | Form::Ring => shapes.extend(self.bars()),
        }
        shapes.push(line(&[(LEFT, self.y(0)), (LEFT + self.width, self.y(0))], ZERO, 20));
        shapes
    }

    /// How far down a value is.
    fn y(&self, value: i128) -> i64 {
        let room = HEIGHT - TOP - FOOT;
        TOP + room - room * i64::from(self.axis.place(value)) / 10_000
    }

    /// Where the stretch of a place begins.
    fn x(&self, place: usize) -> i64 {
        LEFT + self.width * place as i64 / (self.chart.labels.len() as i64).max(1)
    }

    /// Round numbers with their lines, and as many labels as have room.
    fn grid(&self) -> Vec<Value> {
        let mut shapes = Vec::new();
        for tick in self.axis.ticks() {
            let y = self.y(tick);
            shapes.push(line(&[(LEFT, y), (LEFT + self.width, y)], HAIRLINE, 15));
            shapes.push(text((0, y - HALF_LINE, LEFT - 150), "right", &short(self.language, self.chart.kind, tick)));
        }
        let count = self.chart.labels.len();
        let each = (count as i64 * LABEL / self.width.max(1) + 1).max(1) as usize;
        let room = (self.x(each) - LEFT).max(LABEL);
        for (place, label) in self.chart.labels.iter().enumerate().step_by(each) {
            let middle = (self.x(place) + self.x(place + 1)) / 2;
            shapes.push(text((middle - room / 2, HEIGHT - FOOT + 120, room), "center", &legible(label, IN_LABEL)));
        }
        shapes
    }

    fn bar(&self, (left, right): (i64, i64), (from, to): (i128, i128), colour: &str) -> Value {
        let (top, foot) = (self.y(from.max(to)), self.y(from.min(to)));
        json!({ "form": "bar", "x": left, "y": top, "width": (right - left).max(8), "height": foot - top, "colour": colour })
    }

    /// Bars of one place beside each other, with a fifth of the place between places.
    fn bars(&self) -> Vec<Value> {
        let mut shapes = Vec::new();
        let count = (self.chart.series.len() as i64).max(1);
        for (number, (series, colour)) in (0_i64..).zip(self.chart.series.iter().zip(COLOURS)) {
            for (place, value) in series.values.iter().enumerate() {
                let Some(value) = value else { continue };
                let (from, room) = (self.x(place), self.x(place + 1) - self.x(place));
                let begin = from + room / 10;
                let inner = room - room / 5;
                let sides = (begin + inner * number / count, begin + inner * (number + 1) / count);
                shapes.push(self.bar(sides, (0, i128::from(*value)), colour));
            }
        }
        shapes
    }

    /// Bars on one another: what is above zero upwards, what is below it downwards.
    fn stacks(&self) -> Vec<Value> {
        let mut shapes = Vec::new();
        for place in 0..self.chart.labels.len() {
            let (mut above, mut below) = (0_i128, 0_i128);
            let (from, room) = (self.x(place), self.x(place + 1) - self.x(place));
            let sides = (from + room / 8, from + room - room / 8);
            for (series, colour) in self.chart.series.iter().zip(COLOURS) {
                let value = series.values.get(place).copied().flatten().map_or(0, i128::from);
                let base = if value < 0 { &mut below } else { &mut above };
                if value != 0 {
                    shapes.push(self.bar(sides, (*base, *base + value), colour));
                }
                *base += value;
            }
        }
        shapes
    }

    /// Lines through the middles of places. Where nothing is known a line has a gap; what is alone is a dot.
    fn lines(&self) -> Vec<Value> {
        let mut shapes = Vec::new();
        for (series, colour) in self.chart.series.iter().zip(COLOURS) {
            let mut points: Vec<(i64, i64)> = Vec::new();
            // Nothing is known behind the last value either.
            for (place, value) in series.values.iter().copied().chain([None]).enumerate() {
                match value {
                    Some(value) => points.push(((self.x(place) + self.x(place + 1)) / 2, self.y(i128::from(value)))),
                    None => {
                        match points.as_slice() {
                            [] => {}
                            [(x, y)] => shapes.push(line(&[(*x, *y), (*x + 1, *y)], colour, 130)),
                            points => shapes.push(line(points, colour, 60)),
                        }
                        points.clear();
                    }
                }
            }
        }
        shapes
    }
}

/// A ring, and its parts with their values and shares. Its first part begins at the top.
fn ring(language: Language, chart: &Chart) -> (Vec<Value>, Vec<Value>) {
    let numbers = Layout { columns: Vec::new(), language, zone: domain::TimeZone::Jakarta };
    let values: Vec<i64> = chart
        .series
        .first()
        .map(|series| series.values.iter().map(|value| value.unwrap_or(0).max(0)).collect())
        .unwrap_or_default();
    let whole: i128 = values.iter().map(|value| i128::from(*value)).sum::<i128>().max(1);
    let (mut shapes, mut legend, mut before) = (Vec::new(), Vec::new(), 0_i128);
    for ((value, label), colour) in values.into_iter().zip(&chart.labels).zip(COLOURS) {
        let after = before + i128::from(value);
        if value > 0 {
            shapes.push(json!({ "form": "area", "colour": colour, "points": sector(before, after, whole) }));
        }
        let share = i64::try_from((i128::from(value) * 2_000 + whole) / (2 * whole)).unwrap_or_default();
        let (value, share) = (numbers.shown(chart.kind, value), numbers.shown(domain::exports::Kind::PerMille, share));
        legend.push(json!({ "colour": colour, "name": format!("{} {value} ({share})", legible(label, IN_LEGEND)) }));
        before = after;
    }
    (shapes, legend)
}

/// The corners of a part of a ring: along its outer side, and back along its inner one. Whole hundredths of a millimetre, so that a last digit
/// of a sine is no other file.
fn sector(from: i128, to: i128, whole: i128) -> Vec<[i64; 2]> {
    let middle = HEIGHT / 2;
    let (outer, inner) = ((middle - TOP) as f64, (middle - TOP) as f64 * 0.6);
    let turn = |of: i128| of as f64 / whole as f64 * TAU;
    let (begin, end) = (turn(from), turn(to));
    let steps = ((end - begin) / TAU * SIDES).ceil().max(1.0) as i64;
    let corner = |radius: f64, step: i64| {
        let angle = begin + (end - begin) * step as f64 / steps as f64;
        [middle + (radius * angle.sin()).round() as i64, middle - (radius * angle.cos()).round() as i64]
    };
    let out = (0..=steps).map(|step| corner(outer, step));
    let back = (0..=steps).rev().map(|step| corner(inner, step));
    out.chain(back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::exports::Kind;

    fn of(form: Form, series: &[&[Option<i64>]]) -> Chart {
        let labels = (0..series[0].len()).map(|place| format!("{place}")).collect();
        let named = |(number, values): (usize, &&[Option<i64>])| Series { name: format!("S{number}"), values: values.to_vec() };
        let series = series.iter().enumerate().map(named).collect();
        Chart { title: "T".into(), form, kind: Kind::Rupiah, unit: "Rp".into(), labels, series }
    }

    fn shapes(form: Form, series: &[&[Option<i64>]], kind: &str) -> Vec<Value> {
        let drawn = chart(Language::Id, &of(form, series), 18_000);
        let shapes = drawn["shapes"].as_array().cloned().unwrap_or_default();
        shapes.into_iter().filter(|shape| shape["form"] == kind).collect()
    }

    #[test]
    fn bars_have_heights_by_their_values_and_stand_within_the_chart() {
        let bars = shapes(Form::Bars, &[&[Some(100), Some(50), None, Some(-50)]], "bar");
        let heights: Vec<i64> = bars.iter().filter_map(|bar| bar["height"].as_i64()).collect();
        assert_eq!(heights.len(), 3);
        assert!((heights[0] - 2 * heights[1]).abs() <= 1 && (heights[1] - heights[2]).abs() <= 1, "{heights:?}");
        for bar in &bars {
            let number = |name: &str| bar[name].as_i64().expect("a number");
            assert!(number("x") >= LEFT && number("x") + number("width") <= 18_000 && number("y") + number("height") <= HEIGHT);
        }
    }

    #[test]
    fn bars_on_one_another_touch_and_add_up() {
        let bars = shapes(Form::Stacked, &[&[Some(30)], &[Some(70)]], "bar");
        let number = |place: usize, name: &str| bars[place][name].as_i64().expect("a number");
        assert_eq!(number(1, "y") + number(1, "height"), number(0, "y"));
        assert_eq!(number(0, "height") + number(1, "height"), HEIGHT - TOP - FOOT, "a hundred is the end of the axis");
    }

    #[test]
    fn a_line_has_a_gap_where_nothing_is_known() {
        let lines = shapes(Form::Lines, &[&[Some(1), Some(2), None, Some(3), None]], "line");
        let of_series: Vec<usize> = lines
            .iter()
            .filter(|line| line["colour"] == COLOURS[0])
            .filter_map(|line| Some(line["points"].as_array()?.len()))
            .collect();
        assert_eq!(of_series, [2, 2], "two values, and one as a dot");
    }

    #[test]
    fn a_ring_has_a_part_for_each_value_above_zero_and_says_how_large_it_is() {
        assert_eq!(shapes(Form::Ring, &[&[Some(75), Some(0), Some(25)]], "area").len(), 2);
        let drawn = chart(Language::Id, &of(Form::Ring, &[&[Some(75), Some(25)]]), 18_000);
        assert_eq!(drawn["legend"][0]["name"], "0 Rp75 (75,0\u{a0}%)");
    }

    #[test]
    fn a_chart_without_values_says_so() {
        for (form, values) in [(Form::Ring, &[Some(0)][..]), (Form::Lines, &[None, None][..])] {
            let texts = shapes(form, &[values], "text");
            assert!(texts.iter().any(|text| text["text"] == nothing(Language::Id)), "{form:?}");
        }
    }
}
