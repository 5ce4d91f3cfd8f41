//! `shots DIR`: PNGs of pages from the demo, in a real browser, and a contact sheet for each role.
#![allow(clippy::print_stdout, reason = "it names what it could not picture")]

mod addresses;
mod earning;
mod importing;
mod metering;
mod ordering;
mod packing;
mod selecting;
mod working;
mod zoning;

use addresses::{PAGES, address_of};
use clap::Parser;
use fantoccini::Locator;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tests::driver::{Driven, chromium, until};
use tests::world::program;

#[derive(Parser)]
struct Cli {
    /// Where to
    dir: PathBuf,
    /// Only this page, such as beranda
    #[arg(long)]
    page: Option<String>,
    /// Only this role
    #[arg(long)]
    role: Option<String>,
    /// phone (390×844) or desktop (1440×900)
    #[arg(long)]
    size: Option<String>,
    /// light, dark or sunlight
    #[arg(long)]
    theme: Option<String>,
    /// id or en
    #[arg(long, default_value = "id")]
    lang: String,
    /// live, or offline: with the server gone
    #[arg(long, default_value = "live")]
    state: String,
}

const SIZES: &[(&str, u32, u32, u32)] = &[("phone", 390, 844, 2), ("desktop", 1_440, 900, 1)];

/// Edits three customers, once, so that the log has something to show.
const EDITS: &str = "const done = arguments[0]; const call = (body) => fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
    body: JSON.stringify(body) }).then((answer) => answer.json()); (async () => { \
    const rows = (await call({ ask: 'customers', search: '', offset: 0, limit: 3 })).Ok.customers.rows; \
    for (const row of rows) { const customer = (await call({ ask: 'customer', customer: row.id })).Ok.customer.customer; \
      const email = `${customer.name.split(' ')[0].toLowerCase()}@contoh.example`; if (customer.email === email) continue; \
      const size = Number(customer.household_size ?? 0); \
      await call({ ask: 'submit', kind: 'edit_customer', customer: row.id, patch: { \
        email: { from: customer.email, to: email }, \
        household_size: { from: size ? String(size) : '', to: String(size + 1) } } }); } done(true); })()";

