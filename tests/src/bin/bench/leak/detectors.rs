//! What is judged: our rules, and the published ones.

use super::baselines::{Beacon, Flume, Kamstrup, Original};
use super::series::ZONE;
use domain::leaks::{Change, Interval, LeakState, MeterSetting, Rule};
use domain::metering::meter::Capability;

/// Something that says when there is a leak. A copy goes on from where it was made.
#[derive(Clone)]
pub enum Detector {
    Ours(Box<LeakState>),
    Beacon(Beacon),
    Kamstrup(Kamstrup),
    Flume(Flume),
    Original(Original),
}

impl Detector {
    /// All, ours first, as they begin.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Ours(Box::default()),
            Self::Beacon(Beacon::default()),
            Self::Kamstrup(Kamstrup::default()),
            Self::Flume(Flume::default()),
            Self::Original(Original::default()),
        ]
    }

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ours(_) => "IndoWater",
            Self::Beacon(_) => "BEACON",
            Self::Kamstrup(_) => "Kamstrup",
            Self::Flume(_) => "Flume",
            Self::Original(_) => "original",
        }
    }

    /// Takes an interval; whether an alarm begins with it, and of which rule.
    pub fn absorb(&mut self, interval: &Interval) -> Option<&'static str> {
        let (ml, minutes) = (interval.volume.0, interval.to.since(interval.from) / 60_000);
        let to = interval.to.plus(ZONE.offset_ms()).0 / 60_000;
        match self {
            Self::Ours(state) => ours(state, interval),
            Self::Beacon(rule) => rule.absorb(to, ml).then_some("BEACON"),
            Self::Kamstrup(rule) => rule.absorb(to, ml, minutes).then_some("Kamstrup"),
            Self::Flume(rule) => rule.absorb(to, ml, minutes).then_some("Flume"),
            Self::Original(rule) => rule.absorb(to, ml).then_some("original"),
        }
    }
}

/// Every case that is opened is an alarm, an early notice too. The step is not given: it is inferred.
fn ours(state: &mut LeakState, interval: &Interval) -> Option<&'static str> {
    let meter = MeterSetting { zone: ZONE, q3: Capability::HOUSEHOLD.q3, step: None, normals: &[] };
    let changes = state.absorb(&meter, interval).ok()?;
    let opened = changes.iter().find(|change| matches!(change, Change::Opened { .. }))?;
    Some(match opened.case().rule {
        Rule::ContinuousFlow => "continuous flow",
        Rule::Burst => "burst",
        Rule::NightFlow => "night flow",
        Rule::GradualRise => "gradual rise",
        Rule::DayAboveNorm => "day above norm",
        Rule::ToiletRefills => "toilet refills",
        Rule::ClosedValve => "closed valve",
        Rule::StuckAtZero => "stuck at zero",
    })
}
