//! Impor in its states. The demo file is made on the page and brought to the client as the page's own slices are.

use crate::Outcome;
use tests::driver::{Driven, until};

/// A list of 40 customers with several kinds of error, as a utility writes it; `salt` makes the numbers of one file others than those of the next.
const FILE: &str = r"
const file = (salt) => {
  const names = ['Agus Salim', 'Budi Hartono', 'Citra Lestari', 'Dewi Anggraini', 'André Wijaya', 'Fitri Handayani', 'Gita Permata', 'Hendra Gunawan'];
  const lines = ['PERUMDA TIRTA NUSANTARA;;;;;;;', 'DAFTAR PELANGGAN CABANG BANDUNG;;;;;;;', ';;;;;;;', 'No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter;Tgl Pasang'];
  for (let n = 1; n <= 40; n++) {
    const place = String(n).padStart(2, '0');
    const number = `0${salt}${n === 33 ? '32' : place}`;
    const name = n === 11 ? '' : `${names[n % names.length]} ${n}`;
    const phone = n === 6 || n === 27 ? '8,13E+11' : n % 9 === 0 ? `8132${salt}${place}` : `08132${salt}${place}`;
    const tariff = n % 8 === 4 ? '2B' : 'R1';
    const zone = n % 12 === 7 ? 'Bandung Barat' : n % 2 ? 'Bandung Timur' : 'Denpasar Selatan';
    const day = n === 19 ? '31/02/2023' : `${String((n % 27) + 1).padStart(2, '0')}/03/2023`;
    lines.push([number, name, phone, `Jl. Melati No. ${n}`, tariff, zone, `IMP-${salt}${place}`, day].join(';'));
  }
  return [...lines, 'TOTAL;40;;;;;;', ''].join('\r\n');
};
";

/// Brings the files that a state needs, unless they are there already, to where it needs them. Gives the import that is to be opened, if it is one.
const PREPARE: &str = r"
const [state, done] = arguments;
const ask = async (body) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/bridge', { method: 'POST', headers, body: JSON.stringify({ ask: 'imports', ...body }) });
  const answer = await response.json();
  if (answer.Err) throw new Error(JSON.stringify(answer.Err));
  return Object.values(answer.Ok.imports)[0];
};
const settled = async (id) => {
  for (;;) {
    const it = await ask({ import: 'show', with: id });
    if (!it.job) return it;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const newId = () => {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
};
// Each state has a file of its own, which stays in it.
const files = { kolom: 'pelanggan-mei.csv', periksa: 'pelanggan-juni.csv', hasil: 'pelanggan-juli.csv' };
const bring = async (of) => {
  const there = (await ask({ import: 'list' })).find((line) => line.name === files[of]);
  if (there) return there.id;
  const id = newId();
  const salt = String(Math.floor(Date.now() / 1000) % 100000).padStart(5, '0');
  await ask({ import: 'bring', with: { id, name: files[of], offset: 0, base64: btoa(file(salt)), is_last: true } });
  await settled(id);
  if (of === 'kolom') return id;
  for (const act of of === 'hasil' ? ['check', 'commit'] : ['check']) {
    await ask({ import: act, with: id });
    await settled(id);
  }
  return id;
};
(async () => {
  if (state === 'kosong') {
    for (const line of await ask({ import: 'list' })) await ask({ import: 'forget', with: line.id });
    return '';
  }
  if (files[state]) return await bring(state);
  for (const of of Object.keys(files)) await bring(of);
  return '';
})().then(done, (error) => done(`failed: ${error}`));
";

/// Opens Impor in the state that a page's name says: `impor` is the list with imports, `impor-kosong` the one without.
pub async fn open(driven: &Driven, page: &str, is_live: bool) -> Outcome {
    let state = page.strip_prefix("impor-").unwrap_or_default();
    if is_live {
        // The zones by which rows are checked come with the first data.
        until(&driven.page, "all of the data", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
    }
    let prepared = driven.page.execute_async(&format!("{FILE}{PREPARE}"), vec![state.into()]).await?;
    let import = prepared.as_str().filter(|said| !said.starts_with("failed")).ok_or_else(|| prepared.to_string())?;
    let address = match state {
        "kosong" | "" => "impor".to_owned(),
        "kolom" => format!("impor/{import}?langkah=kolom"),
        _ => format!("impor/{import}"),
    };
    driven.page.execute("location.hash = '#/' + arguments[0]", vec![address.into()]).await?;
    let there = match state {
        "kosong" => "document.querySelector('.import-list.first')",
        "kolom" => "document.querySelector('.import-columns select')",
        // With the first of the repairs.
        "periksa" => {
            "document.querySelector('.import-cell') && (document.querySelector('.import-repair') \
             ?? (document.querySelector('.import-group')?.click(), null))"
        }
        "hasil" => "document.querySelector('#import-hasil') && document.querySelector('[data-sent]')",
        _ => "document.querySelectorAll('[data-import]').length === 3",
    };
    until(&driven.page, "what the page is about", there).await;
    Ok(())
}
