//! The whole API on one screen. Handlers are in the `http` of each noun; who may call what stands in each of them, and is tested as a matrix.

use crate::alerts::http::{admin as alerts_admin, announcements, invitations, own as alerts};
use crate::billing::http::{balance, tariffs};
use crate::cases::http as cases;
use crate::core::http::{document, health, refusals};
use crate::field::http as blobs;
use crate::maintenance::http as maintenance;
use crate::metering::http::{changes, credentials, ingest, live, readings, refusals as meter_refusals, zone_balance, zones};
use crate::people::http as people;
use crate::people::http::{audit, passwords, users};
use crate::reports::http as reports;
use crate::revenue::http as revenue;
use crate::sales::http::{admin, campaigns, closing, money, openings, payments, review, settlements, utility};
use crate::state::App;
use crate::summary::http as summary;
use crate::sync::http::{evidence, pull, push};
use crate::valve::http as orders;
use crate::valve::http::batches;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// A request body at most: 10,000 readings with every field are about 1.9 MB.
const BODY: usize = 2 * 1024 * 1024;

/// An answer of more bytes is compressed.
const LARGE: u16 = 4_096;

#[derive(OpenApi)]
#[openapi(info(
    title = "IndoWater",
    description = "Telemetry in, sync and live values out.",
    license(name = "MIT OR Apache-2.0")
))]
struct Api;

fn api() -> OpenApiRouter<App> {
    let mut document = Api::openapi();
    let components = document.components.get_or_insert_default();
    for (name, scheme) in [("user", HttpAuthScheme::Bearer), ("device", HttpAuthScheme::Basic)] {
        components.add_security_scheme(name, SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build()));
    }
    OpenApiRouter::with_openapi(document)
        .routes(routes!(people::sign_in))
        .routes(routes!(people::refresh))
        .routes(routes!(people::sign_out))
        .routes(routes!(passwords::change_password))
        .routes(routes!(passwords::set_by_code))
        .routes(routes!(pull::hello))
        .routes(routes!(pull::pull))
        .routes(routes!(push::push))
        .routes(routes!(evidence::evidence))
        .routes(routes!(pull::snapshot))
        .routes(routes!(pull::manifest))
        .routes(routes!(pull::wake))
        .routes(routes!(pull::wait))
        .routes(routes!(blobs::bring, blobs::see))
        .routes(routes!(live::live))
        .routes(routes!(meter_refusals::refusals))
        .routes(routes!(audit::audit))
        .routes(routes!(orders::commands))
        .routes(routes!(money::quote))
        .routes(routes!(money::checkout))
        .routes(routes!(payments::pay))
        .routes(routes!(payments::cancel))
        .routes(routes!(payments::check))
        .routes(routes!(payments::methods))
        .routes(routes!(balance::statement))
        .routes(routes!(balance::lend))
        .routes(routes!(money::offers))
        .routes(routes!(money::voucher))
        .routes(routes!(balance::explain))
        .routes(routes!(admin::cash))
        .routes(routes!(admin::give_back))
        .routes(routes!(admin::adjust))
        .routes(routes!(admin::add_voucher))
        .routes(routes!(admin::quote))
        .routes(routes!(campaigns::list, campaigns::add))
        .routes(routes!(campaigns::detail))
        .routes(routes!(campaigns::export))
        .routes(routes!(campaigns::move_to))
        .routes(routes!(tariffs::tariffs, tariffs::add_tariff))
        .routes(routes!(tariffs::withdraw_tariff))
        .routes(routes!(admin::purchases))
        .routes(routes!(review::review))
        .routes(routes!(review::settle_case))
        .routes(routes!(review::ask_bank_refund))
        .routes(routes!(review::decide_bank_refund))
        .routes(routes!(review::limits, review::set_limit))
        .routes(routes!(alerts::settings, alerts::set_settings))
        .routes(routes!(alerts::set_thresholds))
        .routes(routes!(alerts::mark_read))
        .routes(routes!(alerts::push_token))
        .routes(routes!(alerts_admin::queue))
        .routes(routes!(alerts_admin::dead))
        .routes(routes!(alerts_admin::send_again))
        .routes(routes!(announcements::reach))
        .routes(routes!(ingest::telemetry))
        .routes(routes!(readings::unusual))
        .routes(routes!(readings::declare))
        .routes(routes!(payments::midtrans).layer(DefaultBodyLimit::max(payments::NOTIFICATION)))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .merge(valves().merge(zones()).merge(meters()).merge(meter_cases()).merge(schedules()))
        .merge(utility().merge(opening_balances()).merge(closings()).merge(figures()))
        .layer(within(60))
}

