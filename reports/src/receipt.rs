//! The receipt of a purchase that was paid.

use crate::letterhead::{logo, reached};
use crate::letters::{IN_HEAD, IN_ROW, legible};
use crate::words::instant;
use crate::{Error, press};
use domain::Rupiah;
use domain::sales::payment::Method;
use domain::sales::receipt::{Money, Paid, Receipt};
use domain::sales::voucher::Grant;
use serde_json::{Value, json};

const TEMPLATE: &str = include_str!("../../assets/reports/receipt.typ");

/// A receipt as PDF, A5. The same receipt is the same file.
///
/// # Errors
/// [`Error::Amounts`]: an amount is below zero, more went back than was paid, or the sum passes the range of money.
pub fn receipt(receipt: &Receipt) -> Result<Vec<u8>, Error> {
    let logo = logo(&receipt.letterhead);
    let data = Page(receipt).data(logo.as_ref().map(|logo| logo.size))?;
    press::pdf(TEMPLATE, &data, logo.map(|logo| logo.png), (&receipt.number, receipt.paid_at))
}

/// Times that money went back which one page has room for.
const MOST_RETURNS: usize = 5;

/// What follows from what was paid.
struct Sums {
    /// The price before the voucher.
    face: Rupiah,
    /// What the customer has for it.
    credited: Rupiah,
}

/// A receipt as it is put on paper.
struct Page<'a>(&'a Receipt);

