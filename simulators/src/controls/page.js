"use strict";
const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const at = (id) => document.getElementById(id);
const kinds = new Map(words.kinds.map((kind) => [kind.kind, kind]));
const rows = new Map();
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

async function ask(method, path, body) {
  const options = { method };
  if (body) {
    options.headers = { "content-type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options).catch(() => { throw new Error(words.unreachable); });
  const read = await answer.json().catch(() => ({ error: words.unreachable }));
  if (!answer.ok) throw new Error(read.error);
  return read;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function now(meter) {
  if (!meter.fault) return words.ordinary;
  const { kind, rate_lph, over_s, by_s, since, until } = meter.fault;
  const parts = [kinds.get(kind).name];
  if (rate_lph !== null) parts.push(`${number.format(rate_lph)} ${words.rate}`);
  if (over_s !== null) parts.push(`${words.within} ${number.format(over_s / 60)} ${words.minutes}`);
  if (by_s !== null) parts.push(`${words.clock} ${by_s > 0 ? "+" : ""}${number.format(by_s / 60)} ${words.minutes}`);
  parts.push(`${words.since} ${clock.format(since)}`);
  if (until !== null) parts.push(`${words.until} ${moment.format(until)}`);
  if (meter.is_silent) parts.push(words.silent);
  return parts.join(" \u00b7 ");
}

function reported({ last }) {
  if (!last) return words.never;
  const parts = [moment.format(last.t), `${number.format(last.reg / 1000)} L`];
  if (last.flow !== undefined) parts.push(`${number.format(last.flow / 1000)} ${words.flow}`);
  if (last.bat !== undefined) parts.push(`${number.format(last.bat)} %`);
  return parts.join(" \u00b7 ");
}

function button(text, serial, danger, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = danger ? "button danger" : "button";
  made.textContent = text;
  made.setAttribute("aria-label", `${text} ${serial}`);
  made.addEventListener("click", act);
  return made;
}

function add(meter) {
  const row = at("meters").insertRow();
  const cells = Array.from({ length: 5 }, () => row.insertCell());
  const choose = button(words.choose, meter.serial, false, () => {
    at("meter").value = meter.serial;
    at("kind").focus();
  });
  const stop = button(words.stop, meter.serial, true, () => {
    choose.focus();
    change(ask("DELETE", `/faults/${encodeURIComponent(meter.serial)}`));
  });
  cells[0].textContent = meter.serial;
  cells[1].textContent = meter.customer;
  cells[4].append(choose, stop);
  at("meter").add(new Option(meter.customer ? `${meter.serial} \u00b7 ${meter.customer}` : meter.serial, meter.serial));
  rows.set(meter.serial, { row, cells, stop, text: `${meter.serial} ${meter.customer}`.toLowerCase() });
  return rows.get(meter.serial);
}

function show(meter) {
  const { row, cells, stop } = rows.get(meter.serial) ?? add(meter);
  write(cells[2], now(meter));
  write(cells[3], reported(meter));
  row.classList.toggle("faulty", meter.fault !== null);
  stop.hidden = meter.fault === null;
}

function filter() {
  const wanted = at("search").value.trim().toLowerCase();
  for (const { row, text } of rows.values()) {
    const wants = text.includes(wanted) && (!at("only").checked || row.classList.contains("faulty"));
    // Whoever is on a row with the keyboard is not thrown out of it.
    row.hidden = !wants && !row.contains(document.activeElement);
  }
  const faulty = at("meters").querySelectorAll(".faulty").length;
  write(at("count"), `${number.format(faulty)} / ${number.format(rows.size)} ${words.faulty}`);
}

async function refresh() {
  try {
    if (!document.hidden) {
      for (const meter of await ask("GET", "/meters")) show(meter);
      filter();
      if (at("problem").textContent === words.unreachable) write(at("problem"), "");
    }
  } catch (error) {
    write(at("problem"), error.message);
  }
  setTimeout(refresh, 2000);
}

async function change(asked) {
  try {
    const meter = await asked;
    show(meter);
    filter();
    write(at("problem"), "");
    write(at("status"), `${meter.serial}: ${now(meter)}`);
  } catch (error) {
    write(at("status"), "");
    write(at("problem"), error.message);
  }
}

function fit() {
  const { rate, over, jumps } = kinds.get(at("kind").value);
  for (const [id, has, usual] of [["rate", rate !== null, rate], ["over", over !== null, over], ["by", jumps, -60]]) {
    at(id).closest("label").hidden = !has;
    at(id).disabled = !has;
    at(id).placeholder = has ? String(usual) : "";
  }
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = { meter: at("meter").value, kind: at("kind").value };
  for (const [id, field, unit] of [["rate", "rate_lph", 1], ["over", "over_s", 60], ["by", "by_s", 60], ["lasts", "for_s", 60]]) {
    if (!at(id).disabled && at(id).value !== "") asked[field] = Number(at(id).value) * unit;
  }
  change(ask("POST", "/faults", asked));
});
at("kind").addEventListener("change", fit);
at("search").addEventListener("input", filter);
at("only").addEventListener("change", filter);
fit();
refresh();
