//! What somebody does on a page, as steps of the screens' tests. Each waits until what it needs is there and can be used, and acts in the same
//! execution of a script that found it, so that a slow machine makes a test longer and nothing else.

use crate::driver::{text, until};
use crate::host::Host;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use std::path::Path;
use std::time::{Duration, Instant};

/// What has a page: a host, or the page itself.
pub trait HasPage {
    /// The page.
    fn page(&self) -> &Client;
}

impl HasPage for Client {
    fn page(&self) -> &Client {
        self
    }
}

impl HasPage for Host {
    fn page(&self) -> &Client {
        &self.driven.page
    }
}

/// The dialog on top, or the page where there is none.
const TOP: &str = "([...document.querySelectorAll('.dialog')].at(-1) ?? document.querySelector('main'))";

/// A script that finds, among elements, what is called so, or else what is called by words that begin so.
fn called(elements: &str, label: &str) -> String {
    format!(
        "((all) => all.find((it) => it.innerText.trim() === {label:?}) ?? all.find((it) => it.innerText.trim().startsWith({label:?})))([...{elements}])"
    )
}

/// Goes to an address of the app, such as `pelanggan?cari=budi`.
pub async fn go(on: &impl HasPage, address: &str) {
    let gone = format!("document.querySelector('main') && (location.hash = {:?})", format!("#/{address}"));
    until(on.page(), address, &gone).await;
}

/// Waits until the page has these words.
pub async fn shown(on: &impl HasPage, words: &str) {
    until(on.page(), words, &format!("document.body.innerText.includes({words:?})")).await;
}

/// Presses the button with that word, or whose words begin so: in the dialog on top, or on the page where there is none.
pub async fn press(on: &impl HasPage, label: &str) {
    let button = called(&format!("{TOP}.querySelectorAll('button:enabled')"), label);
    press_found(on, label, &button).await;
}

/// Presses the button with exactly that word, the first one in elements of a selector.
pub async fn press_in(on: &impl HasPage, inside: &str, label: &str) {
    let button = format!(
        "[...document.querySelectorAll({:?})].find((it) => it.innerText.trim() === {label:?})",
        format!(":is({inside}) button")
    );
    press_found(on, label, &button).await;
}

/// Follows the link with that word, or whose words begin so, as [`press`] does with a button.
pub async fn follow(on: &impl HasPage, label: &str) {
    let link = called(&format!("{TOP}.querySelectorAll('a')"), label);
    press_found(on, label, &link).await;
}

/// Presses what a script finds, as soon as it finds something that can be pressed.
pub async fn press_found(on: &impl HasPage, what: &str, element: &str) {
    until(on.page(), what, &format!("((it) => it && !it.disabled && (it.click(), true))({element})")).await;
}

/// Presses a button of the dialog on top, and waits until that dialog is closed: what was asked for was answered. Not for a dialog that stays
/// and says what is wrong.
pub async fn confirm(on: &impl HasPage, label: &str) {
    let button = called("top.querySelectorAll('button:enabled')", label);
    let script = format!(
        "((top) => {{ const it = {button}; it?.click(); return it && top.id; }})([...document.querySelectorAll('.dialog[id]')].at(-1))"
    );
    let dialog = until(on.page(), label, &script).await;
    until(on.page(), &format!("the end of the dialog after {label}"), &format!("!document.getElementById({dialog})")).await;
}

/// Puts the focus on the first element of a selector, for keys that follow.
pub async fn focus(on: &impl HasPage, css: &str) {
    let focused = format!("((it) => it && (it.focus(), it.contains(document.activeElement)))(document.querySelector({css:?}))");
    until(on.page(), &format!("the focus on {css}"), &focused).await;
}

/// Types into the field of an identifier, after emptying it.
pub async fn fill(on: &impl HasPage, id: &str, value: &str) {
    type_into(on.page(), &format!("[id={id:?}]"), (Before::Emptied, value)).await;
}

/// Types into the search of the page, after emptying it.
pub async fn search(on: &impl HasPage, words: &str) {
    type_into(on.page(), "main input[type=search]", (Before::Emptied, words)).await;
}

