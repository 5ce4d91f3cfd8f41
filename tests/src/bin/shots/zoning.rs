//! Pictures of a zone: its outline that is drawn, and its water balance.

use crate::Outcome;
use tests::driver::{Driven, until};

/// Opens Zona in the state that a page's name says: what stands in the first zone's line leads there.
pub async fn open(driven: &Driven, page: &str, is_live: bool) -> Outcome {
    // An outline that is open there stays open if the address does not change.
    driven.page.execute("location.hash = '#/ringkasan'", vec![]).await?;
    until(&driven.page, "Ringkasan", "document.querySelector('.summary-page')").await;
    driven.page.execute("location.hash = '#/pengaturan/zona'", vec![]).await?;
    if !is_live {
        return Ok(());
    }
    let (way, part) = match page {
        "neraca" => ("[data-zone] .actions a", ".zone-balance .card"),
        _ => ("[data-zone] .actions button:nth-child(2)", "#zone-map[data-drawn]"),
    };
    until(&driven.page, "a zone", &format!("document.querySelector('{way}')")).await;
    driven.page.execute("document.querySelector(arguments[0]).click()", vec![way.into()]).await?;
    until(&driven.page, "what the page is about", &format!("document.querySelector('{part}')")).await;
    Ok(())
}
