//! The HTML of the payment page: phone first, in Indonesian and English, and SIMULASI on every screen. No script.

use super::book::Transaction;
use super::words;
use crate::language::Language;
use domain::sales::payment::{Bank, Method, Status};
use domain::{TimeZone, UtcMillis};
use qrcode::QrCode;
use qrcode::render::svg;

const STYLE: &str = concat!(include_str!("../colours.css"), include_str!("page.css"));
const LOGO: &str = include_str!("../../../assets/icon.svg");

const CHECK: &str = r#"<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M20 6 9 17l-5-5"/></svg>"#;
const CROSS: &str = r#"<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M18 6 6 18M6 6l12 12"/></svg>"#;
const CLOCK: &str = r#"<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/></svg>"#;
const BACK: &str = r#"<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M9 14 4 9l5-5"/><path d="M4 9h10a6 6 0 0 1 0 12h-3"/></svg>"#;

/// Text, safe between tags and in attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn frame(language: Language, here: &str, body: &str) -> String {
    let title = language.say("Pembayaran IndoWater (simulasi)", "IndoWater payment (simulation)");
    let banner = language.say("<b>SIMULASI</b> · tidak ada uang sungguhan", "<b>SIMULASI</b> · simulation, no real money");
    let heading = language.say("Pembayaran", "Payment");
    let lang = language.say("id", "en");
    let current = |of: Language| if of == language { " aria-current=\"true\"" } else { "" };
    let (id, en) = (current(Language::Indonesian), current(Language::English));
    let choice = language.say("Bahasa", "Language");
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><p class=\"simulation\" role=\"note\">{banner}</p><main><header class=\"top\">{LOGO}\
         <div><strong>IndoWater</strong><span class=\"muted\">{heading}</span></div>\
         <nav aria-label=\"{choice}\"><a href=\"{here}?lang=id\" lang=\"id\"{id}>ID</a><a href=\"{here}?lang=en\" lang=\"en\"{en}>EN</a></nav>\
         </header>{body}</main></body></html>"
    )
}

/// The home page; `missed` is a search that found nothing.
pub fn home(language: Language, missed: Option<&str>) -> String {
    let heading = language.say("Cari pembayaran", "Find a payment");
    let hint = language.say(
        "Masukkan nomor virtual account atau nomor pesanan untuk membayarnya di sini.",
        "Enter the virtual account or order number to pay it here.",
    );
    let label = language.say("Nomor", "Number");
    let button = language.say("Buka", "Open");
    let note = missed.map_or(String::new(), |_| {
        let text = language.say(
            "Tidak ada pembayaran dengan nomor ini. Simulasi melupakan semuanya saat dimatikan.",
            "There is no payment with this number. The simulation forgets everything when it ends.",
        );
        format!("<p class=\"chip warn\" role=\"status\">{text}</p>")
    });
    let value = escape(missed.unwrap_or_default());
    let lang = language.say("id", "en");
    let body = format!(
        "<section class=\"card\"><h1>{heading}</h1><p class=\"muted\">{hint}</p>{note}\
         <form class=\"find\" action=\"/find\"><input type=\"hidden\" name=\"lang\" value=\"{lang}\">\
         <label>{label}<input name=\"q\" value=\"{value}\" autocomplete=\"off\" required></label>\
         <button class=\"button primary\">{button}</button></form></section>"
    );
    frame(language, "/", &body)
}

/// The page of a transaction.
pub fn transaction(language: Language, of: &Transaction) -> String {
    let here = format!("/snap/v4/redirection/{}", of.token);
    let body = match (of.status, of.method) {
        (Status::Pending, Method::Page) => summary(language, of) + &methods(language, &here),
        (Status::Pending, _) => summary(language, of) + &how(language, of) + &actions(language, &here),
        _ => result(language, of),
    };
    frame(language, &here, &body)
}

/// `25 Nov 2026 14.05 WIB`, or in English with a colon.
fn instant(language: Language, at: UtcMillis) -> String {
    const ID: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
    const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let zone = TimeZone::Jakarta;
    let (year, month, day) = zone.day_of(at).ymd();
    let (hour, minute) = zone.clock_of(at);
    let place = usize::try_from(month - 1).unwrap_or_default();
    let month = language.say(ID[place % 12], EN[place % 12]);
    format!("{day} {month} {year} {hour:02}{}{minute:02} {}", language.say(".", ":"), zone.abbreviation())
}