/// Edits a customer in a way that no server takes, once, so that there is something to mend; and another one, which it takes.
const WRONG: &str = "const done = arguments[0]; const call = (body) => fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
    body: JSON.stringify(body) }).then((answer) => answer.json()); (async () => { \
    if ((await call({ ask: 'outbox' })).Ok.outbox.some((item) => /abc/.test(item.payload))) return done(true); \
    const rows = (await call({ ask: 'customers', search: '', offset: 3, limit: 2 })).Ok.customers.rows; \
    for (const [row, to] of [[rows[0], '40 abc'], [rows[1], '40115']]) { \
      const { postal_code: from } = (await call({ ask: 'customer', customer: row.id })).Ok.customer.customer; \
      await call({ ask: 'submit', kind: 'edit_customer', customer: row.id, patch: { postal_code: { from, to } } }); } done(true); })()";

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Ends a program when it is dropped.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() -> Outcome {
    let cli = Cli::parse();
    std::fs::create_dir_all(&cli.dir)?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("server");
    run(Command::new(program("simulators")).arg("demo").arg("--data").arg(&data).stdout(Stdio::null()))?;
    let mut server = Command::new(program("sync-server"));
    server
        .arg("serve")
        .arg("--data")
        .arg(&data)
        .args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"])
        .env("INDOWATER_WEBHOOK_ENABLED", "true")
        .env("RUST_LOG", "error");
    let (server, lines) = listen(&mut server, 2)?;
    let (http, mqtt) = (format!("http://{}", lines[0]), &lines[1]);
    let plan = data.join("demo.json");
    run(Command::new(program("simulators")).arg("history").arg("--server").arg(&http).arg("--plan").arg(&plan))?;
    judged(&data).await?;
    let mut meters = Command::new(program("simulators"));
    meters.arg("live").arg("--mqtt").arg(mqtt).arg("--plan").arg(&plan).args(["--lively", "300", "--silent", "29"]);
    let meters = Ends(meters.spawn()?);
    let password = serde_json::from_slice::<serde_json::Value>(&std::fs::read(&plan)?)?["password"].clone();
    let password = password.as_str().unwrap_or_default().to_owned();
    let mut server = Some((server, meters));
    let mut hosts = Vec::new();
    for (place, (role, pages)) in
        PAGES.iter().enumerate().filter(|(_, (role, _))| cli.role.as_deref().is_none_or(|wanted| wanted == *role))
    {
        let device = format!("{role}-{place}");
        let mut host = Command::new(program("browser-host"));
        host.arg("--server").arg(&http).arg("--data").arg(folder.path().join(&device)).env("RUST_LOG", "error");
        if *role != "none" {
            host.env("INDOWATER_SIGN_IN", format!("{role}@indowater.example:{password}"));
        }
        let (host, lines) = listen(&mut host, 1)?;
        hosts.push((role, pages, host, lines[0].clone(), device));
    }
    if cli.state == "offline" {
        for (_, _, _, address, device) in hosts.iter().filter(|(role, ..)| **role != "none") {
            let driven = chromium(&folder.path().join(format!("{device}-first")), 1_440, 900, 1).await;
            driven.page.goto(address).await?;
            until(&driven.page, "the first data", "document.querySelector('.card')").await;
            driven.end().await;
        }
        server.take();
    }
    for (role, pages, _host, address, device) in &hosts {
        for (size, width, height, scale) in SIZES.iter().filter(|size| cli.size.as_deref().is_none_or(|wanted| wanted == size.0))
        {
            let driven = chromium(&folder.path().join(format!("{device}-{size}")), *width, *height, *scale).await;
            driven.page.goto(address).await?;
            for page in pages.iter().filter(|page| cli.page.as_deref().is_none_or(|wanted| wanted == **page)) {
                for theme in ["light", "dark", "sunlight"] {
                    let wanted = cli.theme.as_deref().map_or(theme != "sunlight", |wanted| wanted == theme);
                    if wanted {
                        shoot(&driven, &cli, (role, page, size, theme)).await?;
                    }
                }
            }
            driven.end().await;
        }
        sheet(&cli.dir, role)?;
    }
    Ok(())
}

