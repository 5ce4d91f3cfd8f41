//! Laporan on a device: every file has the figures of the page, a template travels between admins, and a customer gets papers that add up.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use domain::exports::{Cell, Printed};
use domain::reports::{Block, Days, Design, KeyFigure, Part, Piece, Report, ReportKind, TemplateContent};
use domain::{ReportTemplateId, Rupiah, TimeZone};
use protocol::core::problem::{Code, Problem};
use protocol::sales::money::{AdjustmentRequest, Purchase};
use protocol::sync::push::{Operation, Rejection};
use protocol::ui::exports::{ExportFormat, Made, Taking};
use protocol::ui::reports::{CustomerPaper, FileAsked, Filled, PageAsked, PaperAsked, ReportAsked, ReportDesk, RunAsked};
use protocol::ui::{
    Answer, ExportsRequest, ExportsResponse, Phase, ReportsRequest, ReportsResponse, Request, RevenueQuestion, RevenueRequest,
    RevenueResponse, RevenueView,
};
use std::sync::Arc;
use sync_server::core::now;
use tests::field::{clean, phase, send, sign_in, submit, until};
use tests::ops::code;
use tests::shop::{second_admin, wanted};
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

/// What the desk is answered.
pub async fn ask(client: &Client, request: ReportsRequest) -> Result<ReportsResponse, Problem> {
    match client.call(Request::Reports(request)).await? {
        Answer::Reports(response) => Ok(*response),
        other => panic!("{other:?}"),
    }
}

/// Fills a report.
pub async fn fill(client: &Client, design: Design) -> (Uuid, Filled) {
    let id = Uuid::now_v7();
    match ask(client, ReportsRequest::Fill(Box::new(ReportAsked { id, design }))).await.expect("filled") {
        ReportsResponse::Filled(filled) => (id, *filled),
        other => panic!("{other:?}"),
    }
}

