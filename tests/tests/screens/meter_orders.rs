//! The life of an order on an admin's screen, from being asked for to its end: of a simulated meter that carries out, of one that is away, and of
//! one that refuses; each end in words, with what to do next where it came to nothing.

use domain::core::local_time::MINUTE_MS;
use fantoccini::Client as Page;
use protocol::metering::messages::{MeterOrder, OrderAction};
use protocol::valve::orders::MeterValve;
use std::process::{Child, Command, Stdio};
use sync_server::core::now;
use sync_server::jobs::money::once_at;
use tests::axe::in_themes;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::{choose, confirm, fill, go, press, shown};
use tests::valve::{Meter, write_plan};
use tests::world::{Running, World, program};

/// The simulator of the world's first meter.
struct Simulator(Child);

impl Simulator {
    fn start(running: &Running) -> Self {
        let plan = running.world.folder.path().join("plan.json");
        write_plan(&running.world, &plan);
        let mut simulator = Command::new(program("simulators"));
        simulator.args(["live", "--mqtt", &running.server.mqtt.to_string(), "--plan"]).arg(&plan).stdout(Stdio::null());
        Self(simulator.spawn().expect("the simulator starts"))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Opens the page of the world's first meter.
async fn opened(running: &Running, folder: &std::path::Path) -> Host {
    let host = Host::browser_of(running, folder, (1_440, 900)).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.rail')").await;
    run(page, "document.documentElement.dataset.motion = 'still'").await;
    go(&host, &format!("perangkat?buka={}", running.world.meters[0].id)).await;
    until(page, "what can be asked", "document.querySelector('[data-tasks]')").await;
    host
}

/// Asks for something by its button, with a reason.
async fn ask(host: &Host, button: &str) {
    press(host, button).await;
    until(&host.driven.page, "the question", "document.querySelector('.dialog #task-reason')").await;
    fill(host, "task-reason", "Angkanya janggal").await;
    confirm(host, button).await;
}

/// The newest order is about that, and has gone through these steps.
async fn steps(page: &Page, action: &str, steps: &str) {
    let newest = "document.querySelector('[data-order]')";
    let taken = format!("[...{newest}.querySelectorAll('[data-step]')].map((step) => step.dataset.step).join(' ')");
    until(page, steps, &format!("{newest}?.dataset.do === '{action}' && {taken} === '{steps}'")).await;
}

const WHOLE: &str = "pending sent acknowledged completed";

#[tokio::test(flavor = "multi_thread")]
async fn screens_follow_what_a_simulated_meter_is_asked_to_its_end() {
    let running = World::new().start().await;
    let _simulator = Simulator::start(&running);
    let folder = tempfile::tempdir().expect("a folder");
    let host = opened(&running, folder.path()).await;
    let page = &host.driven.page;
    until(page, "its valve", "document.querySelector('[data-valve=open]')").await;
    press(&host, "Baca sekarang").await;
    until(page, "the question", "document.querySelector('.dialog #task-reason')").await;
    press(&host, "Baca sekarang").await;
    shown(&host, "Alasan berisi 3 sampai 200 karakter").await;
    let mut findings = in_themes(page, "task-dialog", &["light", "dark"]).await;
    fill(&host, "task-reason", "Angkanya janggal").await;
    confirm(&host, "Baca sekarang").await;
    steps(page, "read_now", WHOLE).await;
    shown(&host, "Selesai").await;
    shown(&host, "admin: Angkanya janggal").await;
    press(&host, "Ubah selang laporan").await;
    choose(&host, "[data-choose=interval] select", "900").await;
    fill(&host, "task-reason", "Hemat baterai").await;
    confirm(&host, "Ubah selang laporan").await;
    steps(page, "set_interval", WHOLE).await;
    shown(&host, "Ubah selang laporan: 15 menit").await;
    until(page, "the meter's own interval", "document.querySelector('[data-tasks=\"900\"]')").await;
    ask(&host, "Mulai ulang").await;
    steps(page, "restart", WHOLE).await;
    until(page, "no toast that fades", "!document.querySelector('.toast')").await;
    findings.extend(in_themes(page, "tasks-done", &["light", "dark"]).await);
    picture(page, "meter-tasks").await;
    let token = running.token("admin").await;
    let valve: MeterValve = running.get(&token, &format!("/admin/v1/valve/orders?meter={}", running.world.meters[0].id)).await;
    assert_eq!(valve.orders.len(), 3, "what was pressed once was ordered once");
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}

/// The next order that somebody gave: a page that is open asks its meter to report more often as well, until some instant.
async fn next(device: &mut Meter) -> MeterOrder {
    loop {
        let order = device.next_order().await;
        if order.action != OrderAction::SetInterval || order.until.is_none() {
            return order;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_say_how_an_order_of_an_absent_or_unwilling_meter_ended_and_what_to_do_next() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = opened(&running, folder.path()).await;
    let page = &host.driven.page;
    // It was never there: the order waits for it, and its time runs out.
    press(&host, "Buka katup").await;
    until(page, "the question", "document.querySelector('.dialog #valve-reason')").await;
    fill(&host, "valve-reason", "Pelanggan melapor").await;
    confirm(&host, "Buka katup").await;
    steps(page, "open_valve", "pending").await;
    shown(&host, "Dikirim begitu meter tersambung").await;
    let token = running.token("admin").await;
    let path = format!("/admin/v1/valve/orders?meter={}", running.world.meters[0].id);
    let valve: MeterValve = running.get(&token, &path).await;
    once_at(&running.server.app, valve.orders[0].until.plus(2 * MINUTE_MS)).await.expect("expired");
    steps(page, "open_valve", "pending expired").await;
    shown(&host, "Kedaluwarsa").await;
    shown(&host, "Meter tidak menjawab sampai waktunya habis").await;
    until(page, "what to do", "document.querySelector('[data-next=order-next-silent]')").await;
    let mut findings = in_themes(page, "order-expired", &["light", "dark"]).await;
    // It is there, and refuses.
    let mut device = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    device.report("open", now()).await;
    ask(&host, "Mulai ulang").await;
    let order = next(&mut device).await;
    steps(page, "restart", "pending sent").await;
    device.refuse(order.id, "Baterai terlalu lemah").await;
    steps(page, "restart", "pending sent failed").await;
    shown(&host, "Gagal").await;
    shown(&host, "Baterai terlalu lemah").await;
    until(page, "what to do", "document.querySelector('[data-next=order-next-failed]')").await;
    findings.extend(in_themes(page, "order-failed", &["light", "dark"]).await);
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}
