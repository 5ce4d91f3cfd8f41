//! Campaigns of vouchers, for admins: what there is and what it costs, new ones, pausing, and their codes as a file.

use crate::core::http::body::Body;
use crate::core::http::request::{Path, Query};
use crate::core::scope;
use crate::error::Error;
use crate::people::auth::caller::Caller;
use crate::sales::campaigns;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use domain::core::csv;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::people::Language;
use domain::people::permission::Permission;
use domain::sales::voucher::Benefit;
use domain::{LocalDay, UtcMillis};
use protocol::core::problem::Problem;
use protocol::sales::admin::{Campaign, CampaignDetail, CampaignMove, CampaignQuery, Campaigns, CodeUse, NewCampaign};
use uuid::Uuid;

/// Campaigns with their use and cost, the newest first.
#[utoipa::path(get, path = "/admin/v1/money/campaigns", security(("user" = [])),
    params(("search" = Option<String>, Query, description = "In the name, or the beginning of a code"),
        ("state" = Option<String>, Query, description = "`draft`, `active`, `paused`, `expired` or `depleted`")),
    responses((status = 200, description = "Campaigns", body = Campaigns), (status = 403, description = "Not an admin", body = Problem)))]
pub async fn list(State(app): State<App>, caller: Caller, Query(asked): Query<CampaignQuery>) -> Result<Json<Campaigns>, Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        // All are of one snapshot.
        let tx = db.transaction()?;
        campaigns::list(&tx, utility, &asked, now)
    });
    Ok(Json(found.await?))
}

/// A campaign, day by day and code by code.
#[utoipa::path(get, path = "/admin/v1/money/campaigns/{id}", security(("user" = [])),
    params(("id" = Uuid, Path, description = "Which")),
    responses((status = 200, description = "The campaign", body = CampaignDetail), (status = 404, description = "No such campaign", body = Problem)))]
pub async fn detail(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<CampaignDetail>, Error> {
    Ok(Json(found(&app, caller.must(&[Permission::ManageMoney])?, id).await?))
}

async fn found(app: &App, caller: &scope::Caller, id: Uuid) -> Result<CampaignDetail, Error> {
    let (now, utility) = (app.store.clock.now(), caller.utility);
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        campaigns::detail(&tx, utility, id, now)
    });
    found.await
}

/// Make a campaign: one code that is chosen, or up to 5,000 that are drawn, in one transaction. The same `id` again is the same campaign.
#[utoipa::path(post, path = "/admin/v1/money/campaigns", request_body = NewCampaign, security(("user" = [])), responses(
    (status = 200, description = "The campaign", body = CampaignDetail),
    (status = 400, description = "Terms that cannot be, or a code that is taken; the detail begins with the field's word", body = Problem)))]
pub async fn add(State(app): State<App>, caller: Caller, Body(asked): Body<NewCampaign>) -> Result<Json<CampaignDetail>, Error> {
    let (admin, id) = (caller.must(&[Permission::ManageMoney])?.clone(), asked.id);
    app.store.writer.by(&admin).work(move |tx| campaigns::add(tx, &admin, &asked)).await?;
    Ok(Json(found(&app, &caller.0, id).await?))
}

/// Pause a campaign or let it go on. What is reserved already stays reserved.
#[utoipa::path(post, path = "/admin/v1/money/campaigns/state", request_body = CampaignMove, security(("user" = [])), responses(
    (status = 200, description = "The campaign", body = CampaignDetail), (status = 400, description = "It cannot be moved there", body = Problem),
    (status = 404, description = "No such campaign", body = Problem)))]
pub async fn move_to(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<CampaignMove>,
) -> Result<Json<CampaignDetail>, Error> {
    let (admin, id) = (caller.must(&[Permission::ManageMoney])?.clone(), asked.of);
    app.store.writer.by(&admin).work(move |tx| campaigns::move_to(tx, &admin, &asked)).await?;
    Ok(Json(found(&app, &caller.0, id).await?))
}

/// The heads of the columns, for people: in the language of whoever asks.
const HEADS: [[&str; 8]; 2] = [
    ["kode", "kampanye", "jenis", "nilai", "terpakai", "batas", "berlaku_sampai_utc", "status"],
    ["code", "campaign", "kind", "value", "taken", "limit", "valid_until_utc", "state"],
];

/// In which language a file is wanted.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
pub struct InLanguage {
    /// English where none is named.
    language: Option<Language>,
}

/// The codes of a campaign as CSV: UTF-8 with a mark, separated as spreadsheets of the language read it, and no field that a spreadsheet would compute.
#[utoipa::path(get, path = "/admin/v1/money/campaigns/{id}/csv", security(("user" = [])), params(("id" = Uuid, Path, description = "Which"),
    ("language" = Option<String>, Query, description = "Of the heads of its columns: `id`, or `en` if it is not given")),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"),
        (status = 404, description = "No such campaign", body = Problem)))]
pub async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(wanted): Query<InLanguage>,
) -> Result<([(HeaderName, &'static str); 2], String), Error> {
    let caller = caller.must(&[Permission::ManageMoney])?;
    let (utility, now) = (caller.utility, app.store.clock.now());
    let found = app.store.read_of(caller.source(), move |db| {
        let tx = db.transaction()?;
        campaigns::all_codes(&tx, utility, id, now)
    });
    let (campaign, codes) = found.await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"voucher.csv\""),
    ];
    Ok((headers, file(&campaign, &codes, wanted.language.unwrap_or(Language::En))))
}

/// `2026-12-31 16:59Z`.
fn utc(at: UtcMillis) -> String {
    let (year, month, day) = LocalDay(at.0.div_euclid(DAY_MS) as i32).ymd();
    let in_day = at.0.rem_euclid(DAY_MS);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}Z", in_day / HOUR_MS, in_day % HOUR_MS / MINUTE_MS)
}

fn file(campaign: &Campaign, codes: &[CodeUse], language: Language) -> String {
    let (kind, value) = match campaign.voucher.benefit {
        Benefit::Percentage(per_mille) => ("percentage_per_mille", per_mille),
        Benefit::FixedAmount(amount) => ("fixed_amount_rupiah", amount.0),
        Benefit::BonusVolume(volume) => ("bonus_volume_ml", volume.0),
    };
    let (limit, value) = (campaign.voucher.total_limit.map(|limit| limit.to_string()).unwrap_or_default(), value.to_string());
    let until = utc(campaign.voucher.valid_until);
    let mut file = csv::BOM.to_owned();
    let separator = csv::separator(language);
    file.push_str(&csv::separated(separator, HEADS[usize::from(language == Language::En)]));
    for code in codes {
        let taken = code.taken.to_string();
        let line = [code.code.as_str(), &campaign.name, kind, &value, &taken, &limit, &until, campaign.state.as_str()];
        file.push_str(&csv::separated(separator, line));
    }
    file
}
