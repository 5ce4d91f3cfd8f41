//! The receipt of a purchase.

use crate::words::{instant, volume};
use crate::{Error, Language, press};
use domain::payment::{Method, OrderId};
use domain::{Millilitres, Rupiah, TimeZone, UtcMillis};
use serde_json::{Value, json};

const TEMPLATE: &str = include_str!("../../assets/reports/receipt.typ");

/// Whether it was money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// It was.
    Real,
    /// It was the demo's: the paper says so, across all of it.
    Simulation,
}

/// How it was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paid {
    /// In cash at the counter, and who took it.
    Cash(String),
    /// Through the gateway.
    Gateway(Method, OrderId),
}

/// What a receipt says. All amounts are what was agreed on at the quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The language.
    pub language: Language,
    /// Whether it was money.
    pub money: Money,
    /// The utility's name.
    pub utility: String,
    /// The receipt's number.
    pub number: String,
    /// The customer's name and number.
    pub customer: (String, String),
    /// The connection's label and address.
    pub connection: (String, String),
    /// The meter's serial.
    pub meter: Option<String>,
    /// When it was paid.
    pub paid_at: UtcMillis,
    /// The property's zone.
    pub time_zone: TimeZone,
    /// How it was paid.
    pub paid: Paid,
    /// The credit that was bought.
    pub credit: Rupiah,
    /// What a voucher took off, and its code.
    pub discount: Option<(String, Rupiah)>,
    /// The fee of paying.
    pub fee: Rupiah,
    /// Tax.
    pub tax: Rupiah,
    /// What was paid.
    pub total: Rupiah,
    /// Water that a voucher gave on top.
    pub bonus: Option<Millilitres>,
}

impl Receipt {
    /// The receipt as PDF, A5.
    ///
    /// # Errors
    /// [`Error`]: its amounts do not add up.
    pub fn pdf(&self) -> Result<Vec<u8>, Error> {
        let data = self.data()?;
        press::pdf(TEMPLATE, &data, &self.number, self.paid_at)
    }

    fn data(&self) -> Result<Value, Error> {
        let off = self.discount.as_ref().map_or(0, |(_, amount)| amount.0);
        let parts = [self.credit.0, -off, self.fee.0, self.tax.0];
        let sum = parts.into_iter().try_fold(0_i64, i64::checked_add);
        let is_negative = parts[0] < 0 || off < 0 || self.fee.0 < 0 || self.tax.0 < 0;
        if sum != Some(self.total.0) || is_negative {
            return Err(Error::DoesNotAddUp);
        }
        let say = |id: &'static str, en: &'static str| self.language.say(id, en);
        let bonus = self.bonus.map(|water| [say("Bonus air", "Bonus water").to_owned(), volume(self.language, water)]);
        Ok(json!({
            "language": self.language.code(),
            "utility": self.utility,
            "system": say("Air prabayar · IndoWater", "Prepaid water · IndoWater"),
            "title": say("Bukti pembayaran", "Receipt"),
            "state": say("Lunas", "Paid"),
            "number": self.number,
            "paid_at": instant(self.language, self.time_zone, self.paid_at),
            "mark": (self.money == Money::Simulation).then_some("SIMULASI"),
            "mark_note": say(
                "SIMULASI: tidak ada uang sungguhan yang berpindah.",
                "SIMULASI: a simulation, no real money has moved.",
            ),
            "note": say("Dibuat oleh sistem, sah tanpa tanda tangan.", "Made by the system, valid without a signature."),
            "facts": self.facts(),
            "lines": self.lines(),
            "total": [say("Total dibayar", "Total paid"), &self.total.to_string()],
            "credited": bonus,
        }))
    }