/// Valves by hand, one or many at once, what else is asked of a meter, and what a utility sets about valves.
fn valves() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(orders::valve, orders::order_valve))
        .routes(routes!(orders::withdraw_valve_order))
        .routes(routes!(orders::ask_meter))
        .routes(routes!(orders::valve_policy, orders::set_valve_policy))
        .routes(routes!(batches::order_batches, batches::order_valves))
        .routes(routes!(batches::preview_orders))
        .routes(routes!(batches::withdraw_valve_orders))
}

/// Meters that are put up, replaced and taken down, and what they sign in with.
fn meters() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(changes::register_meter))
        .routes(routes!(changes::replace_meter))
        .routes(routes!(changes::retire_meter))
        .routes(routes!(credentials::meter_credential, credentials::change_meter_credential))
}

/// Zones, who works in them, and their water balances.
fn zones() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(zones::zones))
        .routes(routes!(zones::change_zone))
        .routes(routes!(zone_balance::zone_balance))
        .routes(routes!(zone_balance::zone_losses))
        .routes(routes!(zone_balance::change_inflow))
}

/// Who works in the utility, and what it is to its customers.
fn utility() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(users::users))
        .routes(routes!(users::change_user))
        .routes(routes!(invitations::invite_user))
        .routes(routes!(utility::utility, utility::set_utility))
}

/// Opening balances that imports have brought.
fn opening_balances() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(openings::openings_of_import))
        .routes(routes!(openings::decide_openings))
        .routes(routes!(openings::opening_limits, openings::set_opening_limits))
}

/// What is behind the figures of revenue.
fn revenue() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(revenue::revenue_transfers)).routes(routes!(revenue::revenue_customers))
}

/// The day of a utility, what is behind the figures of revenue, and reports that are made by themselves.
fn figures() -> OpenApiRouter<App> {
    revenue().merge(reports()).routes(routes!(summary::day))
}

/// Reports that are made by themselves.
fn reports() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(reports::report_schedules, reports::change_report_schedule))
        .routes(routes!(reports::report_run))
        .routes(routes!(reports::run_report_again))
}

/// Days of cash and months that are closed, and settlement files of the payment gateway.
fn closings() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(closing::cash_days))
        .routes(routes!(closing::count_cash))
        .routes(routes!(closing::months))
        .routes(routes!(closing::close_month))
        .routes(routes!(closing::reopen_month))
        .routes(routes!(closing::late_transfers))
        .routes(routes!(settlements::settlements, settlements::bring_settlement))
        .routes(routes!(settlements::decide_settlement_line))
        .routes(routes!(settlements::ask_settlement_line))
}

/// What a utility sets about cases of meters.
fn meter_cases() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(cases::case_policy, cases::set_case_policy))
        .routes(routes!(cases::case_rules, cases::set_case_rules))
}

/// Schedules of maintenance, holidays of work, leave of technicians, spare parts, and calendars of work.
fn schedules() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(maintenance::schedules))
        .routes(routes!(maintenance::change_schedule))
        .routes(routes!(maintenance::preview_schedule))
        .routes(routes!(maintenance::work_holidays, maintenance::set_work_holiday))
        .routes(routes!(maintenance::work_leave, maintenance::change_work_leave))
        .routes(routes!(maintenance::parts, maintenance::change_parts))
        .routes(routes!(maintenance::calendar_feeds))
        .routes(routes!(maintenance::change_calendar_feed))
        .routes(routes!(maintenance::calendar))
}

/// A request that takes longer, its upload included, is ended.
fn within(seconds: u64) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, std::time::Duration::from_secs(seconds))
}

/// The document that describes the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = api().into_openapi();
    document::add_refusals(&mut document);
    document
}

/// The API, ready to serve.
pub fn router(app: App) -> Router {
    let (router, mut document) = api().split_for_parts();
    document::add_refusals(&mut document);
    let document = document.to_pretty_json().unwrap_or_default();
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let no_store = SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let no_sniff = SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A page of rows shrinks to a sixth; what fits into a packet or two is not worth it.
    let worth_it = DefaultPredicate::new().and(SizeAbove::new(LARGE));
    let zstd = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it);
    router
        .route("/openapi.json", axum::routing::get(move || std::future::ready((json, document.clone()))))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(map_response(refusals::as_problem))
        .layer(zstd)
        .layer(no_store)
        .layer(no_sniff)
        .with_state(app)
}
