//! The page of the demo controls. Its script asks for everything it shows, so that nothing a plan says is ever read as HTML.

use crate::faults::kind::Kind;
use crate::language::Language;
use axum::extract::Query;
use axum::http::HeaderValue;
use axum::response::Html;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const STYLE: &str = concat!(include_str!("../colours.css"), include_str!("page.css"));
const SCRIPT: &str = include_str!("page.js");
const LOGO: &str = include_str!("../../../assets/icon.svg");

/// Nothing from elsewhere, and no script but the page's own.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

/// The content security policy of every answer.
pub fn policy() -> HeaderValue {
    HeaderValue::from_str(&POLICY).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

/// The language of the page.
#[derive(Deserialize)]
pub struct Shown {
    #[serde(default)]
    lang: Language,
}

/// `GET /`.
pub async fn show(Query(shown): Query<Shown>) -> Html<String> {
    Html(html(shown.lang))
}

fn name(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Flapper => language.say("Pelampung toilet bocor", "Toilet flapper leaks"),
        Kind::Drip => language.say("Menetes", "Drip"),
        Kind::Burst => language.say("Pipa pecah", "Burst pipe"),
        Kind::SlowRise => language.say("Bocor yang membesar", "Slow rise"),
        Kind::Irrigation => language.say("Siram kebun terjadwal", "Irrigation by a timer"),
        Kind::Tamper => language.say("Dirusak: tutup, miring, magnet", "Tampering: cover, tilt, magnet"),
        Kind::LowBattery => language.say("Baterai habis", "Battery runs out"),
        Kind::Silence => language.say("Tidak melapor", "Silence"),
        Kind::ClockJump => language.say("Jam melompat", "Clock jumps"),
    }
}

/// What the script says, and what it has to know of each kind.
fn words(language: Language) -> Value {
    let kinds: Vec<Value> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let (rate, over) = (kind.water().map(|(_, rate)| rate), kind.over_s().map(|seconds| seconds / 60));
            json!({ "kind": kind, "name": name(language, kind), "rate": rate, "over": over, "jumps": kind == Kind::ClockJump })
        })
        .collect();
    json!({
        "kinds": kinds,
        "ordinary": language.say("Biasa", "Ordinary"),
        "silent": language.say("tidak melapor sekarang", "reports nothing now"),
        "since": language.say("sejak", "since"),
        "until": language.say("sampai", "until"),
        "rate": language.say("L/jam", "L/h"),
        "flow": language.say("L/menit", "L/min"),
        "within": language.say("penuh dalam", "full within"),
        "minutes": language.say("menit", "min"),
        "clock": language.say("jam meter", "meter's clock"),
        "never": language.say("Belum melapor", "Nothing reported yet"),
        "choose": language.say("Pilih", "Choose"),
        "stop": language.say("Hentikan", "Stop"),
        "faulty": language.say("meter dengan gangguan", "meters with a fault"),
        "unreachable": language.say("Simulator tidak menjawab. Apakah demo masih berjalan?", "The simulator does not answer. Does the demo still run?"),
    })
}

fn options(language: Language) -> String {
    let group = |label: &str, kinds: &[Kind]| {
        let options: String =
            kinds.iter().map(|kind| format!("<option value=\"{kind}\">{}</option>", name(language, *kind))).collect();
        format!("<optgroup label=\"{label}\">{options}</optgroup>")
    };
    let leaks = group(language.say("Kebocoran", "Leaks"), &[Kind::Flapper, Kind::Drip, Kind::Burst, Kind::SlowRise]);
    let none = group(language.say("Bukan kebocoran", "No leak"), &[Kind::Irrigation]);
    let meter = group(language.say("Meter", "The meter"), &[Kind::Tamper, Kind::LowBattery, Kind::Silence, Kind::ClockJump]);
    leaks + &none + &meter
}

