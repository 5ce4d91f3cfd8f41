//! Pictures of a meter as its technician sees it: its page, and the form of a reading.

use crate::{Cli, Outcome};
use fantoccini::Locator;
use tests::driver::{Driven, until};

/// The page of the demo's first meter, about which there is something to read.
pub async fn open(driven: &Driven, with_photos: bool) -> Outcome {
    let script = "const done = arguments[0]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: JSON.stringify({ ask: 'fleet', search: '-001', limit: 1 }) }).then((response) => response.json()) \
                  .then((answer) => { location.hash = '#/meter/' + answer.Ok.fleet.rows[0].now.id; done(true); })";
    driven.page.execute_async(script, vec![]).await?;
    until(&driven.page, "the meter", "document.querySelector('#record')").await;
    if with_photos {
        until(&driven.page, "its photos", "document.querySelector('.thumb img')").await;
    }
    Ok(())
}

/// The form of a reading, with a number that is lower than the last one.
pub async fn record(driven: &Driven, cli: &Cli, (role, size, theme): (&str, &str, &str)) -> Outcome {
    driven.page.find(Locator::Id("record")).await?.click().await?;
    until(&driven.page, "the form", "document.querySelector('#register')").await;
    driven.page.find(Locator::Id("register")).await?.send_keys("00012,345").await?;
    until(&driven.page, "the comparison", "document.querySelector('[data-found]')").await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    std::fs::write(cli.dir.join(format!("{role}-meter-form-{size}-{theme}.png")), driven.page.screenshot().await?)?;
    driven.page.execute("document.querySelector('.dialog form > .button.quiet').click()", vec![]).await?;
    until(&driven.page, "no form", "!document.querySelector('.dialog')").await;
    Ok(())
}
