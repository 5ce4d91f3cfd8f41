//! Cases: something at a meter that somebody has to look into, from the moment it was found until it is over or was explained.

use crate::alerts::kinds::{AlertKind, Severity};
use crate::core::words::words;
use crate::leaks::{self, Rule};
use crate::metering::health::{self, Aspect};
use crate::people::Role;
use crate::{Millilitres, UtcMillis};
use serde::{Deserialize, Serialize};

words! {
    /// Why there is a case.
    Cause {
        /// [`Rule::ContinuousFlow`].
        ContinuousFlow = "continuous_flow",
        /// [`Rule::Burst`].
        Burst = "burst",
        /// [`Rule::NightFlow`].
        NightFlow = "night_flow",
        /// [`Rule::GradualRise`].
        GradualRise = "gradual_rise",
        /// [`Rule::DayAboveNorm`].
        DayAboveNorm = "day_above_norm",
        /// [`Rule::ToiletRefills`].
        ToiletRefills = "toilet_refills",
        /// [`Rule::ClosedValve`].
        ClosedValve = "closed_valve",
        /// [`Rule::StuckAtZero`].
        StuckAtZero = "stuck_at_zero",
        /// The meter's cover was opened.
        CoverOpen = "cover_open",
        /// The meter was tilted.
        Tilt = "tilt",
        /// A magnet is at the meter.
        Magnet = "magnet",
        /// Water flows backwards through the meter.
        ReverseFlow = "reverse_flow",
        /// The meter's flow sensor does not answer.
        SensorLost = "sensor_lost",
        /// The meter's voltage is low.
        LowVoltage = "low_voltage",
        /// The valve does not move as it was ordered to.
        ValveFault = "valve_fault",
        /// [`Aspect::Battery`]: the battery is nearly empty, or will be soon.
        LowBattery = "low_battery",
        /// [`Aspect::Silence`]: the meter is silent for longer than it ever is.
        Silent = "silent",
        /// [`Aspect::Clock`]: the meter's clock is off.
        ClockOff = "clock_off",
    }
}

impl Cause {
    /// The cause of what a rule of leaks found.
    pub const fn of_rule(rule: Rule) -> Self {
        match rule {
            Rule::ContinuousFlow => Self::ContinuousFlow,
            Rule::Burst => Self::Burst,
            Rule::NightFlow => Self::NightFlow,
            Rule::GradualRise => Self::GradualRise,
            Rule::DayAboveNorm => Self::DayAboveNorm,
            Rule::ToiletRefills => Self::ToiletRefills,
            Rule::ClosedValve => Self::ClosedValve,
            Rule::StuckAtZero => Self::StuckAtZero,
        }
    }

    /// The rule of leaks that found it; none for what the meter itself reports.
    pub fn rule(self) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| Self::of_rule(*rule) == self)
    }

    /// The cause of the case that an aspect of a meter's health has; none where no case is made of it. A low voltage is the meter's own report.
    pub const fn of_aspect(aspect: Aspect) -> Option<Self> {
        match aspect {
            Aspect::Silence => Some(Self::Silent),
            Aspect::Battery => Some(Self::LowBattery),
            Aspect::Clock => Some(Self::ClockOff),
            Aspect::Voltage => Some(Self::LowVoltage),
            Aspect::Valve => Some(Self::ValveFault),
            Aspect::Signal | Aspect::Age => None,
        }
    }

    /// The nearest cause that devices knew before there were cases of health. Rows say this one, because a word that a device does not know is a
    /// row that it cannot read; what they were found by says which it is ([`Found::cause`]).
    pub const fn on_the_wire(self) -> Self {
        match self {
            Self::LowBattery => Self::LowVoltage,
            Self::Silent | Self::ClockOff => Self::StuckAtZero,
            known => known,
        }
    }

    /// What a notification of it is about. A register that stands still is the meter's fault, and no leak.
    pub const fn kind(self) -> AlertKind {
        match self {
            Self::ContinuousFlow
            | Self::Burst
            | Self::NightFlow
            | Self::GradualRise
            | Self::DayAboveNorm
            | Self::ToiletRefills
            | Self::ClosedValve => AlertKind::Leak,
            Self::CoverOpen | Self::Tilt | Self::Magnet | Self::ReverseFlow | Self::SensorLost => AlertKind::Tamper,
            Self::StuckAtZero | Self::LowVoltage | Self::ValveFault | Self::LowBattery | Self::Silent | Self::ClockOff => {
                AlertKind::MeterHealth
            }
        }
    }

    /// Whether it is the customer's own business: what runs away behind the meter. Everything else is the utility's.
    pub const fn is_the_customers(self) -> bool {
        matches!(self.kind(), AlertKind::Leak)
    }
}

