//! The fields of an audit entry as people read them: their names, and their values with the words, units and dates of the language.

use crate::components::shell::device_zone;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::words::benefit;
use crate::pages::alerts::case_words::span;
use crate::pages::billing::tariffs::range;
use crate::pages::maintenance::schedules::words::{recorded, recorded_hours};
use crate::state::Shared;
use dioxus::prelude::*;
use domain::alerts::case::{Cause, Status};
use domain::alerts::rules::Treatment;
use domain::people::Language;
use domain::reports::ReportKind;
use domain::sales::voucher::Benefit;
use domain::{LocalDay, Millilitres, Rupiah, UtcMillis};
use protocol::core::audit::{AuditEntry, FieldChange, Office, Subject};
use protocol::sync::rows::Entity;
use protocol::ui::case::title_key;
use std::fmt::Write;

/// Letters of an identifier that are shown: enough to tell two apart.
const TOLD_APART: usize = 6;

/// This second. Not a hook: a file is written outside of what is drawn.
fn now() -> UtcMillis {
    *consume_context::<Shared>().now.peek()
}

/// The language of the screen. Not a hook either.
pub fn language() -> Language {
    let shared = consume_context::<Shared>();
    let session = shared.session.peek();
    session.as_ref().map(|session| session.preferences.language).unwrap_or_default()
}

/// What an entry is about.
pub fn title(entry: &AuditEntry) -> String {
    match entry.entity {
        Subject::Office(Office::Tariff) if !entry.title.is_empty() => {
            tra("audit-tariff-of", &[("class", tr(&format!("class-{}", entry.title)))])
        }
        Subject::Office(Office::Payments) if entry.title.is_empty() => tr("audit-payments"),
        Subject::Office(Office::DeadLetters) if entry.title.is_empty() => tr("audit-dead-letters"),
        Subject::Office(Office::Valves) if entry.title.is_empty() => tr("supply-title"),
        Subject::Row(Entity::Letterhead) if entry.title.is_empty() => tr("utility-title"),
        Subject::Office(Office::Cases) if entry.title.is_empty() => tr("cases-policy-title"),
        Subject::Office(Office::Reports) if entry.title.is_empty() => tr("audit-reports"),
        Subject::Office(Office::Maintenance) if entry.title.is_empty() => tr("maintenance-title"),
        Subject::Row(Entity::Notification) if entry.title.is_empty() => tr("announcement-title"),
        Subject::Row(Entity::TipState) if entry.title.is_empty() => tr("tips-title"),
        Subject::Row(Entity::Conflict) if entry.title.is_empty() => tr("audit-conflict"),
        _ if entry.title.is_empty() => tr("audit-no-name"),
        _ => entry.title.clone(),
    }
}

/// Who did it, and as what.
pub fn author(entry: &AuditEntry) -> (String, String) {
    let role = tr(&format!("role-{}", entry.acting().as_str()));
    if entry.by_server { (tr("audit-server"), role) } else { (entry.who.name.clone(), role) }
}

/// A field's name.
pub fn field(name: &str) -> String {
    if let Some(cause) = name.strip_prefix(RULE).and_then(Cause::from_word) {
        return tr(title_key(cause));
    }
    match name.strip_prefix("block_").and_then(|place| place.parse::<u32>().ok()) {
        Some(place) => tra("field-block", &[("n", place.to_string())]),
        None => tr(&format!("field-{name}")),
    }
}

/// In front of the cause of whose cases something is set.
const RULE: &str = "rule_";

/// What changed, in one line.
pub fn summary(entry: &AuditEntry) -> String {
    let mut line = String::new();
    for change in &entry.changes {
        let (before, after) = (shown(&change.field, &change.before), shown(&change.field, &change.after));
        let gap = if line.is_empty() { "" } else { "; " };
        // Writing into a String cannot fail.
        let _ = match (change.before.is_empty(), difference(change)) {
            (true, _) => write!(line, "{gap}{}: {after}", field(&change.field)),
            (false, None) => write!(line, "{gap}{}: {before} → {after}", field(&change.field)),
            (false, Some(by)) => write!(line, "{gap}{}: {before} → {after} ({by})", field(&change.field)),
        };
    }
    line
}

/// By how much an amount changed, with its sign.
pub fn difference(change: &FieldChange) -> Option<String> {
    if change.field != "balance" {
        return None;
    }
    let (before, after) = (change.before.parse::<i64>().ok()?, change.after.parse::<i64>().ok()?);
    let by = Rupiah(after.checked_sub(before)?);
    Some(if by.0 > 0 { format!("+{by}") } else { by.to_string() })
}

