//! *Peta luring* with a pack: that of the tests' made-up town, brought as the page's own slices are.

use crate::Outcome;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tests::driver::{Driven, until};
use tests::map_pack::town_pack;

/// Brings the pack, unless there is one.
const PREPARE: &str = r"
const [base64, done] = arguments;
const ask = async (body) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/bridge', { method: 'POST', headers, body: JSON.stringify({ ask: 'maps', ...body }) });
  const answer = await response.json();
  if (answer.Err) throw new Error(JSON.stringify(answer.Err));
  return answer.Ok.maps;
};
(async () => {
  if ((await ask({ map: 'list' })).packs.length) return '';
  const id = `01890000-0000-7000-8000-${Date.now().toString(16).padStart(12, '0')}`;
  await ask({ map: 'bring', with: { id, name: 'bandung-timur.pmtiles', offset: 0, base64, is_last: true } });
  return '';
})().then(done, (error) => done(`failed: ${error}`));
";

/// Opens the page.
pub async fn open(driven: &Driven) -> Outcome {
    let prepared = driven.page.execute_async(PREPARE, vec![STANDARD.encode(town_pack()).into()]).await?;
    if prepared.as_str().is_none_or(|said| said.starts_with("failed")) {
        return Err(prepared.to_string().into());
    }
    // A page that is open already does not know of it yet.
    driven.page.execute("location.hash = '#/akun'", vec![]).await?;
    until(&driven.page, "another page", "document.querySelector('.page.account')").await;
    driven.page.execute("location.hash = '#/akun/peta'", vec![]).await?;
    until(&driven.page, "the pack", "document.querySelector('[data-pack]')").await;
    Ok(())
}
