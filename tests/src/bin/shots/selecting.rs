//! Pictures of many customers at once: the facets, rows that are ticked with the bar, what a change would do, and what became of it.

use crate::Outcome;
use tests::driver::{Driven, until};

/// Makes one batch, unless there is one, so that its page has something to show.
const BATCH: &str = "const done = arguments[0]; const call = (body) => fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
    body: JSON.stringify({ ask: 'bulk', ...body }) }).then((answer) => answer.json()); (async () => { \
    const { batches } = (await call({ bulk: 'list' })).Ok.bulk; if (batches.length > 0) return done(true); \
    const batch = { selection: { of: 'matching', which: { matching: { search: 'jl' }, except: [] } }, change: { set: 'tariff_class', to: 'private_home' } }; \
    await call({ bulk: 'begin', with: { id: crypto.randomUUID(), batch } }); done(true); })()";

/// Presses what is called so, in the dialog if there is one, once it can be pressed.
pub fn press(names: &[&str]) -> String {
    format!(
        "[...(document.querySelector('.dialog') ?? document.querySelector('main')).querySelectorAll('button')]\
         .filter((it) => {names:?}.some((name) => it.innerText.trim().startsWith(name)) && !it.disabled).slice(0, 1).map((it) => it.click() ?? true)[0]"
    )
}

/// Opens Pelanggan in the state that a page's name says, and waits for what it is about.
pub async fn open(driven: &Driven, page: &str, is_live: bool) -> Outcome {
    let goes = |address: &'static str| driven.page.execute("location.hash = '#/' + arguments[0]", vec![address.into()]);
    // What was ticked or open in the picture before is not in this one.
    goes("akun").await?;
    until(&driven.page, "another page", "!document.querySelector('.window')").await;
    if page == "massal-hasil" {
        // Without a keyring, as here, nothing is kept to wait for the server.
        if is_live {
            until(&driven.page, "all of the data", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
            driven.page.execute_async(BATCH, vec![]).await?;
        }
        goes("pelanggan/perubahan").await?;
        until(&driven.page, "the batches", "document.querySelector('[data-batch][data-stage=done], main .empty')").await;
        return Ok(());
    }
    goes("pelanggan").await?;
    until(&driven.page, "the list", "document.querySelector('.customer-row')").await;
    if page == "massal-saring" {
        until(&driven.page, "the way to the facets", &press(&["Saring", "Filter"])).await;
        until(&driven.page, "the facets", "document.querySelector('[data-facet=status] .pick')").await;
        return Ok(());
    }
    until(&driven.page, "ticking", &press(&["Pilih", "Select"])).await;
    until(&driven.page, "boxes", "document.querySelector('.window [data-tick]')").await;
    until(&driven.page, "all that match", &press(&["Pilih semua", "Select all"])).await;
    let untick = "[...document.querySelectorAll('.window [data-tick]')].slice(2, 4).map((it) => it.click() ?? true)[0]";
    until(&driven.page, "two of them not", untick).await;
    if page == "massal-pratinjau" {
        until(&driven.page, "the question", &press(&["Ubah yang dipilih", "Change selected"])).await;
        let inactive = "[...document.querySelectorAll('.dialog select')].map((it) => { it.value = 'inactive'; \
                        it.dispatchEvent(new Event('change', { bubbles: true })); return true; })[0]";
        until(&driven.page, "a change", inactive).await;
        until(&driven.page, "what it would do", "document.querySelector('[data-refused]')").await;
    }
    Ok(())
}