/// Whether somebody who works at a meter by a work order may cause it: whoever has one opens and moves the meter.
pub const fn can_be_authorised(cause: Cause) -> bool {
    matches!(cause.kind(), AlertKind::Tamper)
}

/// How bad an event that a meter reports is. What happened while somebody worked at the meter by a work order (`authorised`) is written down, and
/// nobody has to look into it.
pub const fn severity_of_event(cause: Cause, authorised: bool) -> leaks::Severity {
    match cause {
        _ if authorised && can_be_authorised(cause) => leaks::Severity::Minor,
        Cause::Tilt => leaks::Severity::Moderate,
        _ if can_be_authorised(cause) => leaks::Severity::Severe,
        _ => leaks::Severity::Moderate,
    }
}

/// How urgent a notification of a case is. A leak that fills a bucket in minutes and a forced meter do not wait for the morning.
pub const fn urgency(severity: leaks::Severity) -> Severity {
    match severity {
        leaks::Severity::Minor => Severity::Info,
        leaks::Severity::Moderate => Severity::Warning,
        leaks::Severity::Severe => Severity::Critical,
    }
}

words! {
    /// How far a case is (product.md, 3a).
    Status {
        /// A rule or the meter itself has found it.
        Detected = "detected",
        /// Somebody looks into it.
        Investigating = "investigating",
        /// Somebody has seen that it is so.
        Confirmed = "confirmed",
        /// Somebody has seen that it is not so, or that it is as it should be.
        FalsePositive = "false_positive",
        /// It is over.
        Resolved = "resolved",
    }
}

impl Status {
    /// Whether somebody has to look into it still.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Detected | Self::Investigating | Self::Confirmed)
    }
}

/// How far a case is: what people said last (`answered`), unless it is over by itself. What was never so is not over.
pub fn standing(answered: Option<Status>, is_over: bool) -> Status {
    match answered {
        Some(Status::FalsePositive) => Status::FalsePositive,
        _ if is_over => Status::Resolved,
        answered => answered.unwrap_or(Status::Detected),
    }
}

words! {
    /// What somebody says to a case.
    CaseAnswer {
        /// This use is normal here: the rule is to expect it.
        Normal = "normal",
        /// It is repaired.
        Repaired = "repaired",
        /// A technician is wanted.
        NeedsTechnician = "needs_technician",
        /// Somebody looks into it.
        Investigating = "investigating",
        /// It is so.
        Confirmed = "confirmed",
        /// It is not so.
        FalsePositive = "false_positive",
        /// What was called normal is not to be expected any more.
        NotNormal = "not_normal",
    }
}

impl CaseAnswer {
    /// Whether somebody of a role may say it to a case of this cause. A customer speaks about the water behind the meter, and asks for help;
    /// what befell the meter is the utility's to judge.
    pub const fn is_allowed(self, role: Role, cause: Cause) -> bool {
        match (role, self) {
            (_, Self::Normal | Self::NotNormal) => cause.is_the_customers(),
            (Role::Customer, Self::Repaired | Self::NeedsTechnician) => cause.is_the_customers(),
            (Role::Customer, Self::Investigating | Self::Confirmed | Self::FalsePositive) => false,
            (Role::Admin | Role::Technician, _) => true,
        }
    }

