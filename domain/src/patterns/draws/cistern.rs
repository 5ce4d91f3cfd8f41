//! A cistern fills by the same volume each time, and most by the same flow: that is how a flush is known.

use super::runs::{Run, cut, near};
use crate::Millilitres;
use serde::{Deserialize, Serialize};

/// What a cistern takes, mL.
const FLUSH: std::ops::RangeInclusive<i64> = 3_000..=15_000;

/// Minutes that a cistern fills at most.
const LONGEST: usize = 10;

/// A flow that stands for so many minutes is a float valve's.
const SHAPED: usize = 5;

/// Where no flow shows it, so many draws of one volume do, over so many minutes: a washing machine's fills are alike too, and sooner over.
const ALIKE: usize = 4;
const ALIKE_OVER: usize = 360;

/// What is left of a run beside a flush is water from so much a minute on. mL.
const REST: i64 = 60;

/// A cistern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cistern {
    /// What a flush takes.
    pub volume: Millilitres,
    /// By which flow it fills, a minute; `None` where minutes are too long to show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Millilitres>,
    /// For how many minutes at most.
    pub minutes: u8,
}

/// A draw that may be a flush.
struct Candidate {
    at: usize,
    volume: i64,
    flow: Option<i64>,
    minutes: usize,
}

/// The cistern that a day's runs show: the volume that comes most often, where a flow that stands counts three times.
pub(super) fn learn(runs: &[Run]) -> Option<Cistern> {
    let candidates: Vec<Candidate> = runs
        .iter()
        .filter(|run| FLUSH.contains(&run.volume()) && run.flow.len() <= LONGEST)
        .map(|run| {
            let minutes = run.flow.len();
            Candidate { at: run.at, volume: run.volume(), flow: run.plateau().filter(|_| minutes >= SHAPED), minutes }
        })
        .collect();
    let mut best: Option<(usize, Cistern)> = None;
    for of in &candidates {
        let alike: Vec<&Candidate> = candidates.iter().filter(|other| near(other.volume, of.volume, 50)).collect();
        let flows: Vec<i64> = alike.iter().filter_map(|other| other.flow).collect();
        let score = alike.len() + 2 * flows.len();
        let over = alike.last().map_or(0, |last| last.at) - alike.first().map_or(0, |first| first.at);
        let is_often = alike.len() >= ALIKE && over >= ALIKE_OVER;
        if (flows.is_empty() && !is_often) || best.is_some_and(|(most, _)| score <= most) {
            continue;
        }
        let volume = middle(alike.iter().map(|other| other.volume).collect()).unwrap_or(of.volume);
        let minutes = alike.iter().map(|other| other.minutes).max().unwrap_or(of.minutes);
        let cistern = Cistern { volume: Millilitres(volume), flow: middle(flows).map(Millilitres), minutes: minutes as u8 };
        best = Some((score, cistern));
    }
    best.map(|(_, cistern)| cistern)
}

/// The upper median.
fn middle(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// What a run has of flushes.
pub(super) struct Taken {
    /// The volume of each.
    pub volumes: Vec<i64>,
    /// What is left of the run.
    pub rest: Vec<Run>,
}

impl Cistern {
    /// Takes the flushes out of a run: all of it, two at once, or those that are seen below what else is drawn.
    pub(super) fn take(&self, run: &Run) -> Taken {
        let (volume, of_run) = (self.volume.0, run.volume());
        if near(of_run, volume, 50) && run.flow.len() <= usize::from(self.minutes) + 1 {
            return Taken { volumes: vec![of_run], rest: Vec::new() };
        }
        // A flow below a tenth of a litre a minute is no float valve's, whatever a server says.
        let Some(flow) = self.flow.map(|flow| flow.0).filter(|flow| *flow >= 100) else {
            return Taken { volumes: Vec::new(), rest: Vec::new() };
        };
        let stands = |minute: &&i64| near(**minute, flow, 50) || near(**minute, 2 * flow, 50);
        if near(of_run, 2 * volume, 40) && run.flow.iter().filter(stands).count() * 2 >= run.flow.len() {
            return Taken { volumes: vec![of_run / 2, of_run - of_run / 2], rest: Vec::new() };
        }
        self.peel(run, flow)
    }

    /// Takes one flush after the other out of a run, as long as its flow is seen in three minutes and lies below all others.
    fn peel(&self, run: &Run, flow: i64) -> Taken {
        let volume = self.volume.0;
        let mut left = run.flow.clone();
        let mut volumes = Vec::new();
        while left.iter().sum::<i64>() >= volume * 96 / 100 {
            let mut best: Option<(usize, usize, Vec<i64>)> = None;
            for start in 0..left.len() {
                let Some((flat, taken)) = flush_at(&left[start..], (volume, flow)) else { continue };
                if best.as_ref().is_none_or(|(most, ..)| flat > *most) {
                    best = Some((flat, start, taken));
                }
            }
            let Some((_, start, taken)) = best else { break };
            left[start..].iter_mut().zip(&taken).for_each(|(minute, part)| *minute = (*minute - part).max(0));
            volumes.push(taken.iter().sum());
        }
        let rest = if volumes.is_empty() { Vec::new() } else { cut(&left, run.at, REST) };
        Taken { volumes, rest }
    }
}

/// A flush that begins with the first of some minutes: in how many its flow is seen alone, and what each minute gives to it.
fn flush_at(minutes: &[i64], (volume, flow): (i64, i64)) -> Option<(usize, Vec<i64>)> {
    let (mut sum, mut flat, mut taken) = (0, 0, Vec::new());
    for minute in minutes.iter().take((volume / flow + 2) as usize) {
        let part = (*minute).min(flow * 101 / 100).min(volume - sum);
        sum += part;
        taken.push(part);
        flat += usize::from(near(*minute, flow, 40));
        if sum >= volume * 99 / 100 {
            break;
        }
    }
    let inner = taken.get(1..taken.len().saturating_sub(1)).unwrap_or_default();
    let has_no_hole = inner.iter().all(|part| *part >= flow * 94 / 100);
    (sum >= volume * 96 / 100 && flat >= 3 && has_no_hole).then_some((flat, taken))
}