/// A value.
pub fn shown(field: &str, value: &str) -> String {
    if value.is_empty() {
        return tr("value-empty");
    }
    if field.starts_with("block_") {
        return block(value).unwrap_or_else(|| value.to_owned());
    }
    if field.starts_with(RULE) && Treatment::from_word(value).is_some() {
        return tr(&format!("case-treatment-{value}"));
    }
    money(field, value).or_else(|| measure(field, value)).or_else(|| word(field, value)).unwrap_or_else(|| value.to_owned())
}

fn money(field: &str, value: &str) -> Option<String> {
    let is_money = matches!(
        field,
        "amount"
            | "balance"
            | "emergency_credit"
            | "refunded"
            | "to_pay"
            | "monthly_fee"
            | "minimum_top_up"
            | "minimum_purchase"
            | "maximum_discount"
            | "opening_per_row"
            | "opening_per_import"
    );
    if is_money { Some(Rupiah(value.parse().ok()?).to_string()) } else { None }
}

fn measure(field: &str, value: &str) -> Option<String> {
    let (language, number) = (language(), value.parse::<i64>());
    Some(match field {
        "register" | "final_register" => format::register(Millilitres(number.ok()?), language),
        "at" | "since" | "until" => format::zoned_moment(UtcMillis(number.ok()?), now(), device_zone(), language),
        "valid_from" => format::date(device_zone().day_of(UtcMillis(number.ok()?)), language),
        "valid_until" => format::date(device_zone().day_of(UtcMillis(number.ok()? - 1)), language),
        "starts" | "applied" => format::date(day(value)?, language),
        "holiday" => holiday(value, language)?,
        "leave" => leave(value, language)?,
        "tax_per_mille" | "loss_limit" => format::percent(number.ok()?, language),
        "lifeline_per_day" => tra("tariff-litres-a-day", &[("n", format::whole(number.ok()? / 1_000, language))]),
        "minutes" => tra("span-minutes", &[("n", format::whole(number.ok()?, language))]),
        "pieces" => tra("stock-pieces", &[("n", format::whole(number.ok()?, language))]),
        "report_interval" => tra("span-minutes", &[("n", format::whole(number.ok()? / 60, language))]),
        "rows" | "codes" | "sessions" | "total_limit" | "customer_limit" | "meters" | "meters_refused" => {
            format::whole(number.ok()?, language)
        }
        "window" => {
            let (from, until) = value.split_once('-')?;
            let moment = |text: &str| Some(format::zoned_moment(UtcMillis(text.parse().ok()?), now(), device_zone(), language));
            format!("{} – {}", moment(from)?, moment(until)?)
        }
        "silence_limit_s" => span(u32::try_from(number.ok()?).ok()?),
        "battery_limit" => format!("{value} %"),
        "outline" => tra("zone-corners", &[("n", value.split(';').count().to_string())]),
        "benefit" => benefit(gift(value)?, language),
        // Enough of a hash to compare it.
        "photo" => value.chars().take(2 * TOLD_APART).collect(),
        _ => return None,
    })
}

