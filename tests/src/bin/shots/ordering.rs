//! Pictures of many meters at once: cards that are ticked with the bar, what an order to them would do, what became of one, and a meter that is
//! replaced.

use crate::Outcome;
use crate::selecting::press;
use tests::driver::{Driven, until};

/// Orders the valves of all meters to open, once, so that the page of orders has something to show.
const ORDER: &str = "const done = arguments[0]; const call = (body) => fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
    body: JSON.stringify(body) }).then((answer) => answer.json()); \
    const admin = async (meters, body) => Object.values((await call({ ask: 'office', about: 'meters', with: { meters, with: body } })).Ok.admin.response)[0]; (async () => { \
    if ((await admin('order_batches')).batches.length > 0) return done(true); \
    const selected = { of: 'matching', which: { matching: { limit: 0 }, except: [] } }; \
    const meters = (await call({ ask: 'meters_selected', ...selected })).Ok.meter_ids; \
    const order = { meters, do: 'open_valve' }; const { can } = await admin('preview_orders', order); \
    await admin('order_many', { ...order, key: crypto.randomUUID(), reason: 'Pipa induk selesai dikuras', confirmed: can }); done(true); })()";

/// Opens Perangkat, or the page of orders, in the state that a page's name says.
pub async fn open(driven: &Driven, page: &str, is_live: bool) -> Outcome {
    let goes = |address: &'static str| driven.page.execute("location.hash = '#/' + arguments[0]", vec![address.into()]);
    // What was ticked or open in the picture before is not in this one.
    goes("akun").await?;
    until(&driven.page, "another page", "!document.querySelector('.window')").await;
    if page == "perintah-massal" {
        if is_live {
            until(&driven.page, "all of the data", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
            driven.page.execute_async(ORDER, vec![]).await?;
        }
        goes("perangkat/perintah").await?;
        until(&driven.page, "the orders", "document.querySelector('[data-orders], main .empty')").await;
        return Ok(());
    }
    goes("perangkat?bentuk=kisi").await?;
    until(&driven.page, "the cards", "document.querySelector('.meter-card')").await;
    if page == "ganti-meter" {
        driven.page.execute("document.querySelector('.meter-card').click()", vec![]).await?;
        until(&driven.page, "the panel", "document.querySelector('[data-life]')").await;
        if is_live {
            let replace =
                "[...document.querySelectorAll('[data-life] + .actions button')].slice(0, 1).map((it) => it.click() ?? true)[0]";
            until(&driven.page, "the way to the form", replace).await;
            until(&driven.page, "the form", "document.querySelector('#meter-serial')").await;
        }
        return Ok(());
    }
    until(&driven.page, "ticking", &press(&["Pilih", "Select"])).await;
    until(&driven.page, "boxes", "document.querySelector('.cards [data-tick]')").await;
    until(&driven.page, "all that match", &press(&["Pilih semua", "Select all"])).await;
    let untick = "[...document.querySelectorAll('.cards [data-tick]')].slice(1, 3).map((it) => it.click() ?? true)[0]";
    until(&driven.page, "two of them not", untick).await;
    if page == "perintah-pratinjau" && is_live {
        until(&driven.page, "the question", &press(&["Tutup katup", "Close the valve"])).await;
        until(&driven.page, "what it would do", "document.querySelector('[data-preview=orders]')").await;
    }
    Ok(())
}
