//! Permissions: what a role may do. Whose rows it may do it to is the server's scope check, beside every call.

use crate::people::Role;

/// Something a user may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read one's own profile and devices, sign out.
    OwnAccount,
    /// Read usage and live flow of one's own connections.
    OwnUsage,
    /// Read meters and usage in one's assigned zones.
    ZoneFleet,
    /// Read every meter of the utility.
    WholeFleet,
    /// Create and change users.
    ManageUsers,
    /// Change customers and their connections.
    ManageCustomers,
    /// Register meters and gateways, and revoke their credentials.
    ManageDevices,
    /// Write down what happened in the field: notes and readings of meters in one's scope.
    WriteFieldRecords,
    /// Read who changed what.
    ReadAudit,
    /// Buy credit for connections in one's scope, and read what became of it.
    BuyCredit,
    /// Take and give back cash, adjust balances, make tariffs and vouchers.
    ManageMoney,
    /// See what notifications wait or could not be sent, and send them again.
    ManageAlerts,
    /// Open and close valves by hand, and set when they are closed for want of credit.
    ManageValves,
    /// Make zones, name them, draw their outlines, and say which technicians work there.
    ManageZones,
    /// Set the utility's name, and what else stands on its receipts.
    ManageUtility,
    /// Announce work at meters, and cancel it.
    ManageWork,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 16] = [
        Self::OwnAccount,
        Self::OwnUsage,
        Self::ZoneFleet,
        Self::WholeFleet,
        Self::ManageUsers,
        Self::ManageCustomers,
        Self::ManageDevices,
        Self::WriteFieldRecords,
        Self::ReadAudit,
        Self::BuyCredit,
        Self::ManageMoney,
        Self::ManageAlerts,
        Self::ManageValves,
        Self::ManageZones,
        Self::ManageUtility,
        Self::ManageWork,
    ];
}

/// Whether a role holds a permission. Admin has all (product.md, User).
pub const fn allows(role: Role, permission: Permission) -> bool {
    match role {
        Role::Admin => true,
        Role::Technician => {
            matches!(permission, Permission::OwnAccount | Permission::ZoneFleet | Permission::WriteFieldRecords)
        }
        Role::Customer => matches!(permission, Permission::OwnAccount | Permission::OwnUsage | Permission::BuyCredit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_admins_reach_the_whole_utility() {
        for permission in [
            Permission::WholeFleet,
            Permission::ManageUsers,
            Permission::ManageCustomers,
            Permission::ManageDevices,
            Permission::ReadAudit,
            Permission::ManageMoney,
            Permission::ManageAlerts,
            Permission::ManageValves,
            Permission::ManageZones,
            Permission::ManageUtility,
            Permission::ManageWork,
        ] {
            let who: Vec<_> = Role::ALL.into_iter().filter(|&role| allows(role, permission)).collect();
            assert_eq!(who, [Role::Admin], "{permission:?}");
        }
    }

    #[test]
    fn customers_write_no_facts_of_the_field() {
        let who: Vec<_> = Role::ALL.into_iter().filter(|&role| allows(role, Permission::WriteFieldRecords)).collect();
        assert_eq!(who, [Role::Admin, Role::Technician]);
    }

    #[test]
    fn admin_has_all() {
        assert!(Permission::ALL.into_iter().all(|permission| allows(Role::Admin, permission)));
    }
}
