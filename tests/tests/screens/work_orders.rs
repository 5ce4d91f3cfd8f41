//! Complete work orders in real browsers: a technician does a job in a basement step by step, with the app restarted in between, and an admin reads it; a
//! checklist is written by keys and given to work; what was done after the work was over is looked at; and work says how late it is.

use domain::core::local_time::HOUR_MS;
use domain::maintenance::priority::Priority;
use domain::maintenance::record::RecordContent;
use domain::{MeterId, UtcMillis, WorkOrderId, WorkRecordId};
use fantoccini::Client as Page;
use protocol::sync::push::{Operation, OperationEnvelope};
use protocol::sync::work::{NewWorkRecord, WorkPriorityChange};
use serde_json::json;
use std::path::Path;
use sync_server::core::now;
use sync_server::server::Server;
use tests::axe::in_themes;
use tests::driver::{picture, press, until};
use tests::field::applied;
use tests::host::{Host, sign_in};
use tests::ops::{op, push_with};
use tests::steps::{attach, choose, focus, go, press_in, set};
use tests::work::{announce, plan, say};
use tests::world::{Running, World};
use uuid::Uuid;

/// What axe says of the page in each theme.
async fn findings(page: &Page, what: &str) -> Vec<String> {
    in_themes(page, &format!("orders-{what}"), &["light", "dark", "sunlight"]).await
}

/// Draws a line on the field of a signature, as a finger does.
async fn draw(page: &Page) {
    until(page, "the field", "document.querySelector('canvas.pen')").await;
    let script = "const field = document.querySelector('canvas.pen'); const box = field.getBoundingClientRect();
        const at = (name, x, y) => field.dispatchEvent(new PointerEvent(name, { pointerId: 7, bubbles: true, button: 0,
          clientX: box.left + box.width * x, clientY: box.top + box.height * y }));
        at('pointerdown', 0.1, 0.7); for (const [x, y] of [[0.3, 0.2], [0.5, 0.8], [0.7, 0.3]]) at('pointermove', x, y); at('pointerup', 0.7, 0.3)";
    page.execute(script, vec![]).await.expect("drawn");
    until(page, "what was drawn", "document.querySelector('canvas.pen[data-drawn=true]')").await;
}

/// Saves the form that is open, and waits until the step of a number is as wanted.
async fn save(page: &Page, no: u16, state: &str) {
    press(page, ".dialog [type=submit]").await;
    done(page, no, state).await;
}

async fn done(page: &Page, no: u16, state: &str) {
    let step =
        format!("!document.querySelector('.dialog') && document.querySelector('[data-no=\"{no}\"][data-step-state={state}]')");
    until(page, "the step", &step).await;
}

/// Opens the form of a step.
async fn ask(page: &Page, no: u16) {
    press(page, &format!("[data-do=\"{no}\"]")).await;
    until(page, "its form", "document.querySelector('.dialog[data-of=record]')").await;
}

/// The first half of the job: it begins, and three of its steps are done.
async fn first_half(page: &Page) {
    press(page, "[data-step=work-begin]").await;
    press(page, "[data-send=work-begin]").await;
    let begun = "!document.querySelector('.dialog') && document.querySelector('[data-work-page][data-stage=in_progress]')";
    until(page, "that it goes on", begun).await;
    let height = until(page, "what is next", "document.querySelector('[data-next=step]')?.offsetHeight").await;
    assert!(height.as_f64().is_some_and(|height| height >= 56.0), "{height}");
    press(page, "[data-next=step]").await;
    until(page, "the form of the photo", "document.querySelector('#photo')").await;
    press(page, ".dialog [type=submit]").await;
    until(page, "that there is none yet", "document.querySelector('.dialog .error')").await;
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo/meter.jpg").canonicalize().expect("a picture");
    attach(page, "photo", &photo).await;
    until(page, "the picture", "document.querySelector('.preview img')?.naturalWidth > 0").await;
    picture(page, "orders-photo").await;
    save(page, 1, "done").await;
    ask(page, 10).await;
    set(page, "#work-note", "Paking bocor").await;
    save(page, 10, "done").await;
    ask(page, 3).await;
    assert_eq!(findings(page, "yes-no").await, Vec::<String>::new());
    press(page, "[data-choice=\"0\"]").await;
    done(page, 3, "done").await;
}

