//! What can be imported, and the fields of it that a column can hold.

use crate::core::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a sheet holds, a record in each row.
    Kind {
        /// Customers, with their connection and its meter where the row has them.
        Customers = "customers",
        /// Readings of meters, also of the past.
        Readings = "readings",
        /// Opening balances of connections.
        Balances = "balances",
    }
}

words! {
    /// What a column holds.
    Field {
        /// A customer's number: text, leading zeros count. The key of a customer, and by which other kinds find theirs.
        Number = "number",
        /// Name.
        Name = "name",
        /// Telephone.
        Phone = "phone",
        /// Address of mail.
        Email = "email",
        /// Street address of the customer; the connection's as well where it has none of its own.
        Address = "address",
        /// City or regency.
        City = "city",
        /// Province.
        Province = "province",
        /// Postal code of five digits.
        PostalCode = "postal_code",
        /// National identity number of 16 digits.
        Nik = "nik",
        /// People in the household, 1 to 99.
        HouseholdSize = "household_size",
        /// Whether the customer is supplied.
        Status = "status",
        /// What the customer calls the connection.
        Label = "label",
        /// Street address of the connection.
        ConnectionAddress = "connection_address",
        /// Kind of property.
        PropertyKind = "property_kind",
        /// Tariff class.
        TariffClass = "tariff_class",
        /// The zone, by its name.
        Zone = "zone",
        /// Latitude in degrees.
        Latitude = "latitude",
        /// Longitude in degrees.
        Longitude = "longitude",
        /// Both in one cell.
        Position = "position",
        /// A meter's serial number.
        Serial = "serial",
        /// A meter's model.
        Model = "model",
        /// When the meter was installed.
        InstalledOn = "installed_on",
        /// When a register was read.
        ReadAt = "read_at",
        /// What the register showed, in m³: of a customer's row the meter's first.
        Register = "register",
        /// An opening balance in rupiah.
        Balance = "balance",
        /// What the register showed at the end of the month that the column is called by, in m³: of one row in as many columns as there are months.
        MonthRegister = "month_register",
        /// The serial number of one more meter of the row's customer, at a connection of its own: in as many columns as there are such meters.
        FurtherSerial = "further_serial",
        /// The time of the day at which a register was read, where it is beside the day in a column of its own.
        ReadTime = "read_time",
    }
}

impl Field {
    /// Whether several columns can hold it.
    pub const fn is_of_many(self) -> bool {
        matches!(self, Self::MonthRegister | Self::FurtherSerial)
    }
}
