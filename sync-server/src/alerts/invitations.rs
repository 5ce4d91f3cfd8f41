//! Inviting users: somebody is added, and gets a code by mail to set the first password with. Where the server sends no mail, the admin who
//! invites them gets the code, to hand it over.

use crate::alerts::enqueue::message;
use crate::alerts::rows::deliveries::NewDelivery;
use crate::alerts::rows::notifications::NewRow;
use crate::alerts::rows::{deliveries, notifications, outbound, queue, settings};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::metering::fleet;
use crate::metering::rows::zones;
use crate::people::accounts::{NewUser, SessionEnds};
use crate::people::rows::managed::Which;
use crate::people::rows::{managed, users};
use crate::people::{accounts, customers, passwords};
use domain::alerts::content::Content;
use domain::alerts::kinds::Provider;
use domain::people::Role;
use domain::people::invitation::{Invitee, Wrong};
use domain::people::permission::{Permission, allows};
use domain::sync::edit::ProfileRecord;
use domain::{UserId, UtcMillis};
use protocol::core::problem::Code;
use protocol::people::invitations::{InvitationRequest, Invite, Invited, NewInvitee};
use protocol::people::users::UserRow;
use protocol::sync::rows::Entity;
use reqwest::Url;
use uuid::Uuid;

/// What changed of a user: field, before, after.
type Changes = Vec<(&'static str, String, String)>;

/// The code that a request leads to.
pub struct InvitationCode {
    /// As it is read and typed.
    pub text: String,
    /// Its argon2 hash, in PHC form.
    pub hash: String,
}

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

fn wrong(why: Wrong) -> Error {
    let sentence = match why {
        Wrong::Name => "a user has a name of 200 characters at most",
        Wrong::Email => "this is no e-mail address",
        Wrong::Customer => "a customer's user acts for one customer at least",
        Wrong::Links => "zones are for technicians and customers for customers' users, 100 at most",
    };
    refused(&format!("{}: {sentence}", why.as_str()))
}

/// Invites somebody, once for each key. The code of the same key is the same one again, so that an answer that was lost is no lost code.
///
/// # Errors
/// The caller is no admin any more; who is added cannot be (`user_name`, `user_email`, `user_customer`, `user_links`), has an address that is
/// another user's (`email_taken`) or an identifier that is (`user_taken`); no such user, zone or customer of the utility; who is invited once
/// more has a password (`has_password`) or may not sign in (`inactive`); or the database.
pub fn invite(
    tx: &mut Tx<'_>,
    admin: &Caller,
    asked: &InvitationRequest,
    (code, ends): (&InvitationCode, &SessionEnds),
) -> Result<Invited, Error> {
    // A right may have gone while the call waited for its turn.
    let still = scope::caller(tx, admin.session)?.filter(|caller| allows(caller.role, Permission::ManageUsers));
    let admin = &still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))?;
    let kind = match &asked.invite {
        Invite::New(_) => "invite_user",
        Invite::Again => "invite_user_again",
    };
    if !queue::is_recorded(tx, admin.utility, (kind, asked.key))? {
        let (user, changes) = match &asked.invite {
            Invite::New(new) => add(tx, admin.utility, asked.user, new)?,
            Invite::Again => (waiting(tx, admin.utility, asked.user, ends)?, Changes::new()),
        };
        let until = passwords::invite(tx, user, &code.hash, asked.key)?;
        send(tx, (admin.utility, user), (asked.key, until))?;
        let entry = audit::Entry::by(admin, (kind, asked.key), (Entity::Profile as u8, asked.user.0));
        audit::record(tx, &entry, changes)?;
    }
    let (user, row) = one(tx, admin.utility, asked.user, ends)?;
    let stands = passwords::invitation(tx, user)?.filter(|(invitation, _)| *invitation == asked.key);
    let mailed = sends_mail(tx)?;
    let given = stands.is_some() && !mailed;
    let until = stands.map_or(tx.now, |(_, until)| until);
    Ok(Invited { user: row, until, mailed, code: given.then(|| code.text.clone()) })
}