/// The second half: the register, a signature, and the end with a step missing.
async fn second_half(page: &Page) {
    ask(page, 4).await;
    set(page, "#register", "00012,345").await;
    save(page, 4, "done").await;
    until(page, "the register", "document.querySelector('[data-no=\"4\"] [data-answer]')?.innerText.includes('12,345')").await;
    ask(page, 18).await;
    press(page, ".dialog [type=submit]").await;
    until(page, "both that are missing", "document.querySelectorAll('.dialog .faults a').length === 2").await;
    set(page, "#signer", "Sari Lestari").await;
    draw(page).await;
    assert_eq!(findings(page, "signature").await, Vec::<String>::new());
    picture(page, "orders-signature").await;
    save(page, 18, "done").await;
    until(page, "it as it was drawn", "document.querySelector('.signature polyline')").await;
    press(page, "[data-step=work-complete]").await;
    until(page, "what is missing", "document.querySelector('.dialog [data-missing=\"1\"]')").await;
    assert_eq!(findings(page, "complete").await, Vec::<String>::new());
    picture(page, "orders-complete").await;
    press(page, "[data-send=work-complete]").await;
    let over = "!document.querySelector('.dialog') && document.querySelector('[data-work-page][data-stage=completed]')";
    until(page, "that it is done", over).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_technician_does_a_job_offline_and_restarts_the_app_in_between() {
    let running = World::new().start().await;
    let order = announce(&running, &running.world.meters[0], now()).await;
    let (config, url) = (running.same_addresses(), running.url());
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let phone = Host::browser(&running, one.path()).await;
    sign_in(&phone, "technician").await;
    let page = &phone.driven.page;
    until(page, "that the device is ready", "document.querySelector('[data-ready=ready-whole]')").await;
    assert_eq!(findings(page, "today").await, Vec::<String>::new());
    press(page, "[data-work] a").await;
    until(page, "its page", &format!("document.querySelector('[data-work-page=\"{order}\"]')")).await;
    assert_eq!(findings(page, "page").await, Vec::<String>::new());
    picture(page, "orders-page").await;
    let Running { world, server } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    first_half(page).await;
    phone.end().await;

    let phone = Host::browser_at(&url, one.path(), (390, 844), None).await;
    let page = &phone.driven.page;
    until(page, "the work again", "document.querySelector('[data-work][data-stage=in_progress]')").await;
    until(page, "what waits", "document.querySelector('.ready [data-photos=\"1\"]')").await;
    go(page, &format!("pekerjaan/{order}")).await;
    until(page, "what was recorded", "document.querySelectorAll('[data-record][data-waiting=true]').length === 3").await;
    second_half(page).await;
    go(page, "antrean").await;
    until(
        page,
        "how large it is",
        "document.querySelector('.bar [data-photos=\"1\"]') && document.querySelectorAll('[data-size]').length >= 7",
    )
    .await;
    assert_eq!(findings(page, "outbox").await, Vec::<String>::new());

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    until(page, "an empty outbox", "document.querySelector('.sync-mark[data-unsent=\"0\"][data-phase=sync-live]')").await;
    let desk = Host::browser_of(&running, two.path(), (1_440, 900)).await;
    sign_in(&desk, "admin").await;
    let page = &desk.driven.page;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    go(page, &format!("pekerjaan/{order}")).await;
    until(page, "all of it", "document.querySelectorAll('[data-record][data-waiting=false]').length === 5").await;
    until(page, "its picture", "document.querySelector('[data-record=photo] .thumb img')?.naturalWidth > 0").await;
    until(page, "its signature", "document.querySelector('.signature polyline')").await;
    assert_eq!(findings(page, "admin").await, Vec::<String>::new());
    picture(page, "orders-admin").await;
    phone.end().await;
    desk.end().await;
    running.server.stop().await;
}

/// Presses keys on whatever has the focus.
async fn key(page: &Page, key: &str, alt: bool) {
    let script = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0], altKey: arguments[1], bubbles: true, cancelable: true }))";
    page.execute(script, vec![json!(key), json!(alt)]).await.expect("pressed");
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_write_a_checklist_by_keys_and_give_it_to_work() {
    let running = World::new().start().await;
    for (size, width, height) in [("desktop", 1_440, 900), ("phone", 390, 844)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "admin").await;
        until(page, "the first page", "document.querySelector('.summary-page')").await;
        go(page, "pemeliharaan/daftar-periksa").await;
        until(page, "those of the program", "document.querySelectorAll('[data-built-in]').length === 9").await;
        assert_eq!(findings(page, &format!("templates-{size}")).await, Vec::<String>::new());
        let name = format!("Ganti baterai {size}");
        press_in(page, ".maintenance", "Buat daftar periksa").await;
        press(page, "#template-add").await;
        until(page, "the focus in the new step", "document.activeElement?.id === 'template-step-1-label'").await;
        press(page, ".template-editor [type=submit]").await;
        until(page, "what is missing", "document.querySelector('.faults a')").await;
        set(page, "#template-name", &name).await;
        set(page, "#template-step-1-label", "Segel utuh").await;
        choose(page, "[data-of=ask] select", "number").await;
        press(page, "#template-add").await;
        set(page, "#template-step-2-label", "Tegangan").await;
        set(page, "#template-step-2-least", "3").await;
        set(page, "#template-step-2-unit", "V").await;
        focus(page, "#template-step-2-label").await;
        key(page, "ArrowUp", true).await;
        let order = "[...document.querySelectorAll('.template-step')].map((step) => step.dataset.no).join()";
        until(page, "the other order", &format!("{order} === '2,1'")).await;
        until(page, "the focus with it", "document.activeElement?.id === 'template-step-2'").await;
        until(page, "what a technician sees", "document.querySelector('.preview-steps li')?.innerText.includes('Tegangan')")
            .await;
        assert_eq!(findings(page, &format!("template-{size}")).await, Vec::<String>::new());
        picture(page, &format!("template-{size}")).await;
        press(page, ".template-editor [type=submit]").await;
        until(page, "the checklist", &format!("document.querySelector('[data-template=\"{name}\"][data-version=\"1\"]')")).await;
        host.end().await;
    }
    running.server.stop().await;
}

