//! Words for money: what a voucher gives, the state of a purchase, and why something was refused.

use crate::components::StatusChip;
use crate::components::states::explain;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::people::Language;
use domain::sales::voucher::{Benefit, Voucher, VoucherState};
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::sales::admin::PurchaseRow;
use protocol::sales::money::Purchase;

/// Reasons that the server gives by their word, in front of its sentence.
const REASONS: [&str; 148] = [
    "not_active",
    "not_yet",
    "expired",
    "not_eligible",
    "depleted",
    "used_up",
    "below_minimum",
    "gives_nothing",
    "no_voucher",
    "taken",
    "amount",
    "left",
    "reason",
    "starts",
    "state",
    "customers",
    "customer_limit",
    "prefix",
    "refund_refused",
    "bank",
    "reference",
    "same_admin",
    "closed",
    "changed",
    "no_money",
    "no_purchase",
    "ambiguous",
    "channel",
    "limits",
    "own",
    "last_admin",
    "own_payment",
    "owner",
    "in_force",
    "decree",
    "valve_reason",
    "not_installed",
    "moved",
    "no_valve",
    "order_open",
    "order_interval",
    "protected",
    "sent",
    "by_balance",
    "hours",
    "lent",
    "holiday_name",
    "holiday_day",
    "policy_changed",
    "case_limits",
    "no_class",
    "zone_name",
    "zone_name_taken",
    "zone_taken",
    "zone_changed",
    "technician_inactive",
    "outline_too_few",
    "outline_too_many",
    "outline_outside",
    "outline_crossing",
    "user_name",
    "user_email",
    "user_customer",
    "user_links",
    "user_taken",
    "email_taken",
    "has_password",
    "inactive",
    "utility_name",
    "utility_address",
    "utility_tax_number",
    "utility_phone",
    "utility_email",
    "utility_footer",
    "utility_changed",
    "logo_kind",
    "logo_size",
    "logo_pixels",
    "opening_limits",
    "meters",
    "nothing",
    "confirmed",
    "key",
    "meter_time",
    "meter_model",
    "meter_reason",
    "first_register",
    "final_register",
    "serial_taken",
    "connection_taken",
    "retired",
    "cash_future",
    "cash_closed",
    "cash_nothing",
    "cash_changed",
    "cash_amount",
    "cash_reason",
    "month_not_over",
    "month_closed",
    "month_order",
    "month_open_days",
    "month_not_last",
    "settlement_rows",
    "settlement_range",
    "settlement_dates",
    "case_decided",
    "order_name",
    "inflow_q3",
    "inflow_meter",
    "inflow_taken",
    "inflow_ended",
    "inflow_many",
    "inflow_limit",
    "schedule_name",
    "schedule_source",
    "schedule_recipients",
    "schedule_changed",
    "schedule_many",
    "run_without_report",
    "work_schedule_name",
    "work_schedule_rule",
    "work_schedule_days",
    "work_schedule_limit",
    "work_schedule_hours",
    "work_schedule_horizon",
    "work_schedule_meters",
    "work_schedule_text",
    "work_schedule_many",
    "work_schedule_taken",
    "work_schedule_most",
    "work_schedule_changed",
    "work_schedule_ended",
    "holiday_year",
    "holiday_most",
    "leave_days",
    "leave_remark",
    "leave_taken",
    "leave_overlaps",
    "leave_most",
    "part_name",
    "part_known",
    "part_taken",
    "part_most",
    "part_pieces",
    "part_places",
    "calendar_name",
    "calendar_taken",
    "calendar_most",
];

/// Why something was refused, with what to do.
pub fn say(problem: &Problem) -> String {
    let word = problem.detail.split(':').next().unwrap_or_default();
    let is_known = matches!(problem.code, Code::BadRequest | Code::NotFound) && REASONS.contains(&word);
    match is_known {
        true => tr(&format!("refused-{word}")),
        false if problem.code == Code::BadRequest => tr("refused-other"),
        false => explain(problem),
    }
}

/// What a voucher gives: `10 %`, `Rp5.000`, `2 m³`.
pub fn benefit(benefit: Benefit, language: Language) -> String {
    match benefit {
        Benefit::Percentage(per_mille) => tra("campaign-off", &[("value", format::percent(per_mille, language))]),
        Benefit::FixedAmount(amount) => tra("campaign-off", &[("value", amount.to_string())]),
        Benefit::BonusVolume(volume) => tra("campaign-bonus", &[("value", format::exact_volume(volume, language))]),
    }
}

/// The last local day on which a voucher holds.
pub fn last_day(voucher: &Voucher) -> domain::LocalDay {
    crate::components::shell::device_zone().day_of(domain::UtcMillis(voucher.valid_until.0 - 1))
}

/// The state of a campaign.
#[component]
pub fn StateChip(state: VoucherState) -> Element {
    let (tone, icon) = match state {
        VoucherState::Draft => ("", "pencil"),
        VoucherState::Active => ("ok", "check"),
        VoucherState::Paused => ("warn", "pause"),
        VoucherState::Expired => ("", "clock"),
        VoucherState::Depleted => ("info", "circle-slash"),
    };
    rsx! {
        StatusChip { tone, icon, label: tr(&format!("campaign-{}", state.as_str())), small: true }
    }
}

/// The state of a purchase, in the words of the design.
#[component]
pub fn PurchaseChip(row: PurchaseRow) -> Element {
    let is_charged_back = row.payment.as_deref().is_some_and(|state| state.contains("charged_back"));
    let (key, tone, icon) =
        if is_charged_back { ("purchase-charged_back", "danger", "undo-2") } else { crate::money::standing(&row.purchase) };
    rsx! {
        StatusChip { tone, icon, label: tr(key), small: true }
    }
}

/// How a purchase is paid.
pub fn method(purchase: &Purchase) -> String {
    crate::money::way(purchase)
}