fn rows(language: Language, of: &Transaction) -> String {
    let order = language.say("Nomor pesanan", "Order");
    let until = language.say("Bayar sebelum", "Pay before");
    format!("<dl><dt>{order}</dt><dd>{}</dd><dt>{until}</dt><dd>{}</dd></dl>", of.order, instant(language, of.expires))
}

fn summary(language: Language, of: &Transaction) -> String {
    let total = language.say("Total pembayaran", "Total to pay");
    let waiting = language.say("Menunggu pembayaran", "Waiting for payment");
    format!(
        "<section class=\"card\"><p class=\"chip info\">{waiting}</p><div><p class=\"muted\">{total}</p><p class=\"amount\">{}</p></div>{}</section>",
        of.gross,
        rows(language, of)
    )
}

fn methods(language: Language, here: &str) -> String {
    let heading = language.say("Pilih cara membayar", "Choose how to pay");
    let list: String = Method::ALL
        .into_iter()
        .filter_map(|method| {
            let (name, hint) = match method {
                Method::Qris => ("QRIS".to_owned(), language.say("Pindai dengan aplikasi apa saja", "Scan with any app")),
                Method::Gopay => ("GoPay".to_owned(), language.say("Dompet elektronik", "E-wallet")),
                Method::VirtualAccount(bank) => (format!("Virtual account {}", bank.name()), language.say("Transfer bank", "Bank transfer")),
                Method::Page => return None,
            };
            let word = method.as_str();
            Some(format!(
                "<button name=\"method\" value=\"{word}\"><span><b>{name}</b><small>{hint}</small></span><i aria-hidden=\"true\">›</i></button>"
            ))
        })
        .collect();
    let query = language.query();
    format!(
        "<section class=\"card\"><h1>{heading}</h1><form class=\"methods\" method=\"post\" action=\"{here}/choose{query}\">{list}</form></section>"
    )
}

/// The QR code of a transaction, as SVG.
fn code(of: &Transaction) -> String {
    let Ok(code) = QrCode::new(words::qr_text(of)) else { return String::new() };
    let image = code.render::<svg::Color<'_>>().min_dimensions(272, 272).quiet_zone(true).build();
    image.find("<svg").map_or(String::new(), |start| image[start..].to_owned())
}

fn how(language: Language, of: &Transaction) -> String {
    match of.method {
        Method::VirtualAccount(bank) => account(language, of, bank),
        Method::Gopay => {
            let heading = language.say("Bayar dengan GoPay", "Pay with GoPay");
            let text = language.say(
                "Di ponsel, aplikasi GoPay akan terbuka dan meminta PIN. Simulasi ini menggantinya dengan tombol di bawah.",
                "On a phone the GoPay app would open and ask for the PIN. This simulation has a button below instead.",
            );
            format!("<section class=\"card\"><h1>{heading}</h1><p class=\"muted\">{text}</p></section>")
        }
        Method::Qris | Method::Page => {
            let heading = language.say("Pindai kode QRIS", "Scan the QRIS code");
            let label = language.say("Kode QRIS simulasi", "Simulated QRIS code");
            let note = language.say(
                "Kode ini berbentuk QRIS yang sah, tetapi penjualnya rekaan: tidak ada aplikasi sungguhan yang akan membayarnya.",
                "This is a well-formed QRIS code of an invented merchant: no real app will pay it.",
            );
            format!(
                "<section class=\"card\"><h1>{heading}</h1><div class=\"code\" role=\"img\" aria-label=\"{label}\">{}</div>\
                 <p class=\"scheme\">QRIS</p><p class=\"muted\">{note}</p></section>",
                code(of)
            )
        }
    }
}

fn account(language: Language, of: &Transaction, bank: Bank) -> String {
    let number: Vec<String> = of.account().as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let label = language.say("Nomor virtual account", "Virtual account number");
    let steps = language.say(
        "<li>Buka m-banking, internet banking atau ATM.</li><li>Pilih transfer ke virtual account.</li><li>Masukkan nomor di atas dan periksa jumlahnya.</li>",
        "<li>Open mobile banking, internet banking or an ATM.</li><li>Choose transfer to a virtual account.</li><li>Enter the number above and check the amount.</li>",
    );
    format!(
        "<section class=\"card\"><h1>Virtual account {}</h1><div><p class=\"muted\">{label}</p><p class=\"number\">{}</p></div><ol>{steps}</ol></section>",
        bank.name(),
        number.join(" ")
    )
}

