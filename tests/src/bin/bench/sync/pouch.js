// The other side of the benchmark: PouchDB as its own documentation has it. `fill URL COUNT` puts the same rows into a server;
// `pull URL FOLDER` replicates them into a database on disk and prints rows and milliseconds.
const PouchDB = require('pouchdb');
const [work, url, where] = process.argv.slice(2);
const rows = (from, to) => Array.from({ length: to - from }, (_, i) => i + from).map((n) => {
  const id = String(n >> 1).padStart(8, '0');
  return n % 2 === 0
    ? { _id: `customer:${id}`, number: String(1000001 + (n >> 1)), name: `Pelanggan ${id}`, phone: '+62 812 3456 7890', email: `pelanggan${id}@contoh.example`,
        address: `Jl. Kenanga ${n % 197}`, city: 'Bandung', province: 'Jawa Barat', postal_code: '40286', nik: '', household_size: 4, status: 'active' }
    : { _id: `connection:${id}`, customer: `customer:${id}`, zone: `zone:${n % 20}`, kind: 'residential', label: 'Rumah',
        address: `Jl. Kenanga ${n % 197}`, tariff_class: 'residential', meter: null };
});
async function main() {
  const far = new PouchDB(url);
  if (work === 'fill') {
    for (let from = 0; from < Number(where); from += 2000) {
      await far.bulkDocs(rows(from, Math.min(from + 2000, Number(where))));
    }
    return;
  }
  const near = new PouchDB(where);
  const started = process.hrtime.bigint();
  const done = await near.replicate.from(far, { batch_size: 1000, batches_limit: 10 });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  console.log(JSON.stringify({ rows: done.docs_written, ms }));
}
main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
