//! What a campaign is, line by line, and what it can cost at worst: shown before it is made, and before a draft goes live.

use crate::components::Icon;
use crate::components::shell::{device_zone, language};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::words::{benefit, last_day};
use dioxus::prelude::*;
use domain::sales::campaign::{MOST, WorstCost};
use domain::sales::voucher::{Benefit, Voucher};
use protocol::sales::admin::{Campaign, NewCampaign, NewCodes};

/// The lines of a campaign that is to be made.
pub fn of_new(new: &NewCampaign) -> Vec<(String, String)> {
    let language = language();
    let (codes, shown) = match &new.codes {
        NewCodes::One => (1, new.voucher.code.as_str().to_owned()),
        NewCodes::Series { count, prefix } => {
            let count_shown = tra("campaign-codes", &[("n", format::whole(*count, language))]);
            (*count, if prefix.is_empty() { count_shown } else { format!("{count_shown} · {prefix}-…") })
        }
    };
    let name = if new.name.is_empty() { new.voucher.code.as_str().to_owned() } else { new.name.clone() };
    let begins = tr(&format!("campaign-{}", new.voucher.state.as_str()));
    let mut rows = vec![(tr("campaign"), name), (tr("campaign-codes-title"), shown), (tr("campaign-begin"), begins)];
    rows.extend(terms(&new.voucher, codes));
    rows
}

/// The lines of a draft that is to go live.
pub fn of_draft(campaign: &Campaign) -> Vec<(String, String)> {
    terms(&campaign.voucher, campaign.codes)
}

/// What it gives, to whom, how often and how long; last what it can cost.
fn terms(voucher: &Voucher, codes: i64) -> Vec<(String, String)> {
    let language = language();
    let times = |limit: Option<i64>| {
        limit.map_or(tr("campaign-unlimited"), |limit| tra("campaign-times", &[("n", format::whole(limit, language))]))
    };
    let amount = |most: Option<domain::Rupiah>| most.map_or(tr("campaign-unlimited"), |most| most.to_string());
    let from = format::date(device_zone().day_of(voucher.valid_from), language);
    let classes: Vec<String> = voucher.classes.iter().map(|class| tr(&format!("class-{}", class.as_str()))).collect();
    let customers = match voucher.customers.len() {
        0 => tr("campaign-all-customers"),
        n => tra("campaign-n-customers", &[("n", n.to_string())]),
    };
    vec![
        (tr("campaign-gives"), benefit(voucher.benefit, language)),
        (tr("campaign-minimum"), voucher.minimum_purchase.to_string()),
        (tr("campaign-most"), amount(voucher.maximum_discount)),
        (tr("campaign-total-limit"), times(voucher.total_limit)),
        (tr("campaign-customer-limit"), times(voucher.customer_limit)),
        (tr("campaign-valid"), format!("{from} – {}", format::date(last_day(voucher), language))),
        (tr("campaign-classes"), if classes.is_empty() { tr("campaign-all-classes") } else { classes.join(", ") }),
        (tr("campaign-customers"), customers),
        (tr("campaign-worst"), amount(WorstCost::of(codes, voucher).total())),
    ]
}

/// What an admin should know before it goes live: that nothing limits the cost, or that one use can cost much.
#[component]
pub fn Warnings(voucher: Voucher, codes: i64) -> Element {
    let worst = WorstCost::of(codes, &voucher);
    let mut said = Vec::new();
    if worst.uses.is_none() {
        said.push(tr("campaign-warn-uses"));
    }
    match (worst.each, voucher.benefit) {
        (None, _) => said.push(tr("campaign-warn-water")),
        (Some(each), Benefit::Percentage(_)) if voucher.maximum_discount.is_none() => {
            said.push(tra("campaign-warn-most", &[("most", MOST.to_string()), ("each", each.to_string())]));
        }
        _ => {}
    }
    if said.is_empty() {
        return rsx! {};
    }
    rsx! {
        div { class: "banner warn", role: "status", "data-warning": "true",
            Icon { name: "triangle-alert" }
            div { class: "small",
                for sentence in said {
                    p { key: "{sentence}", "{sentence}" }
                }
            }
        }
    }
}

/// The same in a line of the form: `100 kode × Rp20.000 = Rp2.000.000`.
pub fn in_short(voucher: &Voucher, codes: i64) -> String {
    let worst = WorstCost::of(codes, voucher);
    match (worst.each, worst.uses, worst.total()) {
        (Some(each), Some(uses), Some(total)) => tra(
            "campaign-worst-sum",
            &[("uses", format::whole(uses, language())), ("each", each.to_string()), ("total", total.to_string())],
        ),
        _ => tr("campaign-worst-none"),
    }
}
