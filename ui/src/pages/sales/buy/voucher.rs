//! Beli: the voucher. A code is checked when it is to be used: what cannot be used is said at the field and not kept. What was chosen stays in
//! sight with what it takes off, and is checked again with another amount, and as soon as the server is back.

use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Dialog, Empty, Icon, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::admin::ask::is_away;
use crate::state::{Load, shared};
use dioxus::prelude::*;
use domain::sales::voucher::{Benefit, Refusal, VoucherCode};
use domain::{ConnectionId, Rupiah, UtcMillis};
use gloo_timers::future::TimeoutFuture;
use protocol::Problem;
use protocol::sales::money::{Offer, OffersAsked, Purchase, VoucherAsked};
use protocol::ui::{MoneyRequest, MoneyResponse};

/// An amount that is being typed is not sent at each key.
const PAUSE_MS: u32 = 250;

/// What is known of the chosen voucher.
#[derive(Clone, PartialEq)]
pub struct Known {
    /// For which amount, and whether the server could be reached.
    about: (VoucherCode, Option<Rupiah>, bool),
    /// What it gives; `None` where nobody could say.
    offer: Option<Offer>,
    /// Since when, where the server cannot be reached.
    since: Option<UtcMillis>,
}

/// The place of a voucher in a purchase. All signals: cheap to copy.
#[derive(Clone, Copy, PartialEq)]
pub struct Slot {
    /// The chosen code, which is kept with the purchase.
    pub code: Signal<Option<VoucherCode>>,
    known: Signal<Option<Known>>,
    typed: Signal<String>,
    wrong: Signal<Option<String>>,
}

/// The place of a voucher, with the code that was kept.
pub fn use_slot(code: Signal<Option<VoucherCode>>) -> Slot {
    Slot { code, known: use_signal(|| None), typed: use_signal(String::new), wrong: use_signal(|| None) }
}

impl Slot {
    /// Takes a code off again, and says at the field why it cannot be used.
    pub fn refuse(self, sentence: String) {
        let Self { mut code, mut known, mut typed, mut wrong } = self;
        if let Some(code) = code.peek().as_ref() {
            typed.set(code.as_str().to_owned());
        }
        code.set(None);
        known.set(None);
        wrong.set(Some(sentence));
    }

    /// Why the purchase cannot go on with the chosen voucher.
    pub fn hinders(self) -> Option<String> {
        let known = self.known.read();
        let refusal = known.as_ref().and_then(|known| known.offer.as_ref()).and_then(|offer| offer.refusal);
        refusal.map(|refusal| tra("voucher-hinders", &[("why", why_not(refusal))]))
    }

    fn clear(self) {
        let Self { mut code, mut known, mut typed, mut wrong } = self;
        code.set(None);
        known.set(None);
        typed.set(String::new());
        wrong.set(None);
    }

    fn choose(self, chosen: VoucherCode, known_now: Known) {
        let Self { mut code, mut known, mut wrong, .. } = self;
        known.set(Some(known_now));
        code.set(Some(chosen));
        wrong.set(None);
    }
}

/// What a problem with a voucher is in a sentence, if it is one.
pub fn about_voucher(problem: &Problem) -> Option<String> {
    money::is_about_voucher(problem).then(|| tr(&format!("voucher-{}", money::word(problem))))
}

/// What the server says of a code, or what was received of it; `Err` is why it cannot be used. A code that nobody can say anything about is kept.
async fn look_up(connection: ConnectionId, code: VoucherCode, amount: Option<Rupiah>, offline: bool) -> Result<Known, String> {
    let about = (code.clone(), amount, offline);
    match money::ask(MoneyRequest::Voucher(VoucherAsked { connection, amount, code })).await {
        Ok(MoneyResponse::Voucher { offer, since }) => Ok(Known { about, offer: Some(offer), since }),
        Ok(_) => Ok(Known { about, offer: None, since: None }),
        Err(problem) if problem.code.is_passing() => Ok(Known { about, offer: None, since: None }),
        Err(problem) => Err(about_voucher(&problem).unwrap_or_else(|| money::explain(&problem))),
    }
}

/// Checks what is chosen again when the amount changes, or the network. An amount that is too small hinders the purchase; whatever else
/// is wrong takes the code off.
fn use_checks(connection: ConnectionId, amount: Signal<Option<Rupiah>>, slot: Slot) {
    let away = use_memo(is_away);
    use_resource(move || {
        let Slot { code, mut known, .. } = slot;
        let about = code.read().clone().map(|code| (code, amount(), away()));
        async move {
            let Some(about) = about else { return };
            if known.peek().as_ref().is_some_and(|known| known.about == about) {
                return;
            }
            TimeoutFuture::new(PAUSE_MS).await;
            let (code, amount, offline) = about;
            match look_up(connection, code, amount, offline).await {
                Ok(found) => match found.offer.as_ref().and_then(|offer| offer.refusal) {
                    Some(refusal) if !matches!(refusal, Refusal::BelowMinimum { .. }) => slot.refuse(why_not(refusal)),
                    _ => known.set(Some(found)),
                },
                Err(sentence) => slot.refuse(sentence),
            }
        }
    });
}

