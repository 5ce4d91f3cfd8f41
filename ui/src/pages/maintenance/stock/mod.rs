//! Pemeliharaan → Suku cadang: how many pieces of each part are in the store and in each van, what has to be counted, and what was used that is in no
//! list. What technicians use is taken from it by itself.

mod forms;

use crate::bridge::new_id;
use crate::components::shell::language;
use crate::components::{Button, Card, Empty, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::maintenance::parts::{Head, Part};
use dioxus::prelude::*;
use domain::core::search::{Search, searched};
use domain::maintenance::stock::{Pieces, StockPlace};
use forms::{Add, Count, Move, Receive, Remove};
use protocol::maintenance::parts::{HeldPart, PartRow, PartStock as Found, UnlistedPart, Van};
use protocol::ui::{AdminRequest, AdminResponse, MaintenanceRequest, MaintenanceResponse};
use uuid::Uuid;

/// What is done, with the key by which it happens once.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    /// A part is put into the list; its name, where it is known.
    Add(Uuid, String),
    Receive(Uuid, PartRow),
    Move(Uuid, PartRow),
    Count(Uuid, PartRow),
    Remove(Uuid, PartRow),
}

/// The stock, as the server has it.
fn stock(answer: AdminResponse) -> Option<Found> {
    match answer {
        AdminResponse::Maintenance(response) => match *response {
            MaintenanceResponse::Parts(found) => Some(found),
            _ => None,
        },
        _ => None,
    }
}

/// `12 buah`.
pub fn pieces(count: Pieces) -> String {
    tra("stock-pieces", &[("n", format::whole(count.0, language()))])
}

/// How a place is called: the store, or whose van it is.
fn place(of: &HeldPart) -> String {
    match of.place {
        StockPlace::Store => tr("stock-store"),
        StockPlace::Van { .. } => tra("stock-van", &[("name", of.name.clone())]),
    }
}

/// Where a part is: the store in any case, and each van that has or had some.
fn places(row: &PartRow) -> Vec<HeldPart> {
    let is_store = |of: &&HeldPart| of.place == StockPlace::Store;
    let store = row.held.iter().find(is_store).cloned();
    let store = store.unwrap_or(HeldPart { place: StockPlace::Store, name: String::new(), pieces: Pieces::ZERO });
    std::iter::once(store).chain(row.held.iter().filter(|of| !is_store(of)).cloned()).collect()
}

/// Where a part can be counted: where it is, and each van besides, into which somebody may have put some.
fn countable(row: &PartRow, vans: &[Van]) -> Vec<HeldPart> {
    let mut all = places(row);
    for van in vans {
        let here = StockPlace::Van { technician: van.id };
        if all.iter().all(|of| of.place != here) {
            all.push(HeldPart { place: here, name: van.name.clone(), pieces: Pieces::ZERO });
        }
    }
    all
}

/// Whether a part has to be counted somewhere.
fn needs_count(row: &PartRow) -> bool {
    row.held.iter().any(|of| of.pieces.needs_count())
}

/// The page.
#[component]
pub fn WorkParts() -> Element {
    let mut doing = use_signal(|| None::<Doing>);
    let mut typed = use_signal(String::new);
    let server = use_server_view(|| AdminRequest::Maintenance(MaintenanceRequest::Parts), stock);
    let latest = server.latest.read().clone();
    let add = move |_: MouseEvent| doing.set(Some(Doing::Add(new_id(), String::new())));
    rsx! {
        div { class: "page office maintenance",
            Head { here: Part::Stock, title: tr("maintenance-stock"),
                Button { label: tr("stock-add"), kind: "primary", icon: "plus", disabled: is_away() || latest.is_none(), onclick: add }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() && latest.is_some() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("stock-away")} }
            }
            match latest.clone() {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "work-parts", heights: vec![160, 160], onretry: move |()| server.again() } },
                Some(found) if found.parts.is_empty() => rsx! {
                    Card {
                        Empty { icon: "settings", title: tr("stock-none"), next: tr("stock-none-next"),
                            Button { label: tr("stock-add"), icon: "plus", disabled: is_away(), onclick: add }
                        }
                    }
                    Unlisted { unlisted: found.unlisted, onadd: move |name| doing.set(Some(Doing::Add(new_id(), name))) }
                },
                Some(found) => rsx! {
                    p { class: "muted small", {tr("stock-lead")} }
                    Listed { found, typed: typed(), ontype: move |text| typed.set(text), ondo: move |what| doing.set(Some(what)) }
                },
            }
        }
        Dialogs { doing, found: latest, server }
    }
}

/// The parts that a search leaves, and what is in no list.
#[component]
fn Listed(found: Found, typed: String, ontype: EventHandler<String>, ondo: EventHandler<Doing>) -> Element {
    let search = Search::new(&typed);
    let wanted = found.parts.iter().filter(|row| search.is_empty() || search.finds(&searched([row.name.as_str()])));
    let wanted: Vec<PartRow> = wanted.cloned().collect();
    let to_count = wanted.iter().filter(|row| needs_count(row)).count();
    let counts = [("n", wanted.len().to_string()), ("count", to_count.to_string())];
    let has_vans = !found.vans.is_empty();
    rsx! {
        div { class: "controls", role: "search", "aria-label": tr("stock-search"),
            div { class: "input compact search",
                Icon { name: "search", size: "s" }
                input { id: "stock-search", r#type: "search", "aria-label": tr("stock-search"), placeholder: tr("stock-search"), value: "{typed}",
                    oninput: move |event| ontype.call(event.value()) }
            }
        }
        p { class: "muted small", role: "status", {tra("stock-found", &counts)} }
        if !has_vans {
            p { class: "muted small", {tr("stock-nobody")} }
        }
        if wanted.is_empty() {
            Card {
                Empty { icon: "search", title: tr("stock-no-match"), next: tr("stock-no-match-next"),
                    Button { label: tr("clear-filter"), icon: "x", onclick: move |_| ontype.call(String::new()) }
                }
            }
        }
        div { class: "maintenance-lists",
            for row in wanted {
                Line { key: "{row.id}", row, has_vans, ondo }
            }
        }
        Unlisted { unlisted: found.unlisted, onadd: move |name| ondo.call(Doing::Add(new_id(), name)) }
    }
}

