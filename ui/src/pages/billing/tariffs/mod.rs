//! Pengaturan → Tarif: each class with its versions in time, and the next one. None is ever changed: another one takes its place.

mod draft;
mod editor;
mod preview;
mod version;

use crate::bridge;
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Icon, Segmented};
use crate::format;
use crate::i18n::tr;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, request, use_server_view};
use crate::pages::admin::parts::{Confirm, SettingsPart, SettingsParts};
use crate::pages::admin::words::say;
use crate::state::{Form, shared};
use dioxus::prelude::*;
use domain::LocalDay;
use domain::billing::tariff::{TariffClass, TariffVersion, version_on};
use draft::Draft;
use editor::Editor;
pub use preview::signed;
use protocol::sales::admin::{TariffRow, TariffWithdrawal, Tariffs as All};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;
use version::VersionCard;
pub use version::range;

/// Whether a version holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds today.
    Now,
    /// It begins later.
    Later,
    /// It held until this day.
    Until(LocalDay),
    /// Another one that begins on the same day took its place before it ever held.
    Replaced,
    /// An admin withdrew it before it began.
    Withdrawn,
}

/// The versions of a class in the order in which they hold, the last one first, each with its standing.
fn timeline(all: &All, class: TariffClass) -> Vec<(TariffRow, Standing)> {
    let of_class = all.versions.iter().filter(|row| row.version.class == class);
    let (gone, rows): (Vec<&TariffRow>, Vec<&TariffRow>) = of_class.partition(|row| row.withdrawn.is_some());
    let versions: Vec<TariffVersion> = rows.iter().map(|row| row.version.clone()).collect();
    let holds = version_on(&versions, all.today);
    let mut line: Vec<(TariffRow, Standing)> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let from = row.version.effective_from;
            let is_replaced = versions[at + 1..].iter().any(|later| later.effective_from == from);
            let next = versions.iter().map(|version| version.effective_from).filter(|start| *start > from).min();
            let standing = match next {
                _ if is_replaced => Standing::Replaced,
                _ if holds.is_some_and(|holding| std::ptr::eq(holding, &versions[at])) => Standing::Now,
                _ if from > all.today => Standing::Later,
                Some(next) => Standing::Until(next.plus(-1)),
                None => Standing::Now,
            };
            ((*row).clone(), standing)
        })
        .collect();
    line.extend(gone.into_iter().map(|row| (row.clone(), Standing::Withdrawn)));
    let is_over = |standing: &Standing| matches!(standing, Standing::Replaced | Standing::Withdrawn);
    line.sort_by_key(|(row, standing)| std::cmp::Reverse((row.version.effective_from, !is_over(standing), row.at)));
    line
}

/// The version after which another one is written: the one that begins last of those that hold or will.
fn last_version(line: &[(TariffRow, Standing)]) -> Option<TariffVersion> {
    let counts = |standing: &Standing| !matches!(standing, Standing::Replaced | Standing::Withdrawn);
    line.iter().find(|(_, standing)| counts(standing)).map(|(row, _)| row.version.clone())
}

/// Opens the form where somebody has asked for it from elsewhere, as soon as there is what it begins with.
fn use_wanted(server: ServerView<All>, class: Signal<TariffClass>, mut editing: Signal<Option<Draft>>) {
    let shared = shared();
    let mut wanted = shared.to_make;
    let language = language();
    use_effect(move || {
        let latest = server.latest.read();
        let Some(all) = latest.as_ref().filter(|_| wanted() == Some(Form::Tariff)) else { return };
        wanted.set(None);
        if is_away() {
            return shared.toast(tr("money-away"));
        }
        editing.set(last_version(&timeline(all, *class.peek())).map(|version| Draft::after(&version, all.today, language)));
    });
}