    fn facts(&self) -> Vec<[String; 2]> {
        let say = |id: &'static str, en: &'static str| self.language.say(id, en).to_owned();
        let (name, number) = &self.customer;
        let (label, address) = &self.connection;
        let mut facts = vec![
            [say("Pelanggan", "Customer"), name.clone()],
            [say("Nomor pelanggan", "Customer number"), number.clone()],
            [say("Sambungan", "Connection"), format!("{label}, {address}")],
        ];
        facts.extend(self.meter.clone().map(|serial| [say("Meter", "Meter"), serial]));
        match &self.paid {
            Paid::Cash(who) => facts.push([say("Cara membayar", "Paid by"), format!("{} · {who}", say("Tunai", "Cash"))]),
            Paid::Gateway(method, order) => {
                facts.push([say("Cara membayar", "Paid by"), self.method(*method)]);
                facts.push([say("Nomor pesanan", "Order"), order.to_string()]);
            }
        }
        facts
    }

    fn method(&self, method: Method) -> String {
        match method {
            Method::VirtualAccount(bank) => format!("Virtual account {}", bank.name()),
            Method::Qris => "QRIS".into(),
            Method::Gopay => "GoPay".into(),
            Method::Page => self.language.say("Halaman pembayaran", "Payment page").into(),
        }
    }

    fn lines(&self) -> Vec<[String; 2]> {
        let say = |id: &'static str, en: &'static str| self.language.say(id, en).to_owned();
        let mut lines = vec![[say("Saldo air", "Water credit"), self.credit.to_string()]];
        if let Some((code, amount)) = &self.discount {
            lines.push([format!("{} {code}", say("Voucher", "Voucher")), Rupiah(-amount.0).to_string()]);
        }
        if self.fee > Rupiah(0) {
            lines.push([say("Biaya layanan", "Service fee"), self.fee.to_string()]);
        }
        if self.tax > Rupiah(0) {
            lines.push([say("Pajak", "Tax"), self.tax.to_string()]);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            language: Language::Indonesian,
            money: Money::Simulation,
            utility: "Tirta Bening".into(),
            number: "TB-2026-000123".into(),
            customer: ("Sari #set page(fill: red) *Lestari*".into(), "0042".into()),
            connection: ("Rumah".into(), "Jl. Merdeka 1, Bandung".into()),
            meter: Some("WM-2024-001".into()),
            paid_at: UtcMillis(1_764_054_300_000),
            time_zone: TimeZone::Jakarta,
            paid: Paid::Gateway(Method::Qris, "IW-0190f2a8c5e17b3e9d4a6f1b2c3d4e5f".parse().expect("an order")),
            credit: Rupiah(100_000),
            discount: Some(("HEMAT10".into(), Rupiah(10_000))),
            fee: Rupiah(2_500),
            tax: Rupiah(0),
            total: Rupiah(92_500),
            bonus: Some(Millilitres::litres(500)),
        }
    }

    #[test]
    fn a_receipt_says_what_was_paid_and_that_it_is_a_simulation_and_takes_names_as_they_are() {
        let text = press::text(TEMPLATE, &receipt().data().unwrap()).unwrap();
        for part in [
            "SIMULASI",
            "Rp92.500",
            "−Rp10.000",
            "HEMAT10",
            "Rp2.500",
            "QRIS",
            "0,500 m³",
            "25 Nov 2025 14.05 WIB",
            "WM-2024-001",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(text.contains("#set page(fill: red) *Lestari*"), "a name is a name and no markup: {text}");
        let real = Receipt { money: Money::Real, language: Language::English, ..receipt() };
        let text = press::text(TEMPLATE, &real.data().unwrap()).unwrap();
        assert!(!text.contains("SIMULASI") && text.contains("Total paid"), "{text}");
    }

    #[test]
    fn the_same_receipt_is_the_same_file() {
        let (one, other) = (receipt().pdf().unwrap(), receipt().pdf().unwrap());
        assert!(one.starts_with(b"%PDF-"));
        assert_eq!(one, other);
    }

    #[test]
    fn what_does_not_add_up_is_not_printed() {
        for wrong in [
            Receipt { total: Rupiah(92_501), ..receipt() },
            Receipt { discount: None, ..receipt() },
            Receipt { fee: Rupiah(-2_500), total: Rupiah(87_500), ..receipt() },
            Receipt { credit: Rupiah(i64::MAX), fee: Rupiah(i64::MAX), ..receipt() },
        ] {
            assert!(matches!(wrong.pdf(), Err(Error::DoesNotAddUp)));
        }
    }
}
