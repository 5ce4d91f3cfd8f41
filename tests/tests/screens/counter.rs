//! Money at the counter: whose it is stands in each dialog, cash has a receipt to print, and a refund says what a voucher's share does, to the
//! admin and to the customer.

use crate::admin::{open_first_customer, post_fee};
use crate::amounts::{make, tenth};
use base64::prelude::{BASE64_STANDARD, Engine};
use domain::Rupiah;
use domain::sales::receipt::PurchaseNumber;
use protocol::core::audit::AuditPage;
use protocol::sales::admin::PurchasePage;
use protocol::sales::money::Statement;
use serde_json::{Value, json};
use std::io::Write;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::keys::{pressed_twice, run};
use tests::steps::{confirm, fill, go, press, shown};
use tests::world::{Running, World};

const WHY: &str = "Pindah rumah ke Bandung";

/// What a reader of PDF finds on a paper that the host makes.
async fn paper(host: &Host, asked: &Value) -> String {
    let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: arguments[0] }).then(r => r.text()).then(done)";
    let answer = host.driven.page.execute_async(script, vec![asked.to_string().into()]).await.expect("asked");
    let answer: Value = serde_json::from_str(answer.as_str().expect("text")).expect("JSON");
    let base64 = answer.pointer("/Ok/admin/response/document/base64").or_else(|| answer.pointer("/Ok/money/document/base64"));
    let base64 = base64.and_then(Value::as_str).unwrap_or_else(|| panic!("no paper: {answer}"));
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&BASE64_STANDARD.decode(base64).expect("base64")).expect("written");
    let read = std::process::Command::new("pdftotext").arg("-raw").arg(file.path()).arg("-").output().expect("poppler");
    String::from_utf8_lossy(&read.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The customer's name and property stand above what is done with their money.
async fn whose(host: &Host) {
    let holder = "[...document.querySelectorAll('.dialog')].at(-1)?.querySelector('[data-whose]')";
    let script = format!("{holder}?.innerText.includes('Pelanggan') && {holder}.innerText.includes('Rumah · Jl. Uji 0')");
    until(&host.driven.page, "whose money it is", &script).await;
}

async fn purchases(running: &Running, admin: &str) -> PurchasePage {
    let path = format!("/admin/v1/money/purchases?connection={}", running.world.meters[0].connection.0);
    running.get(admin, &path).await
}

/// Cash with a voucher, and its receipt.
async fn cash(host: &Host, running: &Running, admin: &str) {
    let page = &host.driven.page;
    // Whatever the finger does, the dialog that the first press opens is not closed by the second one, which is beside it.
    let button = "[...document.querySelectorAll('main button:enabled')].filter((it) => it.innerText.trim() === 'Isi tunai')";
    until(page, "the button", &format!("{button}.map((it) => it.id = 'twice')[0]")).await;
    pressed_twice(page, "#twice").await;
    until(page, "the dialog", "document.querySelector('.dialog')").await;
    assert_eq!(run(page, "return document.querySelectorAll('.dialog').length").await, 1);
    whose(host).await;
    press(host, "Hitung").await;
    until(page, "what is missing, with its field", "document.querySelector('.faults a')?.innerText.startsWith('Jumlah: ')").await;
    fill(host, "money-amount", "999999999").await;
    shown(host, "Paling banyak Rp50.000.000").await;
    fill(host, "money-amount", "200000,00").await;
    fill(host, "money-code", "hemat10").await;
    press(host, "Hitung").await;
    press(host, "Terima Rp180.000 tunai").await;
    until(page, "what was taken", "document.querySelector('[data-receipt]')").await;
    whose(host).await;
    let receipt = until(page, "its purchase", "document.querySelector('[data-receipt]')?.dataset.receipt").await;
    let number = PurchaseNumber::of(receipt.as_str().and_then(|id| id.parse().ok()).expect("an identifier")).to_string();
    shown(host, &number).await;
    press(host, "Tanda terima").await;
    shown(host, &format!("{number}.pdf")).await;
    picture(page, "cash-receipt").await;
    confirm(host, "Tutup").await;
    let bought = purchases(running, admin).await.rows.remove(0).purchase;
    let bought_id = bought.id;
    let asked = json!({ "ask": "office", "about": "receipt", "with": { "purchase": bought, "lines": [] } });
    let said = paper(host, &asked).await;
    for part in [
        "Tunai di loket",
        "Potongan voucher HEMAT10 −Rp20.000",
        "Total dibayar Rp180.000",
        "Pelanggan",
        "Rumah, Jl. Uji 0",
        "Uji",
        // The number that the dialog says, and that a case takes.
        &PurchaseNumber::of(bought_id).to_string(),
    ] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
}

/// A part of it goes back: more leaves the balance than the money, which is said before and after.
async fn refund(host: &Host, running: &Running, admin: &str) {
    let page = &host.driven.page;
    press(host, "Pembelian").await;
    until(page, "the purchase", "document.querySelector('[data-purchase=settled]')").await;
    press(host, "Kembalikan").await;
    whose(host).await;
    fill(host, "refund-amount", "20000").await;
    let words = "Rp20.000 dikembalikan; saldo berkurang Rp22.222, karena Rp2.222 berasal dari voucher HEMAT10.";
    shown(host, words).await;
    picture(page, "refund-form").await;
    fill(host, "refund-amount", "180001").await;
    shown(host, "Paling banyak Rp180.000").await;
    fill(host, "refund-amount", "20.000").await;
    fill(host, "refund-reason", WHY).await;
    press(host, "Lanjut").await;
    shown(host, "Rp190.000 → Rp167.778").await;
    let asked = "[...document.querySelectorAll('.dialog')].at(-1).innerText";
    until(page, "the same in the question", &format!("{asked}.includes({words:?}) && {asked}.includes('Pelanggan · Rumah')"))
        .await;
    picture(page, "refund-confirm").await;
    confirm(host, "Kembalikan Rp20.000").await;
    until(page, "the balance after it", "document.querySelector('[data-balance=\"167778\"]')").await;
    until(page, "its reason", &format!("document.querySelector('[data-purchase=settled]').innerText.includes({WHY:?})")).await;
    press(host, "Rekening").await;
    until(page, "its line", &format!("document.querySelector('[data-line=refund]')?.innerText.includes({WHY:?})")).await;
    let path = format!("/money/v1/statement?connection={}", running.world.meters[0].connection.0);
    let line = running.get::<Statement>(admin, &path).await.lines.remove(0);
    assert_eq!((line.amount, line.reason.as_str()), (Rupiah(-22_222), WHY));
    let log: AuditPage = running.get(admin, "/admin/v1/audit?kind=refund_cash").await;
    assert!(log.entries[0].changes.iter().any(|change| change.field == "reason" && change.after == WHY));
    press(host, "Penyesuaian").await;
    whose(host).await;
    press(host, "Batal").await;
}

/// What the customer reads of it.
async fn customer_reads(running: &Running, purchase: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the app", "document.querySelector('.tabs')").await;
    go(&host, "riwayat").await;
    until(page, "the purchase", "document.querySelector('[data-purchase] summary')").await;
    page.execute("document.querySelector('[data-purchase] details').open = true", vec![]).await.expect("opens");
    until(page, "what left the balance", "document.querySelector('[data-return]')?.innerText.includes('−Rp22.222')").await;
    shown(&host, WHY).await;
    let is_whole = "[...document.querySelectorAll('[data-purchase] summary')].every((row) => row.scrollWidth <= row.clientWidth)";
    until(page, "rows that nothing is cut off of", is_whole).await;
    picture(page, "refund-shown").await;
    press(&host, "Mutasi").await;
    shown(&host, WHY).await;
    let said = paper(&host, &json!({ "ask": "money", "money": "receipt", "purchase": purchase })).await;
    for part in ["Sudah dikembalikan −Rp20.000", "−Rp22.222", &format!("Alasan {WHY}")] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    host.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_refund_explains_itself_and_cash_has_a_receipt() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    make(&running, &tenth("HEMAT10")).await;
    post_fee(&running).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 900)).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(&host, "pelanggan").await;
    open_first_customer(page).await;
    until(page, "the balance, with the fee of the month", "document.querySelector('[data-balance=\"-10000\"]')").await;
    cash(&host, &running, &admin).await;
    refund(&host, &running, &admin).await;
    host.end().await;
    let purchase = purchases(&running, &admin).await.rows[0].purchase.id.to_string();
    customer_reads(&running, &purchase).await;
    running.server.stop().await;
}
