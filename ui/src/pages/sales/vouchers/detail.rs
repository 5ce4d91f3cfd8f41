//! One campaign: its terms, its use and cost, day by day and code by code; to be paused, to go on, and its codes as a file.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, CloseButton, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, is_away, request, use_server_view};
use crate::pages::admin::parts::Confirm;
use crate::pages::admin::words::{StateChip, benefit, last_day, say};
use crate::pages::sales::vouchers::chart::ByDay;
use crate::pages::sales::vouchers::list::{Use, codes, title};
use crate::pages::sales::vouchers::worst::{Warnings, of_draft};
use crate::state::shared;
use dioxus::prelude::*;
use domain::sales::voucher::VoucherState;
use protocol::sales::admin::{Campaign, CampaignDetail, CampaignMove, CodeUse, Named};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// One campaign.
#[component]
pub fn Detail(id: Uuid, onchange: EventHandler<()>) -> Element {
    let language = language();
    let server = use_server_view(
        move || AdminRequest::Campaign { id },
        |response| match response {
            AdminResponse::Campaign(detail) => Some(*detail),
            _ => None,
        },
    );
    let Some(detail) = server.latest.read().clone() else {
        return rsx! { Gap { asking: server.asking.read().clone(), what: "vouchers", heights: vec![40, 64, 200], onretry: move |()| server.again() } };
    };
    let campaign = detail.campaign.clone();
    rsx! {
        div { class: "row between top edge",
            div { class: "grow",
                h2 { {title(&campaign)} }
                p { class: "muted small", {codes(&campaign, language)} " · " {benefit(campaign.voucher.benefit, language)} }
            }
            CloseButton {}
        }
        div { class: "row wrap", StateChip { state: campaign.state } }
        div { class: "stack", Use { campaign: campaign.clone() } }
        Costs { campaign: campaign.clone() }
        Actions { campaign: campaign.clone(), onmoved: move |detail: CampaignDetail| {
            server.take(detail);
            onchange.call(());
        } }
        h3 { {tr("campaign-by-day")} }
        ByDay { days: detail.days.clone() }
        h3 { {tr("campaign-terms")} }
        Terms { campaign, customers: detail.customers.clone() }
        if detail.campaign.codes > 1 {
            Codes { of: detail.campaign.codes, codes: detail.codes }
        }
    }
}

#[component]
fn Terms(campaign: Campaign, customers: Vec<Named>) -> Element {
    let language = language();
    let voucher = &campaign.voucher;
    let from = device_zone().day_of(voucher.valid_from);
    let limit = |limit: Option<i64>| {
        limit.map_or(tr("campaign-unlimited"), |limit| tra("campaign-times", &[("n", format::whole(limit, language))]))
    };
    let classes: Vec<String> = voucher.classes.iter().map(|class| tr(&format!("class-{}", class.as_str()))).collect();
    let names: Vec<String> = customers.into_iter().map(|customer| customer.name).collect();
    let or_all = |list: Vec<String>, key: &str| if list.is_empty() { tr(key) } else { list.join(", ") };
    let rows = [
        ("campaign-valid", format!("{} – {}", format::date(from, language), format::date(last_day(voucher), language))),
        ("campaign-minimum", voucher.minimum_purchase.to_string()),
        ("campaign-most", voucher.maximum_discount.map_or(tr("campaign-unlimited"), |most| most.to_string())),
        ("campaign-total-limit", limit(voucher.total_limit)),
        ("campaign-customer-limit", limit(voucher.customer_limit)),
        ("campaign-classes", or_all(classes, "campaign-all-classes")),
        ("campaign-customers", or_all(names, "campaign-all-customers")),
    ];
    rsx! {
        dl { class: "facts pair",
            for (key , value) in rows {
                div { key: "{key}", dt { {tr(key)} } dd { "{value}" } }
            }
        }
    }
}

#[component]
fn Costs(campaign: Campaign) -> Element {
    let language = language();
    let rows = [
        ("campaign-cost", campaign.cost().to_string()),
        ("campaign-paid", campaign.paid.to_string()),
        ("campaign-consumed", format::whole(campaign.consumed, language)),
        ("campaign-reserved", format::whole(campaign.reserved, language)),
    ];
    rsx! {
        dl { class: "facts pair",
            for (key , value) in rows {
                div { key: "{key}", "data-fact": key, dt { {tr(key)} } dd { "{value}" } }
            }
        }
    }
}

