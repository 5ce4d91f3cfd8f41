//! The screens of editing for everybody: axe finds nothing on Pelanggan, on Antrean with what waits and what was refused, and on what two
//! people changed, in both languages and both themes.

use domain::sync::edit::CustomerField;
use fantoccini::Client;
use protocol::sync::push::Operation;
use protocol::ui::Request;
use serde_json::Value;
use tests::axe::{self, ANY, audit};
use tests::driver::until;
use tests::host::{Host, sign_in};
use tests::ops::{edit, op, push};
use tests::steps::{go, press_found};
use tests::world::{Running, World};
use uuid::Uuid;

async fn bridge(page: &Client, request: &Value) {
    let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: arguments[0] }).then(r => r.text()).then(done)";
    let said = page.execute_async(script, vec![request.to_string().into()]).await.expect("asked");
    assert!(!said.to_string().contains("Err"), "{said}");
}

async fn submit(page: &Client, command: Operation) {
    bridge(page, &serde_json::to_value(Request::Submit(command)).expect("JSON")).await;
}

/// A customer with a conflict, an outbox with something refused for each reason to be shown, and something that waits.
async fn everything_at_once(running: Running, host: &Host) -> World {
    let id = running.world.customers[0];
    let page = &host.driven.page;
    let two = ["Sari Lestari", "Dewi Anggraini"].map(|to| edit(id, &[(CustomerField::Name, "Pelanggan", to)]));
    push(&running, "admin", two.iter().map(|command| op(Uuid::now_v7(), 1, None, command)).collect()).await;
    let phone = edit(id, &[(CustomerField::Phone, "", "+62 811 111 222")]);
    push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &phone)]).await;
    sign_in(host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail, .tabs')").await;
    go(page, "antrean").await;
    until(page, "the conflict", "document.querySelector('[data-conflict=name]')").await;
    // One that could be sent again, and one that is no value however often it is sent.
    submit(page, edit(id, &[(CustomerField::Phone, "+62 800 000 000", "+62 899 999 999")])).await;
    until(page, "a refusal", "document.querySelectorAll('[data-state=op-parked]').length === 1").await;
    submit(page, edit(id, &[(CustomerField::PostalCode, "", "abc")])).await;
    until(page, "both refusals", "document.querySelectorAll('[data-state=op-parked]').length === 2").await;
    let Running { world, server } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    submit(page, edit(id, &[(CustomerField::City, "", "Bandung")])).await;
    until(page, "what waits", "document.querySelector('[data-state=op-waiting]')").await;
    world
}

async fn look_around(page: &Client, axe: &str, what: &str, findings: &mut Vec<String>) {
    go(page, "antrean").await;
    until(page, "what waits", "document.querySelector('[data-state=op-waiting]') && document.querySelector('[data-conflict]')")
        .await;
    findings.extend(audit(page, axe, &format!("{what}: outbox"), ANY).await);
    press_found(page, "discard", "[...document.querySelectorAll('[data-state=op-parked] button')].at(-1)").await;
    until(page, "the question", "document.querySelector('.dialog')").await;
    findings.extend(audit(page, axe, &format!("{what}: discard"), ANY).await);
    press_found(page, "the way back", "[...document.querySelectorAll('.dialog button')].at(-1)").await;
    until(page, "no question", "!document.querySelector('.dialog')").await;
    go(page, "pelanggan").await;
    until(page, "the list", "document.querySelectorAll('.customer-row').length === 2").await;
    findings.extend(audit(page, axe, &format!("{what}: customers"), ANY).await);
    let row = "[...document.querySelectorAll('.customer-row')].find(r => r.querySelector('.who').innerText.includes('000'))";
    press_found(page, "the customer", row).await;
    until(
        page,
        "the customer and the conflict",
        "document.querySelector('.facts') && document.querySelector('[data-conflict=name]')",
    )
    .await;
    findings.extend(audit(page, axe, &format!("{what}: customer with a conflict"), ANY).await);
    let edit = "[...document.querySelectorAll('main button')].find(b => /^(Ubah|Edit)/.test(b.innerText.trim()))";
    press_found(page, "the way to the form", edit).await;
    until(page, "the form", "document.querySelector('#customer-name')").await;
    findings.extend(audit(page, axe, &format!("{what}: form"), ANY).await);
}

async fn editing_is_for_everybody(size: (u32, u32)) {
    let running = World::new().start().await;
    let axe = axe::script();
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), size).await;
    let world = everything_at_once(running, &host).await;
    let page = &host.driven.page;
    let mut findings = Vec::new();
    for language in ["id", "en"] {
        for theme in ["light", "dark"] {
            bridge(
                page,
                &serde_json::json!({ "ask": "set_preferences", "language": language, "theme": theme, "motion": "still" }),
            )
            .await;
            let set =
                format!("document.documentElement.dataset.theme === '{theme}' && document.documentElement.lang === '{language}'");
            until(page, "language and theme", &set).await;
            look_around(page, &axe, &format!("{language} {theme} {}", size.0), &mut findings).await;
        }
    }
    // What finds nothing has to be able to find something.
    page.execute("document.querySelector('main').append(new Image())", vec![]).await.expect("spoilt");
    assert!(!audit(page, &axe, "a picture without a word", ANY).await.is_empty(), "axe audits what is there");
    host.end().await;
    drop(world);
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_editing_pass_axe_on_a_desktop_in_both_languages_and_themes() {
    editing_is_for_everybody((1_280, 800)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_editing_pass_axe_on_a_phone_in_both_languages_and_themes() {
    editing_is_for_everybody((390, 844)).await;
}