fn actions(language: Language, here: &str) -> String {
    let heading = language.say("Apa yang terjadi sekarang?", "What happens now?");
    let query = language.query();
    let button = |step: &str, class: &str, text: &str| {
        format!("<form method=\"post\" action=\"{here}/{step}{query}\"><button class=\"button {class}\">{text}</button></form>")
    };
    let pay = button("pay", "primary", language.say("Bayar (simulasi)", "Pay (simulation)"));
    let deny = button("deny", "danger", language.say("Ditolak bank", "Bank refuses"));
    let expire = button("expire", "", language.say("Biarkan lewat", "Let it expire"));
    format!(
        "<section class=\"card\"><h2>{heading}</h2><div class=\"actions\">{pay}<div class=\"pair\">{deny}{expire}</div></div></section>"
    )
}

fn result(language: Language, of: &Transaction) -> String {
    let (mark, tint, heading, text) = match of.status {
        Status::Settlement | Status::Capture => (
            CHECK,
            "ok",
            language.say("Pembayaran berhasil", "Payment received"),
            language.say("Saldo air Anda sedang diisi.", "Your water credit is being topped up."),
        ),
        Status::Refund | Status::PartialRefund => (
            BACK,
            "info",
            language.say("Dana dikembalikan", "Money returned"),
            language.say("Penjual mengembalikan pembayaran ini.", "The merchant has returned this payment."),
        ),
        Status::Expire => (
            CLOCK,
            "warn",
            language.say("Waktu pembayaran habis", "The time to pay is over"),
            language.say(
                "Tidak ada yang ditagih. Buat pembelian baru di aplikasi.",
                "Nothing was charged. Start a new purchase in the app.",
            ),
        ),
        Status::Cancel => (
            CROSS,
            "warn",
            language.say("Pembayaran dibatalkan", "Payment called off"),
            language.say("Tidak ada yang ditagih.", "Nothing was charged."),
        ),
        _ => (
            CROSS,
            "danger-tint",
            language.say("Pembayaran ditolak", "Payment refused"),
            language.say("Tidak ada yang ditagih. Coba cara membayar yang lain.", "Nothing was charged. Try another way to pay."),
        ),
    };
    let order = language.say("Nomor pesanan", "Order");
    let total = language.say("Jumlah", "Amount");
    let mut rows = format!("<dt>{order}</dt><dd>{}</dd><dt>{total}</dt><dd>{}</dd>", of.order, of.gross);
    if let Some(settled) = of.settled {
        rows += &format!("<dt>{}</dt><dd>{}</dd>", language.say("Dibayar", "Paid"), instant(language, settled));
    }
    if !of.refunds.is_empty() {
        rows += &format!("<dt>{}</dt><dd>{}</dd>", language.say("Dikembalikan", "Returned"), of.refunded());
    }
    let back = of.finish.as_ref().map_or(String::new(), |url| {
        format!(
            "<a class=\"button primary\" href=\"{}\">{}</a>",
            escape(url),
            language.say("Kembali ke aplikasi", "Back to the app")
        )
    });
    format!(
        "<section class=\"card\"><div class=\"result\"><div class=\"mark {tint}\">{mark}</div></div>\
         <div class=\"result\"><h1>{heading}</h1><p class=\"muted\">{text}</p></div><dl>{rows}</dl>{back}</section>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Rupiah;
    use uuid::Uuid;

    fn one(status: Status, method: Method) -> Transaction {
        Transaction {
            order: "IW-1".parse().unwrap(),
            id: Uuid::from_u128(42),
            token: "t".into(),
            gross: Rupiah(100_000),
            method,
            status,
            made: UtcMillis(0),
            expires: UtcMillis(900_000),
            settled: None,
            refunds: Vec::new(),
            notify: None,
            finish: Some("https://example.invalid/?a=1&b=\"><script>".into()),
        }
    }

    #[test]
    fn every_screen_shows_simulasi_and_has_no_script() {
        for language in [Language::Indonesian, Language::English] {
            assert!(home(language, Some("<script>")).contains("SIMULASI"));
            assert!(!home(language, Some("<script>")).contains("<script"));
            for status in Status::ALL {
                for method in Method::ALL {
                    let page = transaction(language, &one(status, method));
                    assert!(page.contains("SIMULASI") && page.contains("Rp100.000"), "{status} {method}");
                    assert!(!page.contains("<script"), "{status} {method}");
                }
            }
        }
    }

    #[test]
    fn the_code_on_the_page_is_the_qris_text_of_this_payment() {
        let of = one(Status::Pending, Method::Qris);
        let read = domain::sales::payment::qris::Qris::parse(&words::qr_text(&of)).unwrap();
        assert_eq!((read.amount, read.bill.as_str()), (Rupiah(100_000), "IW-1"));
        assert!(transaction(Language::Indonesian, &of).contains("<svg"));
    }
}
