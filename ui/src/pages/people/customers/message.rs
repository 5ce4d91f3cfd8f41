//! A message to everybody who is ticked: its words in one language or both, whom it reaches, and that it cannot be recalled, before it is sent.

use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Dialog, Failed, Icon, Skeleton, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Entry, Reason, Refused, Sums};
use crate::pages::people::customers::ask::{ask, response};
use crate::state::{Load, shared, use_answer_of};
use dioxus::prelude::*;
use domain::AnnouncementId;
use domain::alerts::announcement::{Announcement, LONGEST_TEXT, LONGEST_TITLE, MOST_A_DAY, Wording, Wrong};
use protocol::ui::bulk::{NewAnnouncement, Reach, Selection};
use protocol::ui::{BulkRequest, BulkResponse, Keeping, Phase, Request};

fn empty() -> Wording {
    Wording { title: String::new(), text: String::new() }
}

/// The dialog. `ondone` is called once the message waits for the server, or is on its way.
#[component]
pub fn MessageDialog(selection: Selection, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let selection = use_signal(|| selection);
    let id = use_signal(empty);
    let en = use_signal(empty);
    let mut has_english = use_signal(|| false);
    let mut tried = use_signal(|| false);
    let words = move || Announcement { id: id(), en: has_english().then(|| en.read().clone()) };
    let shared = shared();
    let sending = use_sending();
    let mut refused = use_signal(|| None::<String>);
    // Without a keyring nothing can wait on this device: that is shown beforehand.
    let keeping = shared.session.read().as_ref().map(|session| session.keeping);
    let is_locked = keeping == Some(Keeping::ThisRun) && shared.sync.read().phase != Phase::Live;
    let send = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        refused.set(None);
        let Ok(words) = words().clean() else { return };
        sending.once(async move {
            let new = NewAnnouncement { id: AnnouncementId(sending.id()), selection: selection.peek().clone(), words };
            match ask(BulkRequest::Announce(Box::new(new))).await {
                Ok(_) => {
                    let is_live = shared.sync.peek().phase == Phase::Live;
                    shared.toast(tr(if is_live { "announcement-sent" } else { "announcement-waits" }));
                    onclose.call(());
                    ondone.call(());
                }
                Err(problem) => refused.set(Some(explain(&problem))),
            }
        });
    };
    rsx! {
        Dialog { title: tr("announcement-title"), keeps: true, of: "bulk", onclose: move |()| if !sending.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: send,
                WordsForm { of: "id", words: id, tried: tried() }
                label { class: "tick row",
                    input { id: "announcement-english", r#type: "checkbox", checked: has_english(),
                        onchange: move |event| has_english.set(event.checked()) }
                    {tr("announcement-english")}
                }
                if has_english() {
                    WordsForm { of: "en", words: en, tried: tried() }
                }
                Reached { selection }
                p { class: "small muted row top", Icon { name: "info", size: "s" }
                    span { {tra("announcement-note", &[("n", format::whole(MOST_A_DAY as i64, language()))])} }
                }
                div { class: "banner warn", Icon { name: "triangle-alert" } p { class: "small", {tr("announcement-final")} } }
                if is_locked {
                    div { class: "banner warn", Icon { name: "shield-alert" } p { class: "small", {tr("no-offline-edit")} } }
                }
                Refused { text: refused() }
                div { class: "row wrap actions",
                    Button { label: tr("announcement-send"), kind: "primary", icon: "bell", r#type: "submit", busy: sending.is_busy(), disabled: is_locked }
                    Button { label: tr("back"), kind: "quiet", disabled: sending.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// Title and text in one language, with how much room is left.
#[component]
fn WordsForm(of: &'static str, words: Signal<Wording>, tried: bool) -> Element {
    let mut words = words;
    let Wording { title, text } = words();
    // The text is judged once the title is right.
    let wrong = words.read().clean().err().filter(|_| tried);
    let whole = |count: usize| format::whole(count as i64, language());
    let room = |used: usize, longest: usize| tra("announcement-room", &[("used", whole(used)), ("longest", whole(longest))]);
    rsx! {
        Entry { id: "announcement-title-{of}", label: tr(&format!("announcement-title-{of}")), value: title.clone(),
            hint: room(title.chars().count(), LONGEST_TITLE),
            error: (wrong == Some(Wrong::Title)).then(|| tra("announcement-title-wrong", &[("n", whole(LONGEST_TITLE))])),
            oninput: move |typed| words.with_mut(|words| words.title = typed) }
        Reason { id: "announcement-text-{of}", label: tr(&format!("announcement-text-{of}")), value: text.clone(), longest: LONGEST_TEXT,
            hint: room(text.chars().count(), LONGEST_TEXT),
            error: (wrong == Some(Wrong::Text)).then(|| tra("announcement-text-wrong", &[("n", whole(LONGEST_TEXT))])),
            oninput: move |typed| words.with_mut(|words| words.text = typed) }
    }
}

/// How many customers, and how many people, it is for.
#[component]
fn Reached(selection: Signal<Selection>) -> Element {
    let shared = shared();
    let phase = use_memo(move || shared.sync.read().phase);
    let load = use_answer_of(
        move || {
            // Once the server can be asked, it is.
            phase.read();
            Request::Bulk(BulkRequest::Reach(selection.read().clone()))
        },
        |answer| match response(answer)? {
            BulkResponse::Reach(reach) => Some(reach),
            _ => None,
        },
    );
    let whole = |count: u32| format::whole(i64::from(count), language());
    rsx! {
        match &*load.read() {
            Load::Waiting => rsx! { Skeleton { heights: vec![72] } },
            Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
            Load::Ready(Reach { customers, people }) => rsx! {
                div { class: "stack", role: "status", "data-preview": "message",
                    if let Some(people) = people {
                        Sums { rows: vec![(tr("bulk-selected"), whole(*customers)), (tr("announcement-people"), whole(*people))] }
                        if *people == 0 {
                            p { class: "small row top", Icon { name: "info", size: "s" } span { {tr("announcement-nobody")} } }
                        }
                    } else {
                        Sums { rows: vec![(tr("bulk-selected"), whole(*customers))] }
                        p { class: "small row top", Icon { name: "cloud-off", size: "s" } span { {tr("announcement-unknown")} } }
                    }
                }
            },
        }
    }
}