    /// How far a case is after it.
    pub const fn status(self) -> Status {
        match self {
            Self::Normal | Self::FalsePositive => Status::FalsePositive,
            Self::Repaired => Status::Resolved,
            Self::NeedsTechnician | Self::Investigating => Status::Investigating,
            Self::Confirmed => Status::Confirmed,
            Self::NotNormal => Status::Detected,
        }
    }
}

/// Characters of what somebody adds to an answer at most.
pub const LONGEST_REMARK: usize = 500;

/// What a case was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Found {
    /// A rule of leaks.
    Rule {
        /// Its figures.
        evidence: leaks::Evidence,
    },
    /// Events that the meter reported.
    Events {
        /// How many.
        count: u32,
        /// When the last one happened.
        last: UtcMillis,
        /// The register at the first one, where the meter said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        register: Option<Millilitres>,
        /// The register at the last one, where the meter said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        register_last: Option<Millilitres>,
    },
    /// An aspect of the meter's health.
    Health {
        /// What it goes by.
        evidence: health::Evidence,
    },
    /// What a newer server found it by.
    #[serde(other)]
    Unknown,
}

impl Found {
    /// Why there is a case that was found by this, of which its row says `said`.
    pub fn cause(&self, said: Cause) -> Cause {
        match self {
            Self::Health { evidence } => Cause::of_aspect(evidence.aspect()).unwrap_or(said),
            Self::Rule { .. } | Self::Events { .. } | Self::Unknown => said,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_cause_and_every_other_cause_none() {
        for rule in Rule::ALL {
            assert_eq!(Cause::of_rule(rule).rule(), Some(rule));
        }
        let ruled = Cause::ALL.iter().filter(|cause| cause.rule().is_some()).count();
        assert_eq!(ruled, Rule::ALL.len());
    }

    #[test]
    fn a_meters_health_is_the_utilitys_affair_and_one_case_for_each_aspect() {
        let causes: Vec<Cause> = Aspect::ALL.iter().filter_map(|aspect| Cause::of_aspect(*aspect)).collect();
        assert!(causes.iter().all(|cause| cause.kind() == AlertKind::MeterHealth && !cause.is_the_customers()), "{causes:?}");
        assert!(causes.iter().all(|cause| cause.rule().is_none()), "{causes:?}");
        // Rows say only words that devices knew before, and they are of the same kind, so that the same may be answered.
        assert!(Cause::ALL.iter().all(|cause| cause.on_the_wire().kind() == cause.kind()));
        let evidence = health::Evidence::Silence { for_s: 7_200, limit_s: 1_800 };
        assert_eq!(Found::Health { evidence }.cause(Cause::Silent.on_the_wire()), Cause::Silent);
        let once: std::collections::BTreeSet<Cause> = causes.iter().copied().collect();
        assert_eq!(once.len(), causes.len());
    }

    #[test]
    fn a_customer_speaks_about_water_and_not_about_the_meter() {
        for cause in Cause::ALL.iter().copied() {
            for answer in CaseAnswer::ALL.iter().copied() {
                let may = answer.is_allowed(Role::Customer, cause);
                assert!(!may || cause.is_the_customers(), "{answer:?} {cause:?}");
                assert!(answer.is_allowed(Role::Admin, cause) || !cause.is_the_customers(), "{answer:?} {cause:?}");
            }
        }
        assert!(CaseAnswer::Normal.is_allowed(Role::Customer, Cause::Burst));
        assert!(!CaseAnswer::Confirmed.is_allowed(Role::Customer, Cause::Burst));
    }

    #[test]
    fn what_somebody_at_work_may_cause_is_minor_and_nothing_else_is_excused() {
        for cause in Cause::ALL.iter().copied() {
            let alone = severity_of_event(cause, false);
            assert!(alone > leaks::Severity::Minor, "{cause:?}");
            let expected = if cause.kind() == AlertKind::Tamper { leaks::Severity::Minor } else { alone };
            assert_eq!(severity_of_event(cause, true), expected, "{cause:?}");
        }
    }
}