#[component]
pub fn Vouchers(connection: ConnectionId, amount: Signal<Option<Rupiah>>, slot: Slot, offline: bool) -> Element {
    use_checks(connection, amount, slot);
    let mut open = use_signal(|| false);
    rsx! {
        Card { class: "wide",
            h2 { {tr("voucher-title")} }
            if let Some(chosen) = (slot.code)() {
                Ticket { code: chosen, amount: amount(), slot }
            } else {
                CodeForm { connection, amount, slot, offline }
                Button { label: tr("voucher-list"), icon: "ticket-percent", kind: "quiet", disabled: offline || amount().is_none(),
                    described: (amount().is_none() && !offline).then_some("voucher-list-why"), onclick: move |_| open.set(true) }
                if amount().is_none() && !offline {
                    p { id: "voucher-list-why", class: "small muted", {tr("voucher-amount-first")} }
                }
            }
        }
        if open() {
            Offers { connection, amount: amount().unwrap_or_default(), onclose: move |()| open.set(false),
                onchoose: move |offer: Offer| {
                    let about = (offer.voucher.code.clone(), amount(), offline);
                    slot.choose(offer.voucher.code.clone(), Known { about, offer: Some(offer), since: None });
                    open.set(false);
                } }
        }
    }
}

/// A code to type, and to be checked.
#[component]
fn CodeForm(connection: ConnectionId, amount: Signal<Option<Rupiah>>, slot: Slot, offline: bool) -> Element {
    let Slot { mut typed, mut wrong, .. } = slot;
    let mut busy = use_signal(|| false);
    let take = move |event: FormEvent| {
        event.prevent_default();
        if busy() {
            return;
        }
        let Ok(code) = typed.peek().parse::<VoucherCode>() else { return wrong.set(Some(tr("voucher-malformed"))) };
        busy.set(true);
        spawn(async move {
            let found = look_up(connection, code.clone(), amount(), offline).await;
            busy.set(false);
            match found {
                Ok(known) => match known.offer.as_ref().and_then(|offer| offer.refusal) {
                    Some(refusal) => wrong.set(Some(why_not(refusal))),
                    None => slot.choose(code, known),
                },
                Err(sentence) => wrong.set(Some(sentence)),
            }
        });
    };
    let is_wrong = wrong.read().is_some();
    rsx! {
        form { class: "field", onsubmit: take,
            label { r#for: "voucher-code", {tr("voucher-code")} }
            div { class: "row",
                div { class: if is_wrong { "input grow bad" } else { "input grow" },
                    input { id: "voucher-code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
                        value: "{typed}", "aria-invalid": if is_wrong { "true" },
                        "aria-describedby": if is_wrong { "voucher-code-error" },
                        oninput: move |event| { wrong.set(None); typed.set(event.value().to_uppercase()); } }
                }
                Button { label: tr("voucher-use"), r#type: "submit", busy: busy(), disabled: typed.read().trim().is_empty() }
            }
            if let Some(wrong) = wrong.read().as_ref() {
                span { id: "voucher-code-error", class: "error", role: "alert", Icon { name: "circle-alert", size: "s" } "{wrong}" }
            }
        }
    }
}

/// The chosen voucher, with what it takes off.
#[component]
fn Ticket(code: VoucherCode, amount: Option<Rupiah>, slot: Slot) -> Element {
    let shared = shared();
    let known = slot.known.read().clone();
    let is_current = known.as_ref().is_some_and(|known| known.about.0 == code && known.about.1 == amount);
    let (offer, since) = known.map_or((None, None), |known| (known.offer, known.since));
    let campaign = offer.as_ref().map(|offer| offer.campaign.clone()).filter(|name| !name.is_empty());
    let refusal = offer.as_ref().and_then(|offer| offer.refusal).filter(|_| is_current);
    let gives = offer.as_ref().filter(|_| is_current && refusal.is_none()).map(|offer| gives(offer, amount));
    let moment = |at| format::moment(at, *shared.now.peek(), device_zone(), language());
    rsx! {
        div { class: if refusal.is_some() { "ticket off" } else { "ticket" }, "data-voucher": "{code.as_str()}",
            Icon { name: "ticket-percent" }
            div { class: "grow", role: "status",
                p { class: "number", {code.as_str()} if let Some(name) = campaign { span { class: "muted small", " · {name}" } } }
                if let Some(refusal) = refusal {
                    p { class: "small warn-text", {why_not(refusal)} }
                } else if let Some(gives) = gives {
                    p { class: "small", "{gives}" }
                } else if is_current {
                    p { class: "small warn-text", {tr("voucher-unchecked")} }
                } else {
                    p { class: "small muted", {tr("voucher-checking")} }
                }
                if let Some(at) = since.filter(|_| is_current) {
                    p { class: "tiny muted", {tra("voucher-as-received", &[("time", moment(at))])} }
                }
            }
            button { r#type: "button", class: "button quiet icon-only", "aria-label": tr("voucher-remove"),
                onclick: move |_| slot.clear(), Icon { name: "x" } }
        }
    }
}

/// `−Rp10.000: Anda membayar Rp90.000`; what it gives in general while there is no amount.
fn gives(offer: &Offer, amount: Option<Rupiah>) -> String {
    match (amount, offer.discount, offer.bonus) {
        (Some(amount), discount, _) if discount > Rupiah(0) => {
            let pays = Rupiah(amount.0 - discount.0);
            tra("voucher-saves", &[("amount", discount.to_string()), ("pays", pays.to_string())])
        }
        (Some(_), _, bonus) if bonus > Rupiah(0) => tra("voucher-adds", &[("amount", bonus.to_string())]),
        _ => benefit(&offer.voucher.benefit),
    }
}

#[component]
fn Offers(connection: ConnectionId, amount: Rupiah, onclose: EventHandler<()>, onchoose: EventHandler<Offer>) -> Element {
    let mut load = use_signal(|| Load::<Vec<Offer>>::Waiting);
    use_future(move || async move {
        load.set(match money::ask(MoneyRequest::Offers(OffersAsked { connection, amount })).await {
            Ok(MoneyResponse::Offers(offers)) => Load::Ready(offers),
            Ok(_) => Load::Waiting,
            Err(problem) => Load::Failed(problem),
        });
    });
    rsx! {
        Dialog { title: tra("voucher-for", &[("amount", amount.to_string())]), sheet: true, onclose,
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![72, 72] } },
                Load::Failed(problem) => rsx! {
                    div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {money::explain(problem)} }
                },
                Load::Ready(offers) if offers.is_empty() => rsx! {
                    Empty { icon: "ticket-percent", title: tr("voucher-none"), next: tr("voucher-none-next") }
                },
                Load::Ready(offers) => rsx! {
                    ul { class: "stack",
                        for offer in offers.clone() {
                            OfferLine { key: "{offer.voucher.code.as_str()}", offer, onchoose }
                        }
                    }
                },
            }
            Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
        }
    }
}

