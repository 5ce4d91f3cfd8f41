//! What axe-core says of a page.

use crate::driver::picture;
use fantoccini::Client;
use std::path::Path;

/// What nobody may be left with.
pub const SERIOUS: &[&str] = &["serious", "critical"];

/// Everything that axe has a name for.
pub const ANY: &[&str] = &["minor", "moderate", "serious", "critical"];

/// Its script.
pub fn script() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/npm/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(file).expect("`cargo xtask setup` fetches it")
}

/// By what a page is wider than its window, which nobody should have to scroll sideways; an empty list where it is not.
const TOO_WIDE: &str = "const root = document.documentElement, most = root.clientWidth; if (root.scrollWidth <= most) return []; \
    const wide = [...document.body.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > most + 1); \
    return wide.slice(-3).map((it) => `wider than the window, ${root.scrollWidth} > ${most}: ${it.outerHTML.slice(0, 160)}`)";

/// Findings of these impacts and whether the page is wider than its window, each with the page that was audited.
pub async fn audit(page: &Client, axe: &str, what: &str, impacts: &[&str]) -> Vec<String> {
    let impacts = serde_json::to_string(impacts).expect("JSON");
    let script = format!(
        "{axe}; const done = arguments[0]; axe.run(document, {{ resultTypes: ['violations'] }}).then(r => done(JSON.stringify(!r.passes.length ? ['axe audited nothing'] : \
        r.violations.filter(v => {impacts}.includes(v.impact)).map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | ')))))"
    );
    let found = page.execute_async(&script, vec![]).await.expect("axe runs");
    let mut found: Vec<String> = serde_json::from_str(found.as_str().unwrap_or("[]")).expect("a list");
    let wide = page.execute(TOO_WIDE, vec![]).await.expect("measured");
    found.extend(serde_json::from_value::<Vec<String>>(wide).expect("a list"));
    found.into_iter().map(|finding| format!("{what}: {finding}")).collect()
}

/// Serious findings of a page in each of these themes, with nothing moving, and a picture of each.
pub async fn in_themes(page: &Client, what: &str, themes: &[&str]) -> Vec<String> {
    let axe = script();
    page.execute("document.documentElement.dataset.motion = 'still'", vec![]).await.expect("set");
    let mut findings = Vec::new();
    for theme in themes {
        page.execute("document.documentElement.dataset.theme = arguments[0]", vec![(*theme).into()]).await.expect("set");
        picture(page, &format!("{what}-{theme}")).await;
        findings.extend(audit(page, &axe, &format!("{what} {theme}"), SERIOUS).await);
    }
    findings
}