/// A file that was made, taken as a page takes it.
async fn taken(client: &Client, id: Uuid, made: &Made) -> Vec<u8> {
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < made.bytes {
        let asked = ExportsRequest::Take(Taking { id, offset: bytes.len() as u64 });
        match client.call(Request::Exports(asked)).await.expect("a part") {
            Answer::Exports(response) => match *response {
                ExportsResponse::Part(part) => bytes.extend(STANDARD.decode(part.base64).expect("base64")),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
    bytes
}

/// Has a file made and takes it.
pub async fn file(client: &Client, id: Uuid, format: ExportFormat, table: u32) -> (Made, Vec<u8>) {
    let file = Uuid::now_v7();
    match ask(client, ReportsRequest::Make(FileAsked { id, file, format, table })).await.expect("made") {
        ReportsResponse::Made(made) => {
            let bytes = taken(client, file, &made).await;
            (made, bytes)
        }
        other => panic!("{other:?}"),
    }
}

/// A client whose papers are what is put on them, as JSON.
pub async fn with_papers(running: &Running, folder: &str) -> Client {
    let client = client_with(&running.world.folder.path().join(folder), &running.url(), &Kept::default()).await;
    client.set_paper(Arc::new(|printed| serde_json::to_vec(printed).map_err(|error| error.to_string())));
    client
}

fn printed(bytes: &[u8]) -> Report {
    match serde_json::from_slice(bytes).expect("what is put on paper") {
        Printed::Reports(reports) => reports.into_iter().next().expect("a report"),
        other => panic!("{other:?}"),
    }
}

async fn revenue(client: &Client) -> RevenueView {
    match client.call(Request::Revenue(RevenueRequest::View(RevenueQuestion::default()))).await.expect("an answer") {
        Answer::Revenue(response) => match *response {
            RevenueResponse::View(view) => *view,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Fifty thousand came in in cash, and twenty went back.
async fn some_money(running: &Running) {
    let admin = running.tokens("admin").await.access_token;
    let bought = wanted(running, 0, 50_000, None);
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &bought).await;
    let back = AdjustmentRequest { of: bought.id, key: Uuid::now_v7(), amount: Rupiah(20_000), reason: "Pindah rumah".into() };
    let _: Purchase = running.post(&admin, "/admin/v1/money/refund", &back).await;
}

fn this_month(kind: ReportKind) -> Design {
    Design { days: Days::ThisMonth, ..Design::of(kind) }
}

/// The key figures of a report, behind what it says of the data.
fn figures(report: &Report) -> &[KeyFigure] {
    let found = report.blocks.iter().find_map(|block| if let Block::KeyFigures(figures) = block { Some(figures) } else { None });
    found.expect("key figures")
}

/// The sum of a table's last column, in a CSV of our own.
fn last_column(csv: &str) -> i64 {
    let number = |line: &str| line.rsplit(';').next().and_then(|cell| cell.trim().replace('.', "").parse::<i64>().ok());
    csv.lines().skip(1).filter_map(number).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_of_a_report_has_the_figures_of_pendapatan_and_is_the_same_twice() {
    let running = World::new().start().await;
    some_money(&running).await;
    let desk = with_papers(&running, "desk").await;
    sign_in(&desk, "admin").await;
    let received =
        until(&desk, "the day", async || Some(revenue(&desk).await.figures.received).filter(|of| *of == Rupiah(30_000))).await;
    phase(&desk, Phase::Live).await;
    running.server.stop().await;
    phase(&desk, Phase::Offline).await;

    let (id, filled) = fill(&desk, this_month(ReportKind::Revenue)).await;
    assert!(filled.fits_paper && filled.as_of.is_some(), "{filled:?}");
    let place = filled.tables.iter().position(|title| title == "Uang masuk").expect("the table of what came in");
    let (made, csv) = file(&desk, id, ExportFormat::Csv, place as u32).await;
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert_eq!(last_column(&csv), received.0, "{csv}");
    assert!(made.name.starts_with("pendapatan-") && made.name.ends_with(".csv"), "{}", made.name);

    let (_, paper) = file(&desk, id, ExportFormat::Pdf, 0).await;
    let report = printed(&paper);
    assert_eq!(figures(&report)[0].value, Cell::Number(received.0));
    let table = report.tables().find(|table| table.title == "Uang masuk").expect("the same table");
    assert_eq!(table.total().expect("a sum").last(), Some(&Cell::Number(received.0)));
    let (_, workbook) = file(&desk, id, ExportFormat::Xlsx, 0).await;
    assert!(workbook.starts_with(b"PK"));
    assert_eq!(
        (file(&desk, id, ExportFormat::Pdf, 0).await.1, file(&desk, id, ExportFormat::Xlsx, 0).await.1),
        (paper, workbook)
    );
    assert_eq!(file(&desk, id, ExportFormat::Csv, place as u32).await.1, csv.into_bytes());

    // What is left out is in none of them, and the page is asked of the same report.
    let pieces = vec![Piece::Title("Untuk rapat".into()), Piece::Part(Part::Figures)];
    let (short, filled) = fill(&desk, Design { pieces: Some(pieces), ..this_month(ReportKind::Revenue) }).await;
    assert!(filled.tables.is_empty() && filled.parts.len() > 3, "{filled:?}");
    let asked = |id| ReportsRequest::Page(PageAsked { id, page: 1 });
    assert_eq!(ask(&desk, asked(id)).await.expect_err("another one has its place").code, Code::NotFound);
    // This host's papers are no pictures.
    assert_ne!(ask(&desk, asked(short)).await.expect_err("JSON of something else").code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_a_typesetter_says_that_it_makes_no_papers_and_makes_the_other_files() {
    let running = World::new().start().await;
    let folder = running.world.folder.path();
    let without = client_with(&folder.join("without"), &running.url(), &Kept::default()).await;
    let failing = client_with(&folder.join("failing"), &running.url(), &Kept::default()).await;
    failing.set_paper(Arc::new(|_| Err("receipts is not built yet".to_owned())));
    for desk in [without, failing] {
        sign_in(&desk, "admin").await;
        phase(&desk, Phase::Live).await;
        let (id, _) = fill(&desk, this_month(ReportKind::Revenue)).await;
        let page = ReportsRequest::Page(PageAsked { id, page: 1 });
        assert_eq!(ask(&desk, page).await.expect_err("nothing makes it").code, Code::NoPaper);
        assert!(file(&desk, id, ExportFormat::Xlsx, 0).await.1.starts_with(b"PK"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_an_office_is_filled_from_the_cache_and_nobody_else_fills_any() {
    let running = World::new().start().await;
    let desk = with_papers(&running, "desk").await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    for kind in ReportKind::OFFICE {
        let (id, filled) = fill(&desk, this_month(kind)).await;
        assert!(!filled.parts.is_empty(), "{kind:?}");
        assert_eq!(printed(&file(&desk, id, ExportFormat::Pdf, 0).await.1).kind, kind);
    }
    let (_, filled) = fill(&desk, Design { zone: Some(running.world.zones[1]), ..Design::of(ReportKind::DeviceStatus) }).await;
    assert_eq!(filled.rows, 4, "three states and the one meter of the zone");
    let customer = with_papers(&running, "phone").await;
    sign_in(&customer, "customer").await;
    let asked = ReportAsked { id: Uuid::now_v7(), design: this_month(ReportKind::Revenue) };
    assert_eq!(ask(&customer, ReportsRequest::Fill(Box::new(asked))).await.expect_err("denied").code, Code::Denied);
    assert_eq!(ask(&customer, ReportsRequest::Desk).await.expect_err("denied").code, Code::Denied);
    clean(running).await;
}

fn content(name: &str, shared: bool, days: Days) -> TemplateContent {
    TemplateContent { name: name.into(), shared, design: Design { days, ..Design::of(ReportKind::Revenue) } }
}

fn put(template: ReportTemplateId, before: Option<TemplateContent>, after: TemplateContent) -> Operation {
    Operation::PutReportTemplate { template, before: before.map(Box::new), after: Box::new(after) }
}

async fn names(client: &Client) -> Vec<(String, u32)> {
    let desk: ReportDesk = match ask(client, ReportsRequest::Desk).await.expect("an answer") {
        ReportsResponse::Desk(desk) => *desk,
        other => panic!("{other:?}"),
    };
    desk.templates.into_iter().map(|row| (row.template.content.name, row.template.version)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_kept_without_a_network_comes_to_the_other_admins_once_it_is_shared() {
    let running = World::new().start().await;
    second_admin(&running).await;
    let (mine, theirs) = (with_papers(&running, "mine").await, with_papers(&running, "theirs").await);
    sign_in(&mine, "admin").await;
    sign_in(&theirs, "second").await;
    phase(&mine, Phase::Live).await;
    let template = ReportTemplateId(Uuid::now_v7());
    let config = running.same_addresses();
    running.server.stop().await;
    phase(&mine, Phase::Offline).await;
    let (own, shared) = (content("Bulanan", false, Days::LastMonth), content("Bulanan", true, Days::LastMonth));
    submit(&mine, put(template, None, own.clone())).await;
    assert_eq!(names(&mine).await, [("Bulanan".to_owned(), 1)], "it is there before the server has it");

    let running =
        Running { server: sync_server::server::Server::start(&config).await.expect("it starts again"), world: running.world };
    phase(&mine, Phase::Live).await;
    submit(&mine, put(template, Some(own), shared.clone())).await;
    let version = until(&theirs, "the template", async || names(&theirs).await.first().map(|(_, version)| *version)).await;
    assert_eq!(version, 2);
    // Both change another part of it.
    submit(&mine, put(template, Some(shared.clone()), content("Bulanan direksi", true, Days::LastMonth))).await;
    submit(&theirs, put(template, Some(shared), content("Bulanan", true, Days::ThisMonth))).await;
    until(&theirs, "both changes", async || names(&theirs).await.contains(&("Bulanan direksi".to_owned(), 4)).then_some(()))
        .await;
    submit(&theirs, Operation::RemoveReportTemplate { template }).await;
    assert!(names(&theirs).await.is_empty(), "it goes at once where it was removed");
    until(&mine, "that it goes", async || names(&mine).await.is_empty().then_some(())).await;
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_its_authors_alone_until_it_is_shared_and_only_the_author_shares_it() {
    let running = World::new().start().await;
    second_admin(&running).await;
    let template = ReportTemplateId(Uuid::now_v7());
    let (own, shared) = (content("Bulanan", false, Days::LastMonth), content("Bulanan", true, Days::LastMonth));
    let say = async |who: &str, operation: Operation| code(&send(&running, who, &[operation]).await[0]);
    assert_eq!(say("admin", put(template, None, own.clone())).await, None);
    assert_eq!(say("admin", put(template, None, own.clone())).await, None, "the same once more");
    for operation in [put(template, Some(own.clone()), shared.clone()), Operation::RemoveReportTemplate { template }] {
        assert_eq!(say("second", operation).await, Some(Rejection::NotFound));
    }
    assert_eq!(say("second", put(template, None, own.clone())).await, Some(Rejection::IdReused));
    assert_eq!(say("technician", put(template, None, own.clone())).await, Some(Rejection::Denied));
    assert_eq!(say("admin", put(template, Some(own.clone()), shared.clone())).await, None);
    assert_eq!(say("second", put(template, Some(shared.clone()), own)).await, Some(Rejection::Denied));
    assert_eq!(say("second", put(template, Some(shared.clone()), content("Rapat", true, Days::LastMonth))).await, None);
    let late = content("Direksi", true, Days::LastMonth);
    assert_eq!(say("admin", put(template, Some(shared.clone()), late)).await, Some(Rejection::Conflict));
    assert_eq!(say("admin", put(template, Some(shared), content("", true, Days::LastMonth))).await, Some(Rejection::Invalid));
    assert_eq!(say("second", Operation::RemoveReportTemplate { template }).await, None);
    assert_eq!(say("admin", Operation::RemoveReportTemplate { template }).await, Some(Rejection::NotFound));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_year_adds_up_to_the_balance_and_nobody_gets_anothers() {
    let running = World::new().start().await;
    some_money(&running).await;
    let phone = with_papers(&running, "phone").await;
    sign_in(&phone, "customer").await;
    let connection = running.world.meters[0].connection;
    let today = TimeZone::ALL[0].day_of(now());
    let paper = async |paper| {
        let file = Uuid::now_v7();
        match ask(&phone, ReportsRequest::Paper(PaperAsked { file, connection, paper })).await {
            Ok(ReportsResponse::Made(made)) => Ok(printed(&taken(&phone, file, &made).await)),
            Ok(other) => panic!("{other:?}"),
            Err(problem) => Err(problem),
        }
    };
    // Bought 50,000, paid back 20,000, and the month's fee.
    let year = until(&phone, "the statement", async || {
        let report = paper(CustomerPaper::Year { year: today.ymd().0 }).await.ok()?;
        (figures(&report)[3].value == Cell::Number(20_000)).then(|| report.clone())
    })
    .await;
    let months = year.tables().next().expect("the months");
    assert_eq!(months.total().expect("sums")[1], Cell::Number(50_000), "what was bought");
    assert_eq!(months.rows().last().and_then(|row| row.last()), Some(&Cell::Number(20_000)), "the balance after the last month");
    assert!(year.subtitle.contains("WM-TEST-A") && year.subtitle.contains("Jl. Uji 0"), "{}", year.subtitle);
    let letter = paper(CustomerPaper::Month { month: today.month() }).await.expect("a letter");
    assert_eq!((letter.kind, letter.blocks.len()), (ReportKind::UsageLetter, 4));
    let ahead = CustomerPaper::Year { year: today.ymd().0 + 1 };
    assert_eq!(paper(ahead).await.expect_err("not yet").code, Code::BadRequest);
    let others = PaperAsked {
        file: Uuid::now_v7(),
        connection: running.world.meters[1].connection,
        paper: CustomerPaper::Month { month: today.month() },
    };
    assert_eq!(ask(&phone, ReportsRequest::Paper(others)).await.expect_err("not held here").code, Code::NotFound);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_comes_to_its_recipient_and_its_files_are_made_of_what_was_stored_offline_too() {
    let running = World::new().start().await;
    some_money(&running).await;
    let token = running.tokens("admin").await.access_token;
    let everybody = tests::runs::people(&running, &token).await;
    tests::runs::put(&running, &token, tests::runs::nightly(ReportKind::Revenue, everybody)).await;
    let desk = with_papers(&running, "desk").await;
    sign_in(&desk, "admin").await;
    let tomorrow = now().plus(domain::core::local_time::DAY_MS);
    assert_eq!(sync_server::jobs::reports::once_at(&running.server.app, tomorrow).await.expect("made"), 1);
    let run = until(&desk, "the run", async || match ask(&desk, ReportsRequest::Desk).await.expect("a desk") {
        ReportsResponse::Desk(desk) => desk.runs.into_iter().next(),
        other => panic!("{other:?}"),
    })
    .await;
    assert_eq!((run.kind, run.missed), (Some(ReportKind::Revenue), 0));
    until(&desk, "the day", async || Some(revenue(&desk).await.figures.received).filter(|of| *of == Rupiah(30_000))).await;
    let of_device = {
        let (id, filled) = fill(&desk, Design { days: Days::Between(run.period), ..Design::of(ReportKind::Revenue) }).await;
        let mut tables = Vec::new();
        for place in 0..filled.tables.len() {
            tables.push(file(&desk, id, ExportFormat::Csv, place as u32).await.1);
        }
        tables
    };
    let open = async || {
        let id = Uuid::now_v7();
        match ask(&desk, ReportsRequest::Run(RunAsked { id, run: run.id })).await {
            Ok(ReportsResponse::Filled(filled)) => Ok((id, *filled)),
            Ok(other) => panic!("{other:?}"),
            Err(problem) => Err(problem),
        }
    };
    let (id, filled) = open().await.expect("the stored report");
    assert_eq!((filled.period, filled.as_of), (run.period, Some(run.at)));
    let place = filled.tables.iter().position(|title| title == "Uang masuk").expect("the table of what came in") as u32;
    for (table, of_device) in of_device.iter().enumerate() {
        let of_server = file(&desk, id, ExportFormat::Csv, table as u32).await.1;
        assert_eq!(&of_server, of_device, "{}: the server fills it as the device does", filled.tables[table]);
    }
    let files = async |id| {
        let pdf = file(&desk, id, ExportFormat::Pdf, 0).await.1;
        (pdf, file(&desk, id, ExportFormat::Xlsx, 0).await.1, file(&desk, id, ExportFormat::Csv, place).await.1)
    };
    let online = files(id).await;

    // More money comes in, and the server is gone: what was opened once is the same.
    some_money(&running).await;
    running.server.stop().await;
    phase(&desk, Phase::Offline).await;
    let (again, _) = open().await.expect("what was kept");
    assert_eq!(files(again).await, online);
    let never = ReportsRequest::Run(RunAsked { id: Uuid::now_v7(), run: domain::ReportRunId(Uuid::now_v7()) });
    assert_eq!(ask(&desk, never).await.expect_err("it was never opened").code, Code::Unreachable);
}