/// A part, where how many of it are, and what can be done about it.
#[component]
fn Line(row: PartRow, has_vans: bool, ondo: EventHandler<Doing>) -> Element {
    let away = is_away();
    let name = row.name.clone();
    // A van can have some though nobody drives it any more.
    let can_move = has_vans || row.held.iter().any(|of| of.place != StockPlace::Store);
    let (receives, moves, counts, removes) = (row.clone(), row.clone(), row.clone(), row.clone());
    rsx! {
        Card { class: "wide",
            div { "data-part": "{name}",
                h2 { "{name}" }
                ul { class: "list", "aria-label": "{name}",
                    for (number , of) in places(&row).into_iter().enumerate() {
                        li { key: "{number}", "data-pieces": "{of.pieces.0}",
                            p { class: "grow", {place(&of)} }
                            if of.pieces.needs_count() {
                                StatusChip { tone: "warn", icon: "triangle-alert", label: tr("stock-needs-count"), small: true }
                            }
                            p { class: "number", {pieces(of.pieces)} }
                        }
                    }
                }
                div { class: "row wrap edge tools",
                    Button { label: tr("stock-receive"), kind: "quiet", icon: "arrow-down", disabled: away,
                        onclick: move |_| ondo.call(Doing::Receive(new_id(), receives.clone())) }
                    Button { label: tr("stock-move"), kind: "quiet", icon: "car", disabled: away || !can_move,
                        onclick: move |_| ondo.call(Doing::Move(new_id(), moves.clone())) }
                    Button { label: tr("stock-count"), kind: "quiet", icon: "list-checks", disabled: away,
                        onclick: move |_| ondo.call(Doing::Count(new_id(), counts.clone())) }
                    Button { label: tr("stock-remove"), kind: "quiet", icon: "trash-2", disabled: away,
                        onclick: move |_| ondo.call(Doing::Remove(new_id(), removes.clone())) }
                }
            }
        }
    }
}

/// Parts that were used and are in no list.
#[component]
fn Unlisted(unlisted: Vec<UnlistedPart>, onadd: EventHandler<String>) -> Element {
    if unlisted.is_empty() {
        return rsx! {};
    }
    rsx! {
        Card { class: "wide",
            h2 { {tr("stock-unlisted")} }
            p { class: "muted small", {tr("stock-unlisted-lead")} }
            ul { class: "list", "aria-label": tr("stock-unlisted"),
                for part in unlisted {
                    li { key: "{part.name}", "data-unlisted": "{part.name}",
                        p { class: "grow", "{part.name}" }
                        span { class: "muted small", {tra("stock-used", &[("n", format::whole(part.pieces.0, language()))])} }
                        Button { label: tr("stock-unlisted-add"), kind: "quiet", icon: "plus", disabled: is_away(),
                            onclick: { let name = part.name.clone(); move |_| onadd.call(name.clone()) } }
                    }
                }
            }
        }
    }
}

/// The dialog of what is done, if something is.
#[component]
fn Dialogs(doing: Signal<Option<Doing>>, found: Option<Found>, server: ServerView<Found>) -> Element {
    let close = move |()| doing.set(None);
    let vans = found.map(|found| found.vans).unwrap_or_default();
    match doing() {
        None => rsx! {},
        Some(Doing::Add(of, name)) => rsx! { Add { of, name, server, onclose: close } },
        Some(Doing::Receive(of, row)) => rsx! { Receive { of, row, server, onclose: close } },
        Some(Doing::Move(of, row)) => rsx! { Move { of, row, vans, server, onclose: close } },
        Some(Doing::Count(of, row)) => rsx! { Count { of, row, vans, server, onclose: close } },
        Some(Doing::Remove(of, row)) => rsx! { Remove { of, row, server, onclose: close } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{PartId, UserId};

    fn van(number: u128) -> StockPlace {
        StockPlace::Van { technician: UserId(Uuid::from_u128(number)) }
    }

    fn held(place: StockPlace, pieces: i64) -> HeldPart {
        HeldPart { place, name: "Budi".into(), pieces: Pieces(pieces) }
    }

    #[test]
    fn a_part_is_shown_in_the_store_though_none_ever_came_and_can_be_counted_in_every_van() {
        let row = PartRow { id: PartId(Uuid::nil()), name: "Paking".into(), held: vec![held(van(1), -2)] };
        let shown: Vec<_> = places(&row).into_iter().map(|of| (of.place, of.pieces.0)).collect();
        assert_eq!(shown, [(StockPlace::Store, 0), (van(1), -2)]);
        assert!(needs_count(&row));
        let vans = [1, 2].map(|number| Van { id: UserId(Uuid::from_u128(number)), name: "Budi".into() });
        let counted: Vec<_> = countable(&row, &vans).into_iter().map(|of| (of.place, of.pieces.0)).collect();
        assert_eq!(counted, [(StockPlace::Store, 0), (van(1), -2), (van(2), 0)]);
    }
}
