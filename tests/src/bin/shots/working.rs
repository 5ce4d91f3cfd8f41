//! Pictures of work orders: the page of one in each of its states, the form of a step, and the editor of a checklist.

use crate::Outcome;
use tests::driver::{Driven, until};

/// Goes to the page of the first order of the device that a test finds; what is over is found by its meter.
const FIND: &str = "const [wanted, done] = arguments; const call = (body) => fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
    body: JSON.stringify(body) }).then((answer) => answer.json()); (async () => { \
    let rows = (await call({ ask: 'work' })).Ok.work; \
    const meters = (await call({ ask: 'fleet', search: '', limit: 200 })).Ok.fleet.rows; \
    for (const meter of wanted === 'completed' ? meters : []) { \
      const found = (await call({ ask: 'device', meter: meter.now.id })).Ok.meter?.work ?? []; rows = [...rows, ...found]; \
      if (found.some((row) => row.order.state === 'completed')) break; } \
    const last = (order) => order.turns?.at(-1)?.turn ?? ''; \
    const is = { going: (order) => order.state === 'in_progress' && last(order) !== 'held', held: (order) => last(order) === 'held', \
      scheduled: (order) => order.state === 'scheduled' && !last(order), completed: (order) => order.state === 'completed' }[wanted]; \
    const row = rows.find((row) => is(row.order)) ?? rows[0]; location.hash = '#/pekerjaan/' + row.order.id; done(true); })()";

/// Goes to a page.
pub async fn open(driven: &Driven, page: &str) -> Outcome {
    if page == "daftar-periksa-ubah" {
        // The editor of the picture before is still open.
        driven.page.execute("location.hash = '#/pemeliharaan/libur'", vec![]).await?;
        until(&driven.page, "another page", "!document.querySelector('.template-step, [data-built-in]')").await;
        driven.page.execute("location.hash = '#/pemeliharaan/daftar-periksa'", vec![]).await?;
        until(&driven.page, "the checklists", "document.querySelector('[data-built-in=preventive] .button:last-child')").await;
        driven.page.execute("document.querySelector('[data-built-in=preventive] .button:last-child').click()", vec![]).await?;
        until(&driven.page, "the editor", "document.querySelectorAll('.template-step').length > 3").await;
        return Ok(());
    }
    let wanted = match page {
        "pekerjaan-baru" => "scheduled",
        "pekerjaan-ditahan" => "held",
        "pekerjaan-selesai" => "completed",
        _ => "going",
    };
    driven.page.execute_async(FIND, vec![wanted.into()]).await?;
    until(&driven.page, "the order", "document.querySelector('[data-work-page]')").await;
    if page == "pekerjaan-langkah" {
        driven.page.execute("document.querySelector('[data-next=step], [data-do]').click()", vec![]).await?;
        until(&driven.page, "the form of a step", "document.querySelector('.dialog[data-of=record]')").await;
    }
    Ok(())
}

/// Closes the form of a step.
pub async fn close(driven: &Driven) -> Outcome {
    let close = "document.querySelector('.dialog').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))";
    driven.page.execute(close, vec![]).await?;
    until(&driven.page, "no dialog", "!document.querySelector('.dialog')").await;
    Ok(())
}