/// A note under an order.
fn noted(order: WorkOrderId, meter: MeterId, at: UtcMillis) -> Operation {
    let content = RecordContent::Note { step: None, text: "Kembali untuk menutup boks".into() };
    Operation::AddWorkRecord(NewWorkRecord { record: WorkRecordId(Uuid::now_v7()), order, meter, at, content })
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_what_was_done_after_the_work_was_over() {
    let running = World::new().start().await;
    let (meter, at) = (running.world.meters[0].id, now().plus(-3_600_000));
    let order = announce(&running, &running.world.meters[0], at).await;
    say(&running, "technician", Operation::BeginWork { order, meter, at }).await;
    say(&running, "technician", Operation::CompleteWork { order, meter, at: at.plus(60_000) }).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    go(page, "pemeliharaan/tinjau").await;
    until(page, "nothing to check", "document.querySelector('.maintenance .empty')").await;
    assert_eq!(findings(page, "review-none").await, Vec::<String>::new());
    say(&running, "technician", noted(order, meter, at.plus(600_000))).await;
    until(
        page,
        "the order",
        &format!("document.querySelector('[data-to-review=\"1\"]') && document.querySelector('[data-work=\"{order}\"]')"),
    )
    .await;
    assert_eq!(findings(page, "review").await, Vec::<String>::new());
    press(page, "[data-work] a").await;
    until(page, "why", "document.querySelector('[data-record=note]')?.innerText.includes('Pekerjaan sudah berakhir')").await;
    host.end().await;
    running.server.stop().await;
}

/// A repair that was announced some hours ago, and is urgent since; nobody was there.
async fn waiting_since(running: &Running, hours: i64) -> WorkOrderId {
    let (order, since, meter) = (WorkOrderId(Uuid::now_v7()), now().plus(-hours * HOUR_MS), running.world.meters[0].id);
    let planned = op(Uuid::now_v7(), 1, None, &plan(order, &running.world.meters[0], since));
    let result =
        push_with(running, &running.token("admin").await, vec![OperationEnvelope { occurred_at: since, ..planned }]).await;
    assert!(applied(&result[0]), "{result:?}");
    let pressing = WorkPriorityChange { order, meter, was: Priority::Normal, to: Priority::Urgent };
    say(running, "admin", Operation::SetWorkPriority(pressing)).await;
    order
}

/// Goes to the page of an order for which somebody should have been there for three hours.
async fn late_at(page: &Page, order: WorkOrderId, size: &str) {
    go(page, &format!("pekerjaan/{order}")).await;
    until(page, "that it is late", "document.querySelector('[data-late=work-late-response]')").await;
    until(page, "until when", &format!("{RESPONSE}.includes('Ditanggapi sebelum')")).await;
    until(page, "by how much", &format!("{RESPONSE}.includes('terlambat 3 j')")).await;
    until(page, "what is not late yet", "document.querySelector('[data-level=work-level-repair][data-kept=running]')").await;
    until(page, "no more than the screen", "document.documentElement.scrollWidth <= document.documentElement.clientWidth").await;
    assert_eq!(findings(page, &format!("late-{size}")).await, Vec::<String>::new());
    picture(page, &format!("orders-late-{size}")).await;
}

/// What is said of somebody who did not come in time.
const RESPONSE: &str = "document.querySelector('[data-level=work-level-response][data-kept=missed]')?.innerText";

#[tokio::test(flavor = "multi_thread")]
async fn screens_say_until_when_work_is_answered_and_done_and_how_late_it_is() {
    let running = World::new().start().await;
    let (order, meter) = (waiting_since(&running, 5).await, running.world.meters[0].id);
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let phone = Host::browser(&running, one.path()).await;
    sign_in(&phone, "technician").await;
    until(&phone.driven.page, "the work", "document.querySelector('[data-work]')").await;
    late_at(&phone.driven.page, order, "phone").await;
    phone.end().await;

    let desk = Host::browser_of(&running, two.path(), (1_440, 900)).await;
    sign_in(&desk, "admin").await;
    let page = &desk.driven.page;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    late_at(page, order, "desktop").await;
    let at = now().plus(-60_000);
    say(&running, "technician", Operation::BeginWork { order, meter, at }).await;
    say(&running, "technician", Operation::CompleteWork { order, meter, at: at.plus(30_000) }).await;
    until(page, "that it is done in time", "document.querySelector('[data-level=work-level-repair][data-kept=met]')").await;
    until(page, "what was late", &format!("{RESPONSE} && !document.querySelector('[data-late]')")).await;
    go(page, "laporan?jenis=technicians").await;
    until(page, "what it consists of", "document.body.innerText.includes('Waktu tanggap dan perbaikan tiap teknisi')").await;
    desk.end().await;
    running.server.stop().await;
}
