//! A technician's pages outdoors: what is pressed is met by a glove, and the theme for sunlight can be chosen and has the contrast that the design promises.

use fantoccini::Client as Page;
use std::collections::BTreeMap;
use std::path::Path;
use sync_server::core::now;
use tests::driver::{press, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::go;
use tests::work::announce;
use tests::world::World;

/// Acts that are lower than 56 pixels, and other buttons, filters among them, that are lower than 48, each with its height.
const LOW: &str = "
    const isAct = (one) => one.matches('.primary, .secondary, .danger');
    const low = (one) => one.offsetParent !== null && one.offsetHeight < (isAct(one) ? 56 : 48);
    return [...document.querySelectorAll('.button, .chip-button')].filter(low).map((one) => `${one.className} ${one.innerText.trim()} ${one.offsetHeight}`).join('; ')";

async fn is_met(page: &Page, what: &str) {
    assert_eq!(run(page, LOW).await, "", "{what}");
}

async fn has_button(page: &Page, words: &str) -> String {
    let there = format!("[...document.querySelectorAll('main .button')].find((one) => one.innerText.trim() === '{words}')");
    until(page, words, &format!("!!{there}")).await;
    there
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_let_a_glove_meet_each_act_of_a_technician_and_sunlight_be_chosen() {
    let running = World::new().start().await;
    let order = announce(&running, &running.world.meters[0], now()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "technician").await;
    until(page, "the work", "document.querySelector('[data-work]') && document.querySelector('.meters a')").await;
    until(page, "whose pages these are", "document.documentElement.dataset.gloves === 'on'").await;
    is_met(page, "hari-ini").await;
    let job = format!("pekerjaan/{order}");
    let places = [
        ("peta", "document.querySelector('#own-place')"),
        ("pindai", "document.querySelector('#scan-serial')"),
        ("antrean", "document.querySelector('h1')?.innerText === 'Antrean'"),
        (job.as_str(), "document.querySelector('[data-work-page]')"),
        ("akun", "document.querySelector('.account .segmented')"),
    ];
    for (place, there) in places {
        go(page, place).await;
        until(page, place, there).await;
        is_met(page, place).await;
    }
    press(page, ".account .segmented[aria-label=Tema] button:last-of-type").await;
    until(page, "sunlight", "document.documentElement.dataset.theme === 'sunlight'").await;

    go(page, "hari-ini").await;
    press(page, ".meters a").await;
    until(page, "the meter", "document.querySelector('#record')").await;
    is_met(page, "the meter").await;
    let note = has_button(page, "Tulis catatan").await;
    run(page, &format!("{note}.click()")).await;
    until(page, "the note", "document.querySelector('#note')").await;
    is_met(page, "the note").await;
    press(page, "#record").await;
    until(page, "the reading", "document.querySelector('.dialog #photo')").await;
    is_met(page, "the reading").await;
    host.end().await;
    running.server.stop().await;
}

/// The colours of a theme, by their names.
fn tokens(theme: &str) -> BTreeMap<String, [f64; 3]> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/styles/1-tokens.css");
    let css = std::fs::read_to_string(file).expect("the tokens");
    let block =
        css.split(&format!("[data-theme=\"{theme}\"] {{")).nth(1).and_then(|rest| rest.split('}').next()).expect("its block");
    let lines = block.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"));
    lines
        .filter(|(_, hex)| hex.len() == 6)
        .map(|(name, hex)| {
            let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("digits")) / 255.0;
            (name.to_owned(), [part(0), part(2), part(4)])
        })
        .collect()
}

/// WCAG's contrast of two colours.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |part: f64| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
    let light = |[red, green, blue]: [f64; 3]| 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    let (one, other) = (light(one) + 0.05, light(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn words_in_sunlight_have_a_contrast_of_ten_on_whatever_they_stand() {
    let tokens = tokens("sunlight");
    let words = ["text", "muted", "control", "primary", "water", "ok", "warn", "danger", "info", "offline", "on-active"];
    let grounds =
        ["bg", "surface", "selected", "active", "track", "ok-tint", "warn-tint", "danger-tint", "info-tint", "offline-tint"];
    let pairs = words.iter().flat_map(|word| grounds.iter().map(move |ground| (*word, *ground)));
    let others = [("on-primary", "primary"), ("disabled", "disabled-fill"), ("disabled", "bg"), ("on-water", "water-front")];
    for (word, ground) in pairs.chain(others) {
        let found = contrast(tokens[word], tokens[ground]);
        assert!(found >= 10.0, "{word} on {ground}: {found:.2}");
    }
}