fn form(language: Language) -> String {
    let heading = language.say("Mulai gangguan", "Start a fault");
    let hint = language.say(
        "Sebuah meter punya satu gangguan; yang baru menggantikan yang lama. Kolom kosong memakai nilai yang tertulis di dalamnya.",
        "A meter has one fault; a new one takes the place of the old. An empty field takes the value written in it.",
    );
    let (meter, kind) = (language.say("Meter", "Meter"), language.say("Gangguan", "Fault"));
    let rate = language.say("Laju (L/jam)", "Rate (L/h)");
    let over = language.say("Penuh dalam (menit)", "Full within (minutes)");
    let by = language.say("Lompatan jam (menit, minus: mundur)", "Clock jumps by (minutes, minus: back)");
    let lasts = language.say("Berakhir setelah (menit)", "Ends after (minutes)");
    let stopped = language.say("sampai dihentikan", "until stopped");
    let start = language.say("Mulai", "Start");
    let options = options(language);
    format!(
        "<section class=\"card\"><h2>{heading}</h2><p class=\"muted\">{hint}</p><form id=\"form\">\
         <label>{meter}<select id=\"meter\" required></select></label><label>{kind}<select id=\"kind\">{options}</select></label>\
         <label>{rate}<input id=\"rate\" type=\"number\" min=\"1\" max=\"2000\" step=\"1\"></label>\
         <label>{over}<input id=\"over\" type=\"number\" min=\"1\" max=\"43200\" step=\"1\"></label>\
         <label>{by}<input id=\"by\" type=\"number\" min=\"-527040\" max=\"527040\" step=\"1\" placeholder=\"-60\"></label>\
         <label>{lasts}<input id=\"lasts\" type=\"number\" min=\"1\" max=\"43200\" step=\"1\" placeholder=\"{stopped}\"></label>\
         <button class=\"button primary\">{start}</button></form>\
         <p id=\"status\" role=\"status\" class=\"muted\"></p><p id=\"problem\" role=\"alert\"></p></section>"
    )
}

fn list(language: Language) -> String {
    let heading = language.say("Meter", "Meters");
    let (search, only) = (language.say("Cari", "Search"), language.say("Hanya yang terganggu", "Only those with a fault"));
    let columns: String = [
        language.say("Meter", "Meter"),
        language.say("Pelanggan", "Customer"),
        language.say("Sekarang", "Now"),
        language.say("Laporan terakhir", "Last report"),
        language.say("Tindakan", "Actions"),
    ]
    .into_iter()
    .map(|column| format!("<th scope=\"col\">{column}</th>"))
    .collect();
    format!(
        "<section class=\"card\"><h2>{heading}</h2><p id=\"count\" class=\"muted\"></p><div class=\"filters\">\
         <label>{search}<input id=\"search\" type=\"search\" autocomplete=\"off\"></label>\
         <label class=\"check\"><input id=\"only\" type=\"checkbox\">{only}</label></div>\
         <div class=\"scroll\" role=\"region\" aria-label=\"{heading}\" tabindex=\"0\"><table><thead><tr>{columns}</tr></thead>\
         <tbody id=\"meters\"></tbody></table></div></section>"
    )
}

fn html(language: Language) -> String {
    let title = language.say("Kendali demo", "Demo controls");
    let banner =
        language.say("<b>SIMULASI</b> · meter rekaan, hanya di demo", "<b>SIMULASI</b> · invented meters, in the demo only");
    let lang = language.say("id", "en");
    let current = |of: Language| if of == language { " aria-current=\"true\"" } else { "" };
    let (id, en) = (current(Language::Indonesian), current(Language::English));
    let (to_id, to_en) = (Language::Indonesian.query(), Language::English.query());
    let choice = language.say("Bahasa", "Language");
    let script = language.say("Halaman ini memerlukan JavaScript.", "This page needs JavaScript.");
    let (form, list, words) = (form(language), list(language), words(language));
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · IndoWater</title>\
         <style>{STYLE}</style></head><body><header class=\"simulation\">{banner}</header><main><header class=\"top\">{LOGO}\
         <div><strong>IndoWater</strong><h1>{title}</h1></div><nav aria-label=\"{choice}\">\
         <a href=\"/{to_id}\" lang=\"id\"{id}>ID</a><a href=\"/{to_en}\" lang=\"en\"{en}>EN</a></nav></header>\
         <noscript><p class=\"card\">{script}</p></noscript>{form}{list}</main>\
         <script type=\"application/json\" id=\"words\">{words}</script><script>{SCRIPT}</script></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_everything_in_itself_and_names_every_kind_in_both_languages() {
        for language in [Language::Indonesian, Language::English] {
            let page = html(language);
            for outside in ["src=", "http://", "https://", "url("] {
                let ours =
                    page.replace("http://www.w3.org/2000/svg", "").replace("fill=\"url(#", "").replace("clip-path=\"url(#", "");
                assert!(!ours.contains(outside), "{outside}");
            }
            for kind in Kind::ALL {
                assert!(page.contains(&format!("<option value=\"{kind}\">")), "{kind}");
            }
            assert!(page.contains("SIMULASI") && !words(language).to_string().contains('<'));
        }
        assert!(SCRIPT.is_ascii() && !SCRIPT.contains("innerHTML"), "the script writes text only");
    }

    #[test]
    fn the_policy_allows_the_script_of_the_page_and_no_other() {
        let page = html(Language::English);
        let script = page.split("<script>").nth(1).and_then(|rest| rest.split("</script>").next()).expect("a script");
        let hash = STANDARD.encode(Sha256::digest(script));
        let policy = policy();
        let policy = policy.to_str().expect("text");
        assert!(policy.contains(&format!("script-src 'sha256-{hash}';")));
    }
}