#[component]
fn OfferLine(offer: Offer, onchoose: EventHandler<Offer>) -> Element {
    let code = offer.voucher.code.as_str().to_owned();
    let name = if offer.campaign.is_empty() { code.clone() } else { offer.campaign.clone() };
    let gives = match (offer.discount, offer.bonus) {
        (Rupiah(0), Rupiah(0)) => benefit(&offer.voucher.benefit),
        (discount, Rupiah(0)) => tra("voucher-takes-off", &[("amount", discount.to_string())]),
        (_, bonus) => tra("voucher-adds", &[("amount", bonus.to_string())]),
    };
    let refusal = offer.refusal;
    rsx! {
        li { class: if refusal.is_some() { "ticket off" } else { "ticket" },
            Icon { name: "ticket-percent" }
            div { class: "grow",
                p { class: "number", "{name}" }
                p { class: "small", "{code} · {gives}" }
                if let Some(refusal) = refusal {
                    p { class: "small muted", {why_not(refusal)} }
                }
            }
            if refusal.is_some() {
                StatusChip { tone: "", icon: "circle-slash", label: tr("voucher-unusable"), small: true }
            } else {
                Button { label: tr("voucher-choose"), kind: "primary", onclick: move |_| onchoose.call(offer.clone()) }
            }
        }
    }
}

/// What a voucher takes off what is paid, where the amount to pay stands alone.
#[component]
pub fn Saved(purchase: Purchase) -> Element {
    let Some(code) = purchase.code else { return rsx! {} };
    let code = code.as_str().to_owned();
    let mut lines = vec![("price-discount", purchase.discount, "−"), ("price-bonus", purchase.bonus, "+")];
    lines.retain(|(_, amount, _)| amount.0 > 0);
    rsx! {
        for (key , amount , sign) in lines {
            p { key: "{key}", class: "small good row", "data-saved": "{amount.0}",
                Icon { name: "ticket-percent", size: "s" } {tra(key, &[("code", code.clone())])} " {sign}{amount}" }
        }
    }
}

fn benefit(benefit: &Benefit) -> String {
    let language = language();
    match benefit {
        Benefit::Percentage(per_mille) => tra("voucher-percent", &[("percent", format::percent(*per_mille, language))]),
        Benefit::FixedAmount(amount) => tra("voucher-takes-off", &[("amount", amount.to_string())]),
        Benefit::BonusVolume(volume) => tra("voucher-volume", &[("volume", format::cubic_metres(*volume, language))]),
    }
}

fn why_not(refusal: Refusal) -> String {
    match refusal {
        Refusal::BelowMinimum { minimum } => tra("voucher-below", &[("amount", minimum.to_string())]),
        other => tr(&format!("voucher-{}", other.as_str())),
    }
}
