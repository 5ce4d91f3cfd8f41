//! Inviting users on the screens: an admin invites somebody, who sets a password with the code that was handed over, or by the link of the
//! mail, and is signed in; and the utility's name and logo as receipts have them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::people::users::Users;
use protocol::sales::utility::UtilityIdentity;
use serde_json::json;
use sync_server::alerts::config::Alerts;
use sync_server::core::Clock;
use tests::alerts::{start, until_states};
use tests::axe::{self, ANY, audit, in_themes};
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::mail::MailServer;
use tests::steps::{attach, confirm, fill, go, press, shown};
use tests::world::{Running, World};

const NEW: &str = "sungai-jernih-7";
const PHONE: (u32, u32) = (390, 844);
const DESKTOP: (u32, u32) = (1_440, 900);

/// A PNG of 48 by 24 pixels.
const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAADAAAAAYCAIAAAAzn+mLAAAALElEQVR42u3OQQkAAAgEsPsb1WLGtIbgYAGW6jklQkJCQkJCQkJCQkJCv0IL344HTIG1p0IAAAAASUVORK5CYII=";

async fn in_language(host: &Host, language: &str) {
    let page = &host.driven.page;
    let body = json!({ "ask": "set_preferences", "language": language, "theme": "light", "motion": "still" });
    let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: arguments[0] }).then(r => r.text()).then(done)";
    page.execute_async(script, vec![body.to_string().into()]).await.expect("asked");
    until(page, "the language", &format!("document.documentElement.lang === '{language}'")).await;
}

async fn users(host: &Host) {
    go(host, "pengguna").await;
    until(&host.driven.page, "the users", "document.querySelector('[data-user]')").await;
}

async fn sign_out(host: &Host, label: &str) {
    let page = &host.driven.page;
    go(host, "akun").await;
    until(page, "Akun", "document.querySelector('.account')").await;
    press(host, label).await;
    until(page, "the form", "document.querySelector('#email')").await;
}

async fn nothing_to_mend(host: &Host, what: &str) {
    let page = &host.driven.page;
    // A page that is still fading in has other colours.
    run(page, "document.documentElement.dataset.motion = 'still'").await;
    assert_eq!(audit(page, &axe::script(), what, ANY).await, Vec::<String>::new());
    assert_eq!(in_themes(page, what, &["dark", "light"]).await, Vec::<String>::new());
}