/// Waits until the rules of leaks have judged the history of every meter.
async fn judged(data: &Path) -> Outcome {
    let db = sync_server::core::open_connection(&data.join("indowater.db"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let left = "SELECT (SELECT COUNT(*) FROM meter) - (SELECT COUNT(*) FROM leak_state) + (SELECT COUNT(*) FROM leak_due)";
    for _ in 0..240 {
        if db.query_row(left, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    Err("the history was not judged in four minutes".into())
}

/// Waits for what a page shows that comes from the server: what the demo's users were notified of, what an admin sees of the queue, the day of the
/// utility, and what is planned.
async fn shown(driven: &Driven, of: (&str, &str)) {
    let part = match of {
        ("customer", "bandingkan") => {
            "document.querySelector('#compare-chart svg') && (document.querySelector('.comparison').scrollIntoView(), true)"
        }
        ("customer", "peringatan" | "peringatan-lalu") => "document.querySelector('.alert-row')",
        ("customer", "peringatan-atur") => "document.querySelector('.alert-matrix') && document.querySelector('[data-preview]')",
        ("admin", "ringkasan") => "document.querySelector('.summary-page .bars') && document.querySelector('.summary-receipts')",
        ("admin", "antrean-kirim") => "document.querySelector('[data-letter]')",
        ("admin", "jadwal") => "document.querySelectorAll('[data-schedule]').length > 2",
        ("admin", "cuti") => "document.querySelector('[data-leave]')",
        ("admin", "suku-cadang") => "document.querySelector('[data-part]')",
        ("admin", "langganan") => "document.querySelector('[data-feed]')",
        ("admin", "daftar-periksa") => "document.querySelector('[data-template]')",
        _ => return,
    };
    until(&driven.page, "what the page is about", part).await;
}

/// Goes to a page of the list.
async fn go(driven: &Driven, page: &str, is_live: bool) -> Outcome {
    if page == "dugaan" {
        driven.page.execute("location.hash = '#/peringatan'", vec![]).await?;
        until(&driven.page, "a case", "document.querySelector('[data-case] a')").await;
        driven.page.execute("document.querySelector('[data-case] a').click()", vec![]).await?;
        until(&driven.page, "its page", "document.querySelector('.case .chip')").await;
    } else if matches!(page, "zona-batas" | "neraca") {
        zoning::open(driven, page, is_live).await?;
    } else if page.starts_with("pendapatan") {
        earning::open(driven, page, is_live).await?;
    } else if page.starts_with("impor") {
        importing::open(driven, page, is_live).await?;
    } else if page.starts_with("massal") {
        selecting::open(driven, page, is_live).await?;
    } else if page.starts_with("perintah") || page == "ganti-meter" {
        ordering::open(driven, page, is_live).await?;
    } else if page.starts_with("pekerjaan") || page == "daftar-periksa-ubah" {
        working::open(driven, page).await?;
    } else if page == "peta-luring" {
        packing::open(driven).await?;
    } else if page == "meter" {
        metering::open(driven, is_live).await?;
    } else {
        driven.page.execute("location.hash = '#/' + arguments[0].replace(/^[/]/, '')", vec![address_of(page).into()]).await?;
    }
    Ok(())
}

async fn shoot(driven: &Driven, cli: &Cli, (role, page, size, theme): (&str, &str, &str, &str)) -> Outcome {
    let mut preferences = serde_json::json!({ "language": cli.lang, "theme": theme, "motion": "system" });
    preferences["ask"] = "set_preferences".into();
    let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: JSON.stringify(arguments[0]) }).then(() => done(true))";
    driven.page.execute_async(script, vec![preferences]).await?;
    go(driven, page, cli.state == "live").await?;
    until(&driven.page, "the theme", &format!("document.documentElement.dataset.theme === '{theme}'")).await;
    until(&driven.page, "the page", "document.querySelector('h1') && !document.querySelector('.skeleton[style]:not(.kit *)')")
        .await;
    if matches!(page, "kisi" | "peta") {
        until(&driven.page, "the meters", "document.querySelector('.meter-card, #fleet-map[data-zoom]')").await;
    }
    if page == "pemakaian" {
        until(&driven.page, "the chart", "document.querySelector('.chart svg')").await;
    }
    if page == "perangkat" && size == "desktop" {
        driven.page.find(Locator::Css("tbody tr")).await?.click().await?;
        until(&driven.page, "the panel", "document.querySelector('.facts')").await;
    }
    if page == "audit" && cli.state == "live" {
        until(&driven.page, "the log", "document.querySelector('.audit-row, .empty')").await;
        driven.page.execute_async(EDITS, vec![]).await?;
        let again =
            "document.querySelectorAll('.audit-row').length >= 3 || (location.hash = '#/akun', location.hash = '#/audit', false)";
        until(&driven.page, "the entries", again).await;
    }
    // Without a keyring, as here, nothing is kept to wait for the server.
    if page == "antrean" && role == "admin" && cli.state == "live" {
        driven.page.execute_async(WRONG, vec![]).await?;
        until(&driven.page, "what was refused", "document.querySelector('[data-state=op-parked]')").await;
    }
    if cli.state == "live" {
        shown(driven, (role, page)).await;
    }
    if page == "pelanggan" && size == "desktop" {
        until(&driven.page, "the list", "document.querySelector('.customer-row')").await;
        driven.page.find(Locator::Css(".customer-row")).await?.click().await?;
        until(&driven.page, "the panel", "document.querySelector('.facts')").await;
    }
    if page == "voucher" && size == "desktop" && cli.state == "live" {
        until(&driven.page, "the campaigns", "document.querySelector('.campaign-row')").await;
        driven.page.find(Locator::Css(".campaign-row")).await?.click().await?;
        until(&driven.page, "the campaign", "document.querySelector('.facts')").await;
    }
    // Transitions are a third of a second at most; a picture of one half done says nothing.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let overflow =
        driven.page.execute("return document.documentElement.scrollWidth - document.documentElement.clientWidth", vec![]).await?;
    if overflow.as_i64().is_some_and(|pixels| pixels > 0) {
        println!("{page}, {size}, {theme}: wider than the screen by {overflow} px");
    }
    std::fs::write(cli.dir.join(format!("{role}-{page}-{size}-{theme}.png")), driven.page.screenshot().await?)?;
    match (size, page) {
        (_, "pekerjaan-langkah") => working::close(driven).await,
        (_, "meter") if cli.state == "live" => metering::record(driven, cli, (role, size, theme)).await,
        ("phone", "perangkat") => sheet_of(driven, cli, ".fleet-list button", (role, page, theme)).await,
        ("phone", "pelanggan") => sheet_of(driven, cli, ".customer-row", (role, page, theme)).await,
        (_, "ekspor") => dialog_of(driven, cli, (".bar-acts .button", "[data-format]"), (role, page, size, theme)).await,
        (_, "voucher") if cli.state == "live" => {
            dialog_of(driven, cli, (".page-head > .button", "#campaign-name"), (role, page, size, theme)).await
        }
        (_, "tarif") if cli.state == "live" => {
            dialog_of(driven, cli, (".tariffs .button.primary", ".preview"), (role, page, size, theme)).await
        }
        _ => Ok(()),
    }
}

/// What a row of a list opens on a phone.
async fn sheet_of(driven: &Driven, cli: &Cli, row: &str, (role, page, theme): (&str, &str, &str)) -> Outcome {
    driven.page.find(Locator::Css(row)).await?.click().await?;
    until(&driven.page, "the sheet", "document.querySelector('.sheet .facts')").await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    std::fs::write(cli.dir.join(format!("{role}-{page}-sheet-{theme}.png")), driven.page.screenshot().await?)?;
    driven.page.find(Locator::Css(".sheet .icon-only")).await?.click().await?;
    until(&driven.page, "no sheet", "!document.querySelector('.sheet')").await;
    Ok(())
}

/// What a button opens, as far as it fits, and its end.
async fn dialog_of(
    driven: &Driven,
    cli: &Cli,
    (button, part): (&str, &str),
    (role, page, size, theme): (&str, &str, &str, &str),
) -> Outcome {
    driven.page.find(Locator::Css(button)).await?.click().await?;
    until(&driven.page, "the dialog", &format!("document.querySelector('.dialog {part}')")).await;
    for (name, script) in [("form", "true"), ("form-end", "document.querySelector('.dialog').scrollTop = 9999")] {
        driven.page.execute(script, vec![]).await?;
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        std::fs::write(cli.dir.join(format!("{role}-{page}-{name}-{size}-{theme}.png")), driven.page.screenshot().await?)?;
    }
    let close = "document.querySelector('.dialog').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))";
    driven.page.execute(close, vec![]).await?;
    until(&driven.page, "no dialog", "!document.querySelector('.dialog')").await;
    Ok(())
}

fn run(command: &mut Command) -> Outcome {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{:?} ended with {status}", command.get_program()).into()) }
}

/// Starts a program and reads what its first lines say behind their first word.
fn listen(command: &mut Command, count: usize) -> Outcome<(Ends, Vec<String>)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let lines = BufReader::new(stdout).lines().take(count).collect::<Result<Vec<_>, _>>()?;
    let values = lines.iter().filter_map(|line| line.split_once(' ').map(|(_, value)| value.trim().to_owned())).collect();
    Ok((Ends(child), values))
}

/// One picture of a role's pages beside each other, where ImageMagick is there to make it.
fn sheet(dir: &Path, role: &str) -> Outcome {
    let mut names: Vec<PathBuf> = std::fs::read_dir(dir)?.filter_map(Result::ok).map(|file| file.path()).collect();
    names.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&format!("{role}-"))));
    names.sort();
    let mut montage = Command::new("montage");
    montage.args(&names).args(["-geometry", "640x640+12+12", "-tile", "4x"]).arg(dir.join(format!("sheet-{role}.png")));
    if names.is_empty() || montage.stderr(Stdio::null()).status().is_err() {
        println!("no contact sheet for {role}");
    }
    Ok(())
}
