//! Hemat air in a browser: what fits, a search without results, an advice that is applied and kept at hand, a goal; on a phone and a desktop.

use tests::axe::in_themes;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::household::{drawn, leaking, with_flapper};
use tests::steps::{go, press_found, press_in, set};
use tests::world::World;

async fn walk(host: &Host, shot: &str) {
    let page = &host.driven.page;
    sign_in(host, "customer").await;
    until(page, "the advice of the week", "document.querySelector('[data-weekly=leak-meter-test]')").await;
    press(page, "[data-weekly]").await;
    until(
        page,
        "its page",
        "/12\\sL/.test(document.querySelector('[data-tip=leak-meter-test] [data-evidence]')?.innerText ?? '')",
    )
    .await;
    until(page, "its source", "document.querySelector('[data-source=fix_a_leak]')?.innerText.includes('epa.gov')").await;
    let mut findings = in_themes(page, "kiat", &["light", "dark"]).await;
    picture(page, &format!("{shot}-tip")).await;

    press(page, "[data-kept=no] button").await;
    until(page, "kept", "document.querySelector('[data-kept=yes]')").await;
    press(page, ".tip-page .button.primary").await;
    until(page, "applied", "document.querySelector('[data-outcome]') && document.body.innerText.includes('Belum cukup data')")
        .await;

    go(page, "hemat").await;
    until(page, "what fits", "document.querySelector('[data-for-you=seen] [data-tip]')").await;
    until(page, "what was applied", "document.querySelector('[data-applied=leak-meter-test]')").await;
    until(page, "the pattern", "document.querySelector('[data-pattern]')").await;
    findings.extend(in_themes(page, "hemat", &["light", "dark"]).await);
    picture(page, &format!("{shot}-tips")).await;

    let tips = "document.querySelectorAll('[data-library] [data-tip]').length";
    until(page, "the library", &format!("{tips} >= 30")).await;
    set(page, "#tips-search", "kebun").await;
    until(page, "fewer", &format!("{tips} > 0 && {tips} < 15")).await;
    set(page, "#tips-search", "zzzz").await;
    until(page, "no result", "document.body.innerText.includes('Tidak ada kiat yang cocok')").await;
    press_found(page, "the way to all", "[...document.querySelectorAll('.empty .button')].at(-1)").await;
    until(page, "all again", &format!("{tips} >= 30")).await;
    press_in(page, ".segmented", "Disimpan").await;
    until(page, "what is kept", &format!("{tips} === 1")).await;

    let button = |words: &str| format!("[...document.querySelectorAll('.button')].find(b => b.innerText.includes('{words}'))");
    press_found(page, "the way to a goal", &button("Pasang target")).await;
    until(page, "the form", "document.querySelector('#goal')").await;
    set(page, "#goal", "0").await;
    press_found(page, "the way to keep it", &button("Simpan target")).await;
    until(page, "why not", "document.querySelector('#goal-said.error')").await;
    set(page, "#goal", "18,5").await;
    press_found(page, "the way to keep it", &button("Simpan target")).await;
    until(page, "the goal", "document.querySelector('[data-goal=set]')?.innerText.includes('18,5')").await;
    assert_eq!(findings, Vec::<String>::new());
}

async fn at(size: (u32, u32), shot: &str) {
    let running = World::new().start().await;
    leaking(&running, 25).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), size).await;
    walk(&host, shot).await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_offer_advice_by_what_is_seen_and_keep_what_is_said_of_it_on_a_phone() {
    at((390, 844), "tips-phone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_offer_advice_by_what_is_seen_and_keep_what_is_said_of_it_on_a_desktop() {
    at((1_440, 900), "tips-desktop").await;
}

async fn draws_at(size: (u32, u32), shot: &str) {
    let running = World::new().start().await;
    leaking(&running, 25).await;
    drawn(&running, &with_flapper()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), size).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the advice of the week", "document.querySelector('[data-weekly=leak-toilet-dye]')").await;
    press(page, "[data-weekly]").await;
    let seen = "document.querySelector('[data-tip=leak-toilet-dye] [data-evidence]')?.innerText ?? ''";
    until(page, "what calls for it", &format!("/11 pengisian semalam.* 9[\\s,0]*L/.test({seen})")).await;
    go(page, "hemat").await;
    let toilet = "document.querySelector('[data-draws=found] [data-fixture=toilet]')?.innerText ?? ''";
    until(page, "the flushes", &format!("/21 kali sehari/.test({toilet}) && /189\\sL sehari/.test({toilet})")).await;
    until(page, "the showers", "document.querySelector('[data-fixture=shower]')?.innerText.includes('menit')").await;
    let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    until(page, "nothing is wider than the window", fits).await;
    let findings = in_themes(page, "hemat", &["light", "dark"]).await;
    picture(page, &format!("{shot}-draws")).await;
    assert_eq!(findings, Vec::<String>::new());
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_what_water_is_used_for_on_a_phone() {
    draws_at((390, 844), "draws-phone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_what_water_is_used_for_on_a_desktop() {
    draws_at((1_440, 900), "draws-desktop").await;
}