fn word(field: &str, value: &str) -> Option<String> {
    Some(match field {
        "status" => tr(&status(value)),
        "review" => value.split(',').map(|mark| tr(&format!("review-{mark}"))).collect::<Vec<_>>().join(", "),
        "answer" => tr(&format!("case-answer-{value}")),
        "kind" | "keep" => tr(&format!("{field}-{value}")),
        "campaign_state" => tr(&format!("campaign-{value}")),
        "opening_state" => tr(&format!("opening-state-{value}")),
        "active" => tr(if value == "true" { "user-active" } else { "user-inactive" }),
        "declared" => tr(&format!("unusual-declared-{value}")),
        "tariff_class" => tr(&format!("class-{value}")),
        "classes" => value.split(',').map(|class| tr(&format!("class-{class}"))).collect::<Vec<_>>().join(", "),
        "tariff_mode" => tr(&format!("tariff-mode-name-{value}")),
        "language" | "role" => tr(&format!("{field}-{value}")),
        "work" => tr(&format!("work-kind-{value}")),
        "work_state" => tr(&format!("work-state-{value}")),
        "work_turn" => tr(if value == "held" { "work-state-on_hold" } else { "work-state-deferred" }),
        "priority" => tr(&format!("work-priority-{value}")),
        "stock_from" | "stock_to" | "stock_in" if value == "store" => tr("stock-store"),
        "defer_reason" => tr(&format!("work-reason-{value}")),
        "record" => tr(&format!("work-record-is-{value}")),
        "retired" => tr("template-retired"),
        "shared" => tr(if value == "on" { "report-held-by-all" } else { "report-held-by-author" }),
        "design" => report(value),
        "tip" if domain::tips::find(value).is_some() => tr(&format!("tip-{value}")),
        "bookmarked" => tr(if value == "on" { "tip-bookmarked" } else { "tip-not-bookmarked" }),
        "report_source" => {
            ReportKind::from_word(value).map_or_else(|| tr("report-source-template"), |of| of.title(language()).to_owned())
        }
        "report_rhythm" => rhythm(value)?,
        "report_email" => tr(if value == "on" { "report-send-mail" } else { "report-send-mail-not" }),
        "report_active" => tr(if value == "on" { "report-schedule-on" } else { "report-schedule-off" }),
        "schedule_rule" => recorded(value, language())?,
        "schedule_hours" => recorded_hours(value, language())?,
        "schedule_state" | "on_off_day" => tr(&format!("{}-{value}", field.replace('_', "-"))),
        "tampering_to_customers" => tr(if value == "on" { "cases-policy-on" } else { "cases-policy-off" }),
        "life_cycle" => tr(&format!("life-{value}")),
        "valve_order" | "meter_order" => tr(&format!("order-{value}")),
        "verdict" => tr(&format!("settlement-verdict-{value}")),
        "valve_closing" => tr(if value == "on" { "supply-closes" } else { "supply-closes-not" }),
        "evidence" => tr(&format!("op-{value}")),
        "list" if value.starts_with("report_") => {
            ReportKind::from_word(value.strip_prefix("report_")?)?.title(language()).to_owned()
        }
        "list" if matches!(value, "customers" | "meters" | "cases" | "labels" | "comparison" | "work") => {
            tr(&format!("exported-{value}"))
        }
        "with_nik" | "permitted" | "counted_own" => tr(&format!("{field}-{value}")),
        "connection" => short(value),
        "case" => {
            let (kind, order) = value.split_once(' ').unwrap_or((value, ""));
            format!("{} {}", tr(&format!("case-{kind}")), short(order)).trim_end().to_owned()
        }
        _ => return None,
    })
}

/// The word of a status: a case's, or a customer's.
fn status(value: &str) -> String {
    if Status::from_word(value).is_some() { format!("case-status-{value}") } else { format!("status-{value}") }
}

/// `0-10000000:1500`: where a block begins and ends, and what a cubic metre costs in it.
fn block(value: &str) -> Option<String> {
    let (volumes, price) = value.split_once(':')?;
    let (from, end) = volumes.split_once('-')?;
    let end = if end.is_empty() { None } else { Some(Millilitres(end.parse().ok()?)) };
    let range = range(Millilitres(from.parse().ok()?), end, language());
    let price = tra("tariff-per-m3", &[("price", Rupiah(price.parse().ok()?).to_string())]);
    Some(format!("{range}: {price}"))
}

/// `2026-12-25 Natal`: the day, and what is celebrated where that was said.
fn holiday(value: &str, language: Language) -> Option<String> {
    let (when, name) = value.split_once(' ').unwrap_or((value, ""));
    Some(format!("{} {name}", format::date(day(when)?, language)).trim_end().to_owned())
}

/// `2026-12-01 2026-12-04 annual`: the first and the last day of a leave, and why.
fn leave(value: &str, language: Language) -> Option<String> {
    let mut words = value.split(' ');
    let (from, until, kind) = (day(words.next()?)?, day(words.next()?)?, words.next()?);
    Some(format!("{} – {} · {}", format::date(from, language), format::date(until, language), tr(&format!("leave-kind-{kind}"))))
}

fn gift(value: &str) -> Option<Benefit> {
    let (kind, number) = value.split_once(':')?;
    let number = number.parse().ok()?;
    match kind {
        "percentage" => Some(Benefit::Percentage(number)),
        "fixed_amount" => Some(Benefit::FixedAmount(Rupiah(number))),
        "bonus_volume" => Some(Benefit::BonusVolume(Millilitres(number))),
        _ => None,
    }
}

fn day(value: &str) -> Option<LocalDay> {
    let mut parts = value.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    LocalDay::from_ymd(year, month, day)
}