/// What can be done with a campaign in its state.
#[component]
fn Actions(campaign: Campaign, onmoved: EventHandler<CampaignDetail>) -> Element {
    let shared = shared();
    let mut asking = use_signal(|| None::<(Uuid, VoucherState)>);
    let act = use_act();
    let id = campaign.id;
    let to = match campaign.state {
        VoucherState::Draft | VoucherState::Paused => Some(VoucherState::Active),
        VoucherState::Active => Some(VoucherState::Paused),
        VoucherState::Expired | VoucherState::Depleted => None,
    };
    let word = |to: VoucherState| match (campaign.state, to) {
        (_, VoucherState::Paused) => ("campaign-pause", "pause"),
        (VoucherState::Draft, _) => ("campaign-activate", "check"),
        _ => ("campaign-resume", "play"),
    };
    let go = move |()| {
        let Some((key, to)) = asking() else { return };
        act.send(AdminRequest::MoveCampaign(CampaignMove { key, of: id, to }), move |answer| {
            if let AdminResponse::Campaign(detail) = answer {
                asking.set(None);
                onmoved.call(*detail);
            }
        });
    };
    let file =
        format!("voucher-{}.csv", title(&campaign).to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"));
    let mut saving = use_signal(|| false);
    let export = move |_| {
        if saving.replace(true) {
            return;
        }
        let file = file.clone();
        spawn(async move {
            match request(AdminRequest::CampaignCsv { id }).await {
                Ok(AdminResponse::Csv(text)) => match bridge::save_file(&file, &text).await {
                    Some(place) => shared.toast(tra("file-saved", &[("file", place)])),
                    None => shared.toast(tr("file-not-saved")),
                },
                Ok(_) => {}
                Err(problem) => shared.toast(say(&problem)),
            }
            saving.set(false);
        });
    };
    rsx! {
        div { class: "row wrap actions",
            if let Some(to) = to {
                Button { label: tr(word(to).0), icon: word(to).1, disabled: is_away(), onclick: move |_| {
                    act.forget();
                    asking.set(Some((bridge::new_id(), to)));
                } }
            }
            Button { label: tr("campaign-export"), icon: "download", busy: saving(), disabled: is_away(), onclick: export }
        }
        if is_away() {
            p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("money-away")} }
        }
        if let Some((_, to)) = asking() {
            Confirm { title: tr(&format!("{}-title", word(to).0)), icon: word(to).1, label: tr(word(to).0), busy: act.is_busy(), refused: act.refused(),
                rows: question(&campaign, to), note: tr(&format!("{}-note", word(to).0)), onyes: go, onback: move |()| asking.set(None),
                if to == VoucherState::Active {
                    Warnings { voucher: campaign.voucher.clone(), codes: campaign.codes }
                } }
        }
    }
}

/// What is asked before a campaign is paused or goes live; with its terms and what it can cost where it goes live.
fn question(campaign: &Campaign, to: VoucherState) -> Vec<(String, String)> {
    let state = |state: VoucherState| tr(&format!("campaign-{}", state.as_str()));
    let mut rows =
        vec![(tr("campaign"), title(campaign)), (tr("campaign-state"), format!("{} → {}", state(campaign.state), state(to)))];
    if to == VoucherState::Active {
        rows.extend(of_draft(campaign));
    }
    rows
}

#[component]
fn Codes(of: i64, codes: Vec<CodeUse>) -> Element {
    let language = language();
    let values = [("n", format::whole(codes.len() as i64, language)), ("of", format::whole(of, language))];
    rsx! {
        h3 { {tr("campaign-codes-title")} }
        ul { class: "codes",
            for code in codes {
                li { key: "{code.code.as_str()}",
                    code { {code.code.as_str()} }
                    span { class: "muted small", {if code.taken == 0 { tr("campaign-unused") } else { tra("campaign-times", &[("n", format::whole(code.taken, language))]) }} }
                }
            }
        }
        p { class: "muted tiny", {tra("campaign-codes-shown", &values)} }
    }
}
