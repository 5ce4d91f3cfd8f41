//! A low balance: the banner on Beranda, and a slim one over a customer's other pages. Put away, it comes back when it gets worse.

use crate::bridge;
use crate::components::Icon;
use crate::i18n::{tr, tra};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::billing::balance::Level;
use domain::people::Role;
use protocol::ui::{Answer, CaseName, Notice, Request};

fn use_notices() -> Signal<Load<Vec<Notice>>> {
    use_answer(
        || Request::Notices,
        |answer| match answer {
            Answer::Notices(notices) => Some(notices),
            _ => None,
        },
    )
}

/// The sentences of a notice, as its host's notification does.
fn sentence(notice: &Notice) -> String {
    let mut text = tra(notice.text_key(), &notice.values());
    if let Some(key) = notice.basis_key() {
        text = format!("{text} {}", tr(key));
    }
    text
}

/// The banner of one low balance. A slim one is a single line where there is room for it.
#[component]
pub fn NoticeCard(notice: Notice, #[props(default)] slim: bool, #[props(default)] more: usize) -> Element {
    let (tone, icon) = match notice.level {
        Level::Critical | Level::Empty => ("danger", "circle-alert"),
        Level::Warning | Level::Ok => ("warn", "triangle-alert"),
    };
    let size = if slim { "slim" } else { "" };
    let connection = notice.connection;
    let put_away = move |_| {
        spawn(async move { drop(bridge::call(Request::PutNoticeAway { connection }).await) });
    };
    rsx! {
        div { class: "banner notice {tone} {size}", "data-notice": notice.level.as_str(),
            Icon { name: icon }
            p { class: "grow",
                strong { {tr(notice.title_key())}
                    // Where there is no room for the sentence, it still says where.
                    if slim { small { class: "of-place", " · {notice.label}" } }
                }
                " "
                span { {sentence(&notice)} }
                if more > 0 {
                    " "
                    span { {tra("notice-more", &[("n", more.to_string())])} }
                }
            }
            Link { class: "button", to: Route::BuyFor { connection }, {tr("notice-buy")} }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("notice-put-away"), onclick: put_away,
                Icon { name: "x" }
            }
        }
    }
}

/// Beranda's banners: one for each connection whose balance is low, the worst first.
#[component]
pub fn Notices() -> Element {
    let load = use_notices();
    rsx! {
        div { class: "notices", "aria-live": "polite",
            if let Load::Ready(notices) = &*load.read() {
                for notice in notices.iter() {
                    NoticeCard { key: "{notice.connection}", notice: notice.clone() }
                }
            }
        }
    }
}

/// What is over a page: for customers, away from Beranda and Beli, the worst of the low balances in one line. It also goes where an answered
/// notification leads.
#[component]
pub fn PageNotice(role: Role, route: Route) -> Element {
    let (mut to_buy, mut to_case) = (shared().to_buy, shared().to_case);
    use_effect(move || {
        if let Some(CaseName { connection, no }) = to_case() {
            to_case.set(None);
            bridge::leave_to(&Route::Case { connection, no }.to_string());
        }
    });
    use_effect(move || {
        if let Some(connection) = to_buy() {
            to_buy.set(None);
            bridge::leave_to(&Route::BuyFor { connection }.to_string());
        }
    });
    let has_its_own = matches!(route, Route::Home {} | Route::Buy {} | Route::BuyFor { .. } | Route::Payment { .. });
    if role != Role::Customer || has_its_own {
        return rsx! {};
    }
    rsx! { Slim {} }
}

#[component]
fn Slim() -> Element {
    let load = use_notices();
    rsx! {
        div { class: "notices over", "aria-live": "polite",
            if let Load::Ready(notices) = &*load.read() {
                if let Some(worst) = notices.first() {
                    NoticeCard { notice: worst.clone(), slim: true, more: notices.len() - 1 }
                }
            }
        }
    }
}
