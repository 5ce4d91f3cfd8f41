//! Inviting a user: who may be invited, and for how long an invitation is good.

use crate::core::local_time::HOUR_MS;
use crate::people::{Customer, Role};
use crate::sync::edit::{CustomerField, Editable, ProfileField, ProfileRecord};

/// How long an invitation is good, in milliseconds: three days.
pub const GOOD_FOR_MS: i64 = 72 * HOUR_MS;

/// Zones that somebody is assigned to, or customers that somebody acts for, with one invitation at most.
pub const LINKS: usize = 100;

/// Longest e-mail address there is, in bytes (RFC 5321, 4.5.3.1).
const LONGEST_EMAIL: usize = 254;

/// Why somebody cannot be invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The name is empty or too long.
    Name,
    /// The e-mail address is none.
    Email,
    /// A customer's user acts for no customer, and would see nothing.
    Customer,
    /// Zones are for technicians and customers for customers' users, and of neither too many.
    Links,
}

impl Wrong {
    /// Its word, in front of the server's sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "user_name",
            Self::Email => "user_email",
            Self::Customer => "user_customer",
            Self::Links => "user_links",
        }
    }
}

/// Whoever is to be invited.
#[derive(Clone, Copy, Debug)]
pub struct Invitee<'a> {
    /// Name.
    pub name: &'a str,
    /// E-mail address, in its normal form.
    pub email: &'a str,
    /// Role.
    pub role: Role,
    /// How many zones they are assigned to.
    pub zones: usize,
    /// How many customers they act for.
    pub customers: usize,
}

impl Invitee<'_> {
    /// Whether they may be invited.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), Wrong> {
        if ProfileRecord::clean(ProfileField::Name, self.name).is_err() {
            return Err(Wrong::Name);
        }
        let fits = !self.email.is_empty() && self.email.len() <= LONGEST_EMAIL;
        if !fits || Customer::clean(CustomerField::Email, self.email).is_err() {
            return Err(Wrong::Email);
        }
        if (self.zones > 0 && self.role != Role::Technician) || (self.customers > 0 && self.role != Role::Customer) {
            return Err(Wrong::Links);
        }
        if self.zones.max(self.customers) > LINKS {
            return Err(Wrong::Links);
        }
        if self.role == Role::Customer && self.customers == 0 { Err(Wrong::Customer) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitee(role: Role, zones: usize, customers: usize) -> Invitee<'static> {
        Invitee { name: "Made", email: "made@contoh.id", role, zones, customers }
    }

    #[test]
    fn each_role_has_its_own_links_and_a_customers_user_one_at_least() {
        for (role, zones, customers, expected) in [
            (Role::Admin, 0, 0, Ok(())),
            (Role::Admin, 1, 0, Err(Wrong::Links)),
            (Role::Admin, 0, 1, Err(Wrong::Links)),
            (Role::Technician, 0, 0, Ok(())),
            (Role::Technician, LINKS, 0, Ok(())),
            (Role::Technician, LINKS + 1, 0, Err(Wrong::Links)),
            (Role::Technician, 1, 1, Err(Wrong::Links)),
            (Role::Customer, 0, 0, Err(Wrong::Customer)),
            (Role::Customer, 0, 1, Ok(())),
            (Role::Customer, 1, 1, Err(Wrong::Links)),
        ] {
            assert_eq!(invitee(role, zones, customers).check(), expected, "{role:?} {zones} {customers}");
        }
    }

    #[test]
    fn nobody_is_invited_without_a_name_and_an_address() {
        let right = invitee(Role::Admin, 0, 0);
        for name in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert_eq!(Invitee { name, ..right }.check(), Err(Wrong::Name), "{name:?}");
        }
        let long = format!("{}@contoh.id", "x".repeat(250));
        for email in ["", "made", "made@", "@contoh.id", "made@contoh", "ma de@contoh.id", "made@contoh.id\r\nbcc: x", &long] {
            assert_eq!(Invitee { email, ..right }.check(), Err(Wrong::Email), "{email:?}");
        }
    }
}