/// The admin's tariffs.
#[component]
pub fn Tariffs() -> Element {
    let language = language();
    let mut class = use_signal(|| TariffClass::Residential);
    let mut editing = use_signal(|| None::<Draft>);
    let mut withdrawing = use_signal(|| None::<(Uuid, TariffRow)>);
    let server = use_server_view(
        || AdminRequest::Tariffs,
        |response| match response {
            AdminResponse::Tariffs(all) => Some(all),
            _ => None,
        },
    );
    use_wanted(server, class, editing);
    let choices = TariffClass::ALL.map(|class| (class, tr(&format!("class-{}", class.as_str())))).to_vec();
    let latest = server.latest.read().clone();
    rsx! {
        div { class: "page narrow office tariffs",
            header { class: "page-head row wrap",
                div { class: "grow",
                    p { class: "muted small", {tr("settings-title")} }
                    h1 { {tr("tariffs-title")} }
                }
                span { class: "only-phone", SyncMark {} }
            }
            SettingsParts { here: SettingsPart::Tariffs }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "tariffs", heights: vec![48, 220, 220], onretry: move |()| server.again() } },
                Some(all) => {
                    let line = timeline(&all, class());
                    let today = all.today;
                    let last = last_version(&line);
                    rsx! {
                        Segmented { label: tr("tariff-class"), choices, chosen: class(), full: true, onchoose: move |chosen| class.set(chosen) }
                        div { class: "row between wrap",
                            p { class: "muted small grow", {tr("tariffs-lead")} }
                            Button { label: tr("tariff-new"), kind: "primary", icon: "plus", disabled: is_away() || last.is_none(),
                                onclick: move |_| editing.set(last.as_ref().map(|version| Draft::after(version, today, language))) }
                        }
                        if is_away() {
                            p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("money-away")} }
                        }
                        ol { class: "timeline",
                            for (row , standing) in line {
                                VersionCard { key: "{row.id}", row: row.clone(), standing,
                                    onwithdraw: { let row = row.clone(); move |()| withdrawing.set(Some((bridge::new_id(), row.clone()))) },
                                    onreplace: move |()| editing.set(Some(Draft::instead(&row.version, language))) }
                            }
                        }
                        if let Some((key, row)) = withdrawing() {
                            Withdraw { key: "{key}", id: key, row, onclose: move |()| withdrawing.set(None), ondone: move |all: All| {
                                withdrawing.set(None);
                                server.take(all);
                            } }
                        }
                        if let Some(draft) = editing() {
                            Editor { draft, all: all.clone(), onclose: move |()| editing.set(None), onmade: move |all: All| {
                                editing.set(None);
                                server.take(all);
                            } }
                        }
                    }
                },
            }
        }
    }
}

/// The question before a version is withdrawn; `id` is that of the request.
#[component]
fn Withdraw(id: Uuid, row: TariffRow, onclose: EventHandler<()>, ondone: EventHandler<All>) -> Element {
    let (shared, language) = (shared(), language());
    let mut busy = use_signal(|| false);
    let mut refused = use_signal(|| None::<String>);
    let (of, version) = (row.id, row.version);
    let rows = vec![
        (tr("tariff-class"), tr(&format!("class-{}", version.class.as_str()))),
        (tr("tariff-first-day"), format::date(version.effective_from, language)),
        (tr("tariff-decree"), if version.decree.is_empty() { tr("value-empty") } else { version.decree }),
    ];
    let withdraw = move |()| {
        if busy.replace(true) {
            return;
        }
        spawn(async move {
            match request(AdminRequest::WithdrawTariff(TariffWithdrawal { key: id, of })).await {
                Ok(AdminResponse::Tariffs(all)) => {
                    shared.toast(tr("tariff-withdrawn-done"));
                    return ondone.call(all);
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    rsx! {
        Confirm { title: tr("tariff-withdraw-title"), rows, note: tr("tariff-withdraw-note"), label: tr("tariff-withdraw"), kind: "danger", icon: "undo-2",
            busy: busy(), refused: refused(), onyes: withdraw, onback: move |()| onclose.call(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UtcMillis;
    use domain::billing::tariff::defaults;

    #[test]
    fn a_replaced_version_follows_the_one_that_replaced_it() {
        let row = |start, at| TariffRow {
            id: Uuid::from_u128(at as u128),
            version: defaults(LocalDay(start)).remove(0),
            author: String::new(),
            at: UtcMillis(at),
            withdrawn: None,
        };
        let all = All { today: LocalDay(100), versions: vec![row(0, 1), row(200, 2), row(50, 3), row(200, 4)] };
        let line = timeline(&all, TariffClass::Residential);
        let standings: Vec<_> = line.iter().map(|(row, standing)| (row.at.0, *standing)).collect();
        assert_eq!(
            standings,
            [(4, Standing::Later), (2, Standing::Replaced), (3, Standing::Now), (1, Standing::Until(LocalDay(49)))]
        );
    }
}