/// Adds a user without a password, with what they may see; returns the key, and what the audit log says of it.
fn add(tx: &mut Tx<'_>, utility: i64, id: UserId, new: &NewInvitee) -> Result<(i64, Changes), Error> {
    let NewInvitee { name, email, role, language, .. } = new;
    let (name, email, role, language) = (name.as_str(), email.as_str(), *role, *language);
    Invitee { name, email, role, zones: new.zones.len(), customers: new.customers.len() }.check().map_err(wrong)?;
    if users::is_known(tx, id)? {
        return Err(refused("user_taken: there is a user of this identifier already"));
    }
    if users::is_taken(tx, email)? {
        return Err(refused("email_taken: there is a user with this e-mail address already"));
    }
    let mut changes = vec![
        ("name", String::new(), name.to_owned()),
        ("email", String::new(), email.to_owned()),
        ("role", String::new(), role.as_str().to_owned()),
    ];
    let password_hash = String::new();
    let user = NewUser { id, utility, email: email.to_owned(), name: name.to_owned(), password_hash, role };
    let user = accounts::add(tx, &user)?;
    // In the transaction that published the profile: what is sent is what stands at its end.
    users::update_profile(tx, user, &ProfileRecord { name: name.to_owned(), phone: String::new(), language })?;
    let names = match role {
        Role::Technician => assign(tx, (utility, user), new)?,
        Role::Customer => link(tx, (utility, user), new)?,
        Role::Admin => Vec::new(),
    };
    if !names.is_empty() {
        changes.push((if role == Role::Technician { "zones" } else { "customers" }, String::new(), names.join(", ")));
    }
    Ok((user, changes))
}

/// Assigns a technician to zones; returns their names.
fn assign(tx: &mut Tx<'_>, (utility, user): (i64, i64), new: &NewInvitee) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for id in &new.zones {
        let found = zones::find(tx, utility, *id)?;
        let (zone, row) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such zone"))?;
        fleet::assign_zone(tx, user, zone)?;
        names.push(row.name);
    }
    Ok(names)
}

/// Lets a user act for customers; returns what they are called.
fn link(tx: &mut Tx<'_>, (utility, user): (i64, i64), new: &NewInvitee) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for id in &new.customers {
        let found = customers::find(tx, utility, *id)?;
        let (customer, row) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such customer"))?;
        fleet::link_customer(tx, user, customer)?;
        names.push(format!("{} {}", row.number, row.name));
    }
    Ok(names)
}

/// The key of a user who was invited and has no password yet.
fn waiting(tx: &mut Tx<'_>, utility: i64, id: UserId, ends: &SessionEnds) -> Result<i64, Error> {
    let (user, row) = one(tx, utility, id, ends)?;
    if !row.invited {
        return Err(refused("has_password: they have set one, and need no invitation"));
    }
    if !row.active {
        return Err(refused("inactive: who may not sign in gets no code"));
    }
    Ok(user)
}

fn one(tx: &mut Tx<'_>, utility: i64, id: UserId, ends: &SessionEnds) -> Result<(i64, UserRow), Error> {
    let now = tx.now;
    let found = managed::user(tx, utility, Which::Id(id), (ends, now))?;
    found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such user"))
}

fn sends_mail(db: &Db) -> Result<bool, Error> {
    Ok(settings::providers(db)?.contains(&Provider::Email))
}

/// Queues the mail of an invitation, where the server sends any. It is no notice of the app, and waits for no quiet hours.
fn send(tx: &mut Tx<'_>, (utility, user): (i64, i64), (invitation, until): (Uuid, UtcMillis)) -> Result<(), Error> {
    if !sends_mail(tx)? {
        return Ok(());
    }
    let content = Content::Invitation { invitation, utility: fleet::name(tx, utility)?, until };
    let (id, dedupe_key) = (Uuid::now_v7(), format!("invitation:{invitation}"));
    let row = NewRow { id, user, connection: None, meter: None, dedupe_key: &dedupe_key, content: &content, shown: false };
    let Some(notification) = notifications::insert(tx, &row)? else { return Ok(()) };
    let address = outbound::recipient(tx, user)?.email;
    let due = tx.now;
    let delivery = NewDelivery {
        notification,
        user,
        utility,
        provider: Provider::Email,
        address: &address,
        message: message(id, Provider::Email, &address),
        due,
        head: None,
    };
    deliveries::insert(tx, &delivery)
}

/// Where the app takes an invitation: its own address, with what is to be typed there behind its `#`, which no server gets to see.
pub fn link_to(app: &str, email: &str, code: &str) -> Option<String> {
    let mut query = Url::parse(app).ok()?;
    query.query_pairs_mut().clear().append_pair("undangan", code).append_pair("email", email);
    Some(format!("{}/#/?{}", app.trim_end_matches('/'), query.query()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_apps_own_address_and_hands_the_code_to_no_server() {
        for app in ["https://app.air.example", "https://app.air.example/"] {
            let link = link_to(app, "siti+1@contoh.id", "ABCD-EFGH-JKLM");
            let expected = "https://app.air.example/#/?undangan=ABCD-EFGH-JKLM&email=siti%2B1%40contoh.id";
            assert_eq!(link.as_deref(), Some(expected));
        }
        assert_eq!(link_to("app.air.example", "a@b.id", "A"), None);
    }
}