impl Page<'_> {
    fn granted(&self) -> Grant {
        self.0.voucher.as_ref().map(|voucher| voucher.granted).unwrap_or_default()
    }

    fn sums(&self) -> Result<Sums, Error> {
        let Grant { discount, bonus } = self.granted();
        if [self.0.amount, discount, bonus, self.0.returned].iter().any(|amount| *amount < Rupiah(0))
            || self.0.returned > self.0.amount
        {
            return Err(Error::Amounts);
        }
        let face = self.0.amount.checked_add(discount).ok_or(Error::Amounts)?;
        Ok(Sums { face, credited: face.checked_add(bonus).ok_or(Error::Amounts)? })
    }

    fn data(&self, logo: Option<(u32, u32)>) -> Result<Value, Error> {
        let sums = self.sums()?;
        let say = |id: &'static str, en: &'static str| crate::words::say(self.0.language, id, en);
        Ok(json!({
            "language": crate::words::say(self.0.language, "id", "en"),
            "utility": legible(&self.0.utility, IN_HEAD),
            "logo": logo.map(|(width, height)| [width, height]),
            "letterhead": reached(self.0.language, &self.0.letterhead),
            "closing": legible(&self.0.letterhead.footer, IN_ROW),
            "system": say("Air prabayar · IndoWater", "Prepaid water · IndoWater"),
            "title": say("Bukti pembayaran", "Receipt"),
            "state": say("Lunas", "Paid"),
            "number": legible(&self.0.number, IN_ROW),
            "paid_at": instant(self.0.language, self.0.time_zone, self.0.paid_at),
            "mark": (self.0.money == Money::Simulation).then_some("SIMULASI"),
            "mark_note": say(
                "SIMULASI: tidak ada uang sungguhan yang berpindah.",
                "SIMULASI: a simulation, no real money has moved.",
            ),
            "note": say("Dibuat oleh sistem, sah tanpa tanda tangan.", "Made by the system, valid without a signature."),
            "facts": self.details(),
            "lines": self.lines(&sums),
            "total": [say("Total dibayar", "Total paid"), &self.0.amount.to_string()],
            "after": self.after(&sums),
        }))
    }

    fn details(&self) -> Vec<[String; 2]> {
        let say = |id: &'static str, en: &'static str| crate::words::say(self.0.language, id, en).to_owned();
        let (name, number) = &self.0.customer;
        let (label, address) = &self.0.connection;
        let mut facts = vec![
            [say("Pelanggan", "Customer"), legible(name, IN_ROW)],
            [say("Nomor pelanggan", "Customer number"), legible(number, IN_ROW)],
            [say("Sambungan", "Connection"), legible(&format!("{label}, {address}"), IN_ROW)],
        ];
        facts.extend(self.0.meter.as_deref().map(|serial| [say("Meter", "Meter"), legible(serial, IN_ROW)]));
        let paid_by = say("Cara membayar", "Paid by");
        match &self.0.paid {
            Paid::Cash => facts.push([paid_by, say("Tunai di loket", "Cash at the counter")]),
            Paid::Voucher => facts.push([paid_by, say("Dibayar penuh dengan voucher", "In full by a voucher")]),
            Paid::Gateway(method, order) => {
                facts.push([paid_by, self.method(*method)]);
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
            Method::Page => crate::words::say(self.0.language, "Halaman pembayaran", "Payment page").into(),
        }
    }

    fn lines(&self, sums: &Sums) -> Vec<[String; 2]> {
        let say = |id: &'static str, en: &'static str| crate::words::say(self.0.language, id, en).to_owned();
        let mut lines = vec![[say("Saldo air", "Water credit"), sums.face.to_string()]];
        if let Some(voucher) = self.0.voucher.as_ref().filter(|voucher| voucher.granted.discount > Rupiah(0)) {
            let name = format!("{} {}", say("Potongan voucher", "Discount, voucher"), voucher.code.as_str());
            lines.push([name, Rupiah(-voucher.granted.discount.0).to_string()]);
        }
        lines
    }

    /// What is printed below the total: what was credited, where that is more than the price; and what went back since.
    fn after(&self, sums: &Sums) -> Vec<[String; 2]> {
        let say = |id: &'static str, en: &'static str| crate::words::say(self.0.language, id, en).to_owned();
        let mut after = Vec::new();
        if let Some(voucher) = self.0.voucher.as_ref().filter(|voucher| voucher.granted.bonus > Rupiah(0)) {
            let name = format!("{} {}", say("Bonus voucher", "Bonus, voucher"), voucher.code.as_str());
            after.push([name, voucher.granted.bonus.to_string()]);
        }
        after.push([say("Saldo yang diterima", "Credit received"), sums.credited.to_string()]);
        if self.0.returned > Rupiah(0) {
            after.push([say("Sudah dikembalikan", "Given back since"), Rupiah(-self.0.returned.0).to_string()]);
        }
        for went in self.0.returns.iter().take(MOST_RETURNS) {
            let at = instant(self.0.language, self.0.time_zone, went.at);
            after.push([format!("{} {at}", say("Saldo berkurang", "Off the credit")), Rupiah(-went.taken.0).to_string()]);
            if !went.reason.is_empty() {
                after.push([say("Alasan", "Reason"), legible(&went.reason, IN_ROW)]);
            }
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::Language;
    use domain::sales::letterhead::Letterhead;
    use domain::sales::receipt::Gift;
    use domain::{TimeZone, UtcMillis};

    fn bought(amount: i64, discount: i64, bonus: i64, returned: i64) -> Receipt {
        let granted = Grant { discount: Rupiah(discount), bonus: Rupiah(bonus) };
        Receipt {
            language: Language::En,
            money: Money::Real,
            utility: "Tirta Bening".into(),
            letterhead: Letterhead::default(),
            number: "TB-1".into(),
            customer: ("Sari".into(), "0042".into()),
            connection: ("Rumah".into(), "Jl. Merdeka 1".into()),
            meter: None,
            paid_at: UtcMillis(1_764_054_300_000),
            time_zone: TimeZone::Jakarta,
            paid: Paid::Cash,
            amount: Rupiah(amount),
            voucher: Some(Gift { code: "HEMAT10".parse().expect("a code"), granted }),
            returned: Rupiah(returned),
            returns: Vec::new(),
        }
    }

    #[test]
    fn face_less_discount_is_what_was_paid_and_with_the_bonus_what_was_credited() {
        let sums = Page(&bought(90_000, 10_000, 3_000, 0)).sums().expect("amounts");
        assert_eq!((sums.face, sums.credited), (Rupiah(100_000), Rupiah(103_000)));
    }

    #[test]
    fn what_no_purchase_can_come_to_is_not_printed() {
        for wrong in [
            bought(-1, 0, 0, 0),
            bought(1, -1, 0, 0),
            bought(1, 0, -1, 0),
            bought(1, 0, 0, 2),
            bought(i64::MAX, 1, 0, 0),
            bought(i64::MAX, 0, 1, 0),
        ] {
            assert!(matches!(receipt(&wrong), Err(Error::Amounts)), "{wrong:?}");
        }
    }
}