/// `revenue last_month 7`: what a report is about, of which days, and how many pieces it has, where somebody has put it together otherwise.
fn report(value: &str) -> String {
    let mut words = value.split(' ');
    let kind = words.next().and_then(ReportKind::from_word).map(|kind| kind.title(language()).to_owned());
    let days = words.next().filter(|word| !word.is_empty()).map(|word| tr(&format!("report-days-{word}")));
    let pieces = words.next().map(|pieces| format!("{pieces} {}", tr("report-blocks").to_lowercase()));
    [kind, days, pieces].into_iter().flatten().collect::<Vec<_>>().join(" \u{b7} ")
}

/// `week 0 06:00`: how often a report is made, on which day, and at what time.
fn rhythm(value: &str) -> Option<String> {
    let mut words = value.split(' ');
    let (every, day, time) = (words.next()?, words.next()?, words.next()?);
    let day = match every {
        "week" => format::weekday_name(day.parse().ok()?, language()).to_owned(),
        "month" if day == "31" => tr("report-day-last"),
        "month" => tra("report-day-of-month", &[("n", day.to_owned())]),
        _ => String::new(),
    };
    Some(tra(&format!("report-every-{every}"), &[("day", day), ("time", time.to_owned())]))
}

/// The end of a long name that a program gave.
fn short(name: &str) -> String {
    match name.char_indices().rev().nth(TOLD_APART - 1) {
        Some((at, _)) if name.len() > 2 * TOLD_APART => format!("…{}", &name[at..]),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::alerts::case::CaseAnswer;
    use domain::billing::opening::OpeningState;
    use domain::people::CustomerStatus;

    const CATALOGUES: [&str; 2] =
        [include_str!("../../../../../assets/i18n/id.ftl"), include_str!("../../../../../assets/i18n/en.ftl")];

    /// What is recorded, and of what, beside the edits of forms.
    const OPERATIONS: &str = "add_customer add_connection move_connection add_meter take_back_customer answer_case send_announcement \
        merge_customers add_opening take_back_opening approve_opening decline_opening set_opening_limits plan_work \
        cancel_work move_work move_visit assign_work begin_work complete_work hold_work resume_work defer_work set_work_priority add_work_record \
        put_work_template swap_meter add_schedule change_schedule pause_schedule \
        resume_schedule end_schedule set_work_holiday enter_leave remove_leave add_part remove_part receive_parts move_parts count_parts \
        make_calendar revoke_calendar assign_meter_case set_case_policy set_case_rules export_made \
        close_cash_day count_late_cash close_month reopen_month bring_settlement accept_settlement_line \
        case_settlement_line put_report_template remove_report_template put_view remove_view register_inflow \
        remove_inflow limit_zone_loss mark_tip put_report_schedule remove_report_schedule run_report_again \
        issue_credential revoke_credential";
    const FIELDS: &str = "number name label zone serial model connection position since status answer remark amount balance reason \
        opening_state opening_per_row opening_per_import import row work window technician text at work_state assignee \
        work_turn defer_reason priority template minutes record step photo amount version steps retired \
        tampering_to_customers silence_limit_s battery_limit title message title_en message_en merged_with cashier day \
        booked counted difference month received consumed unearned open_days file rows order verdict shared design \
        list view q3 until loss_limit tip applied bookmarked report_source report_rhythm report_recipients report_email \
        report_active \
        schedule_rule schedule_meters on_off_day schedule_hours schedule_horizon schedule_state starts holiday leave \
         old_seal new_seal review final_register no_photo credential pieces stock_from stock_to stock_in";

    #[test]
    fn what_is_added_taken_back_and_answered_has_words_in_both_languages() {
        let mut keys: Vec<String> = OPERATIONS.split_whitespace().map(|kind| format!("op-{kind}")).collect();
        keys.extend(FIELDS.split_whitespace().map(|field| format!("field-{field}")));
        keys.extend(Treatment::ALL.iter().map(|treatment| format!("case-treatment-{}", treatment.as_str())));
        keys.extend(OpeningState::ALL.iter().map(|state| format!("opening-state-{}", state.as_str())));
        let records = ["answer", "note", "photo", "part", "signature", "arrival", "departure", "cost", "unknown"];
        keys.extend(records.iter().map(|kind| format!("work-record-is-{kind}")));
        keys.extend(CaseAnswer::ALL.iter().map(|answer| format!("case-answer-{}", answer.as_str())));
        keys.extend(Status::ALL.iter().map(|of_case| status(of_case.as_str())));
        keys.extend(CustomerStatus::ALL.iter().map(|of_customer| status(of_customer.as_str())));
        for catalogue in CATALOGUES {
            let has = |key: &str| catalogue.lines().any(|line| line.starts_with(&format!("{key} =")));
            let missing: Vec<_> = keys.iter().filter(|key| !has(key)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    }
}