async fn found(running: &Running, email: &str) -> Users {
    let token = running.tokens("admin").await.access_token;
    running.get(&token, &format!("/admin/v1/users?search={email}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_technician_is_invited_on_a_phone_and_signs_in_with_the_code_handed_over() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), PHONE).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    users(&host).await;
    press(&host, "Undang pengguna").await;
    until(page, "the form and the zones", "document.querySelector('#invite-name') && document.querySelector('.dialog .pick')")
        .await;
    fill(&host, "invite-email", "made").await;
    press(&host, "Undang").await;
    until(page, "what is wrong", "document.querySelectorAll('.dialog [data-summary] a').length === 2").await;
    shown(&host, "Ini bukan alamat email").await;
    nothing_to_mend(&host, "invite-form-phone").await;
    fill(&host, "invite-name", "Made Wirawan").await;
    fill(&host, "invite-email", "customer@test.example").await;
    press(&host, "Barat").await;
    press(&host, "Undang").await;
    shown(&host, "Sudah ada pengguna dengan alamat email ini").await;
    fill(&host, "invite-email", "made@test.example").await;
    press(&host, "Undang").await;
    let code = until(page, "the code", "document.querySelector('.dialog [data-password]')?.innerText").await;
    let code = code.as_str().expect("a code").to_lowercase().replace('-', " ");
    nothing_to_mend(&host, "invite-code-phone").await;
    confirm(&host, "Tutup").await;
    let line = "document.querySelector('[data-user=\"made@test.example\"]')";
    until(page, "that Made is invited", &format!("{line}?.innerText.includes('Diundang, sampai')")).await;
    picture(page, "users-invited").await;
    sign_out(&host, "Keluar").await;

    press(&host, "Saya diundang").await;
    until(page, "the form", "document.querySelector('[data-lost=invited] #lost-code')").await;
    nothing_to_mend(&host, "invited-phone").await;
    fill(&host, "lost-email", "made@test.example").await;
    fill(&host, "lost-code", "AAAA-AAAA-AAAA").await;
    fill(&host, "lost-password", NEW).await;
    press(&host, "Simpan dan masuk").await;
    shown(&host, "Kode ini tidak cocok dengan alamat itu").await;
    fill(&host, "lost-code", &code).await;
    press(&host, "Simpan dan masuk").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    let made = found(&running, "made@test.example").await;
    assert!(made.rows.iter().all(|row| !row.invited && row.sessions == 1) && made.rows.len() == 1, "{made:?}");
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_customers_user_is_invited_on_a_desktop_in_english_and_follows_the_link() {
    let server = MailServer::start(&[]).await;
    let alerts = Alerts { email: Some(MailServer::setting(server.port)), ..Alerts::default() };
    let running = start(World::new(), alerts, Clock::default()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), DESKTOP).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    in_language(&host, "en").await;
    users(&host).await;
    press(&host, "Invite a user").await;
    until(page, "the form", "document.querySelector('#invite-name')").await;
    fill(&host, "invite-name", "Siti").await;
    fill(&host, "invite-email", "siti@test.example").await;
    press(&host, "Customer").await;
    press(&host, "Invite").await;
    shown(&host, "Choose a customer they act for").await;
    fill(&host, "invite-customers", "Pelanggan").await;
    until(page, "who is found", "document.querySelectorAll('.dialog .found button').length === 2").await;
    press_at(page, ".dialog .found button").await;
    until(page, "who was chosen", "document.querySelector('.dialog .pick[aria-pressed=true]')").await;
    press(&host, "English").await;
    nothing_to_mend(&host, "invite-form-desktop").await;
    press(&host, "Invite").await;
    shown(&host, "Invitation sent to siti@test.example").await;
    until(page, "no dialog", "!document.querySelector('.dialog')").await;
    until_states(&running, &["email sent"]).await;
    let sent = async || server.mail().into_iter().next().ok_or_else(|| "none".to_owned());
    let mail = tests::alerts::until("the mail", sent).await;
    let text = mail["text"].as_str().expect("text");
    let code = text.lines().find(|line| line.len() == 14 && line.matches('-').count() == 2).expect("a code").to_owned();
    sign_out(&host, "Sign out").await;

    // As the link of the mail leads there: it is a new page.
    let script = "location.hash = '#/?undangan=' + arguments[0] + '&email=' + encodeURIComponent('siti@test.example')";
    page.execute(script, vec![code.clone().into()]).await.expect("goes");
    page.refresh().await.expect("loads");
    let filled =
        format!("document.querySelector('#lost-code')?.value === '{code}' && document.querySelector('#lost-email').value");
    assert_eq!(until(page, "the invitation's form", &filled).await, "siti@test.example");
    nothing_to_mend(&host, "invited-desktop").await;
    fill(&host, "lost-password", "short").await;
    press(&host, "Save and sign in").await;
    until(page, "what is wrong", "document.querySelector('[data-summary]')").await;
    fill(&host, "lost-password", NEW).await;
    press(&host, "Save and sign in").await;
    until(page, "the customer's home", "location.hash === '#/beranda'").await;
    host.end().await;
    running.server.stop().await;
}

async fn identity(size: (u32, u32)) {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), size).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs, .rail')").await;
    go(&host, "pengaturan/tarif").await;
    press(&host, "Utilitas").await;
    until(page, "the name", "document.querySelector('[data-utility=Uji]')").await;
    nothing_to_mend(&host, &format!("utility-{}", size.0)).await;
    press(&host, "Ubah identitas").await;
    until(page, "the form", "document.querySelector('#utility-name')").await;
    fill(&host, "utility-name", "Tirta Bening").await;
    fill(&host, "utility-address", "Jl. Braga 12, Bandung").await;
    fill(&host, "utility-tax_number", "123").await;
    press(&host, "Simpan").await;
    shown(&host, "Nomor pajak berisi 15, 16, atau 22 angka").await;
    fill(&host, "utility-tax_number", "01.234.567.8-901.000").await;
    let (text, png) = (folder.path().join("logo.txt"), folder.path().join("logo.png"));
    std::fs::write(&text, "no picture").expect("written");
    std::fs::write(&png, STANDARD.decode(LOGO).expect("a logo")).expect("written");
    attach(&host, "utility-logo", &text).await;
    shown(&host, "Ini bukan PNG yang utuh").await;
    attach(&host, "utility-logo", &png).await;
    until(page, "the logo", "document.querySelector('.dialog img.utility-logo')?.naturalWidth === 48").await;
    nothing_to_mend(&host, &format!("utility-form-{}", size.0)).await;
    press(&host, "Simpan").await;
    shown(&host, "Identitas tersimpan").await;
    until(
        page,
        "the new name",
        "document.querySelector('[data-utility=\"Tirta Bening\"]') && document.querySelector('main img.utility-logo')",
    )
    .await;
    let token = running.tokens("admin").await.access_token;
    let set: UtilityIdentity = running.get(&token, "/admin/v1/utility").await;
    assert_eq!((set.rev, set.letterhead.address.as_str(), set.letterhead.logo.is_some()), (1, "Jl. Braga 12, Bandung", true));
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_an_admin_sets_the_utilitys_name_and_logo_on_a_phone() {
    identity(PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_an_admin_sets_the_utilitys_name_and_logo_on_a_desktop() {
    identity(DESKTOP).await;
}