/// Gives a file to the input of an identifier, as the system's dialog would.
pub async fn attach(on: &impl HasPage, id: &str, file: &Path) {
    type_into(on.page(), &format!("input[id={id:?}]"), (Before::AsItIs, &file.display().to_string())).await;
}

/// What is done to a field before something is typed.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Emptied,
    AsItIs,
}

async fn once(page: &Client, css: &str, (before, value): (Before, &str)) -> Result<(), CmdError> {
    let field = page.find(Locator::Css(css)).await?;
    match before {
        Before::Emptied if value.is_empty() => return field.clear().await,
        // What is typed takes the place of what is selected, in one event. A driver that empties a field sends `change` and no `input`: the page may
        // draw what it knows once more in between, and what is typed would stand behind that.
        Before::Emptied => {
            page.execute(&format!("((it) => {{ it.focus(); it.select(); }})(document.querySelector({css:?}))"), vec![]).await?;
        }
        Before::AsItIs => {}
    }
    field.send_keys(value).await
}

/// Types once the field is there and enabled, and again where it was drawn anew in between.
async fn type_into(page: &Client, css: &str, typed: (Before, &str)) {
    let (end, mut poll) = (Instant::now() + Duration::from_secs(20), tokio::time::interval(Duration::from_millis(25)));
    loop {
        until(page, css, &format!("document.querySelector({css:?})?.matches(':enabled')")).await;
        let Err(error) = once(page, css, typed).await else { return };
        assert!(Instant::now() < end, "{css} takes nothing: {error}; the page says: {}", text(page).await);
        poll.tick().await;
    }
}

/// Sets a field that people do not fill in letter by letter, such as a day or a time.
pub async fn set(on: &impl HasPage, css: &str, value: &str) {
    let script = format!(
        "((it) => {{ if (!it) return false; it.value = {value:?}; \
         for (const kind of ['input', 'change']) it.dispatchEvent(new Event(kind, {{ bubbles: true }})); return true; }})\
         ([...document.querySelectorAll({css:?})].find((it) => it.matches(':enabled')))"
    );
    until(on.page(), css, &script).await;
}

/// Chooses by value or by word, in the first list of a selector that offers it.
pub async fn choose(on: &impl HasPage, lists: &str, choice: &str) {
    let script = format!(
        "((it) => {{ if (!it) return false; const list = it.closest('select'); list.value = it.value; \
         list.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})\
         ([...document.querySelectorAll({lists:?})].filter((it) => it.matches(':enabled')).flatMap((it) => [...it.options])\
         .find((it) => !it.disabled && (it.value === {choice:?} || it.text.trim() === {choice:?})))"
    );
    until(on.page(), &format!("{choice:?} in {lists}"), &script).await;
}

/// What a host answers where the server has a fault of its own.
const FAULT: &str = "new Response(JSON.stringify({ Err: { code: 'internal', detail: 'as the test has it' } }))";

/// Has a script answer each request that has these words.
async fn answer_by(on: &impl HasPage, words: &str, answer: &str) {
    let script = format!(
        "window.unbroken ??= window.fetch; const held = new Promise((done) => (window.letGo = done)); \
         window.fetch = (to, how) => String(how?.body ?? '').includes({words:?}) ? {answer} : window.unbroken(to, how);"
    );
    on.page().execute(&script, vec![]).await.expect("runs");
}

/// Has each request that has these words fail from now on, until [`answer_again`].
pub async fn fail(on: &impl HasPage, words: &str) {
    answer_by(on, words, &format!("Promise.resolve({FAULT})")).await;
}

/// Has each request that has these words wait from now on, to fail at [`fail_held`].
pub async fn hold(on: &impl HasPage, words: &str) {
    answer_by(on, words, &format!("held.then(() => {FAULT})")).await;
}

/// Has the requests of [`hold`] fail.
pub async fn fail_held(on: &impl HasPage) {
    on.page().execute("window.letGo();", vec![]).await.expect("runs");
}

/// Has all requests answered by the host again.
pub async fn answer_again(on: &impl HasPage) {
    on.page().execute("window.fetch = window.unbroken;", vec![]).await.expect("runs");
}
