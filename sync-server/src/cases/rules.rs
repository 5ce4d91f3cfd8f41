//! What a utility's admins set about cases for classes of meters: whether what is found is shown, how bad it counts as, and from when on a meter is
//! silent or its battery low.

use crate::cases::rows::{policy, treatments};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::metering::rows::classes;
use domain::alerts::case::Cause;
use domain::alerts::rules::RuleSet;
use protocol::alerts::rules::{CaseRules, CaseRulesChange, ClassRules};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use uuid::Uuid;

/// What holds at a utility.
///
/// # Errors
/// The database.
pub fn shown(db: &Db, utility: i64) -> Result<CaseRules, Error> {
    let (rev, all) = classes::of_all(db, utility)?;
    let (classes, are_more) = classes::list(db, utility)?;
    let classes = classes.into_iter().map(|class| ClassRules { model: class.model, meters: class.meters, set: class.set });
    Ok(CaseRules { rev, all, classes: classes.collect(), are_more })
}

/// Changes what is set for a class of meters or for all of them, once for each key, unless somebody else has changed it since it was read; returns
/// what holds then. Cases that go on are published by it within a few minutes, and the health of the meters is judged anew.
///
/// # Errors
/// It cannot be set (`case_limits`), no meter is of the class (`no_class`), somebody has changed it meanwhile (`policy_changed`), or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &CaseRulesChange) -> Result<CaseRules, Error> {
    let utility = admin.utility;
    if policy::is_recorded(tx, utility, (policy::SET_RULES, asked.key))? {
        return shown(tx, utility);
    }
    let (rev, all) = classes::of_all(tx, utility)?;
    if rev != asked.rev {
        return Err(refused("policy_changed: somebody has changed it meanwhile: read it again"));
    }
    if !asked.rules.limits.is_possible() {
        return Err(refused("case_limits: a silence has 10 minutes to 30 days, a battery 1 to 90 per cent"));
    }
    let model = asked.model.as_deref();
    let before = match model {
        None => all,
        Some(model) if classes::is_known(tx, utility, model)? => classes::own(tx, utility, model)?,
        Some(_) => return Err(refused("no_class: no meter is of this model")),
    };
    classes::write(tx, utility, model, &asked.rules)?;
    for cause in Cause::ALL.iter().copied().filter(|cause| before.treatments.get(cause) != asked.rules.treatments.get(cause)) {
        treatments::publish_anew(tx, utility, model, cause)?;
    }
    if before.limits != asked.rules.limits {
        classes::judge_anew(tx, utility, model)?;
    }
    record(tx, admin, asked, &before)?;
    shown(tx, utility)
}

fn refused(why: &str) -> Error {
    Error::problem(Code::BadRequest, why)
}

/// Writes into the audit log what has changed, of which class.
fn record(tx: &mut Tx<'_>, admin: &Caller, asked: &CaseRulesChange, before: &RuleSet) -> Result<(), Error> {
    let mut changes = changes(before, &asked.rules);
    if let Some(model) = &asked.model {
        changes.push(("model".to_owned(), String::new(), model.clone()));
    }
    let entry = audit::Entry::by(admin, (policy::SET_RULES, asked.key), (Office::Cases as u8, Uuid::nil()));
    audit::record(tx, &entry, changes.iter().map(|(field, before, after)| (field.as_str(), before.clone(), after.clone())))
}

/// Field, before and after of what differs; nothing where nothing is set.
fn changes(before: &RuleSet, after: &RuleSet) -> Vec<(String, String, String)> {
    let number = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
    let treatment = |set: &RuleSet, cause: Cause| set.treatments.get(&cause).map_or("", |of| of.as_str()).to_owned();
    let silence = |set: &RuleSet| number(set.limits.silence_s);
    let battery = |set: &RuleSet| number(set.limits.low_battery.map(u32::from));
    let mut all = vec![
        ("silence_limit_s".to_owned(), silence(before), silence(after)),
        ("battery_limit".to_owned(), battery(before), battery(after)),
    ];
    let of_causes = Cause::ALL.iter().copied();
    all.extend(of_causes.map(|cause| (format!("rule_{}", cause.as_str()), treatment(before, cause), treatment(after, cause))));
    all.retain(|(_, before, after)| before != after);
    all
}
