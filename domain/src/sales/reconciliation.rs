//! Reconciliation with the payment gateway: what a row of its settlement file comes to beside what is known of the payment here.

use crate::core::local_time::DAY_MS;
use crate::core::words::words;
use crate::{Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// Rows of one file at most.
pub const MOST_ROWS: u32 = 20_000;

/// How far the gateway's time of a transaction may be from when its payment was begun here: on its page a method is chosen later.
pub const TOLERANCE_MS: i64 = 3 * DAY_MS;

/// Rows that are off before it is their file that is doubted.
const LEAST_OFF: usize = 3;

/// How far gross less fee may be from net: fees have sen, which are rounded.
const ROUNDING: i64 = 1;

/// The gateway's words for money that has come; nothing stands for it too, in a file of settlements alone.
const CAME: [&str; 12] = [
    "",
    "settlement",
    "settled",
    "capture",
    "captured",
    "success",
    "paid",
    "completed",
    "sukses",
    "berhasil",
    "lunas",
    "selesai",
];

/// The gateway's words for money that came, and of which all or a part went back. Such a row names its payment, but its amounts are of what is left.
pub const WENT_BACK: [&str; 9] = [
    "refund",
    "refunded",
    "partial_refund",
    "partial refund",
    "partially refunded",
    "chargeback",
    "partial_chargeback",
    "partial chargeback",
    "dikembalikan",
];

words! {
    /// What a row comes to, or a payment that no row names.
    LineVerdict {
        /// Both sides say the same.
        Matched = "matched",
        /// Both know the order, and say something else of it.
        Differs = "differs",
        /// The gateway names an order that is not known here.
        MissingWithUs = "missing_with_us",
        /// It was paid here, in the time of the file, and no row names it.
        MissingAtGateway = "missing_at_gateway",
        /// Another row has the same order.
        Twice = "twice",
        /// The row is about no money that came, or about somebody else's.
        NotCompared = "not_compared",
    }
}

words! {
    /// What differs, or why a row is not compared.
    Because {
        /// The amount.
        Amount = "amount",
        /// Gross less fee is not net, or the fee is above the amount.
        Fee = "fee",
        /// The time.
        Date = "date",
        /// The gateway says that money came, and none is credited here.
        State = "state",
        /// The row's status is not that money came.
        Status = "status",
        /// The order is another utility's.
        OtherUtility = "other_utility",
        /// An earlier file names the same transaction with another amount or fee.
        Earlier = "earlier",
    }
}

words! {
    /// How far a line of the list is.
    LineState {
        /// Somebody has to look at it.
        Open = "open",
        /// There is nothing to do.
        Done = "done",
        /// Accepted as it is, with a reason.
        Accepted = "accepted",
        /// It went on as a case of a payment.
        Case = "case",
    }
}

impl LineVerdict {
    /// Whether somebody has to look at it.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Matched | Self::NotCompared)
    }
}

/// A row of a settlement file, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SettlementRow {
    /// Its number in the file.
    pub row: u32,
    /// The order, as the gateway names it.
    pub order: String,
    /// The gateway's own name of the transaction.
    #[serde(default)]
    pub transaction: String,
    /// The gateway's word for the method.
    #[serde(default)]
    pub method: String,
    /// What was paid.
    pub gross: Rupiah,
    /// What the gateway keeps of it.
    pub fee: Rupiah,
    /// What it pays out, where the file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<Rupiah>,
    /// When it was begun; the settlement where the file has no other time.
    pub at: UtcMillis,
    /// When it was settled, where the file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<UtcMillis>,
    /// The gateway's word for the status, in small letters.
    #[serde(default)]
    pub status: String,
}

/// What is known here of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OurPayment {
    /// What was agreed on.
    pub gross: Rupiah,
    /// What the payer paid on top for the gateway.
    pub on_top: Rupiah,
    /// Whether money of it was credited.
    pub is_credited: bool,
    /// When it was begun.
    pub started_at: UtcMillis,
}

impl OurPayment {
    /// What the gateway's fee of a row costs the utility: less what the payer paid on top, where that is in the row's gross amount.
    pub fn cost(&self, row: &SettlementRow) -> Rupiah {
        let has_on_top = row.gross.0 == self.gross.0.saturating_add(self.on_top.0);
        let on_top = if has_on_top { self.on_top.0 } else { 0 };
        Rupiah(row.fee.0.saturating_sub(on_top).max(0))
    }
}

/// Whose an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nobody's.
    Nobodys,
    /// Another utility's: nothing more is said of it.
    AnotherUtilitys,
    /// This utility's.
    Ours(OurPayment),
}

/// What other rows say of the payment that a row names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// None of them names it.
    Silent,
    /// One of the same file names it, or one that has another name of the transaction.
    Repeated,
    /// An earlier file has the same transaction, and it was taken as right.
    Earlier {
        /// What that file says was paid.
        gross: Rupiah,
        /// What it says the gateway kept.
        fee: Rupiah,
    },
}

/// Whether so many of some rows are off that their file is, and not these rows: most of them, and three at least.
pub const fn is_mostly(off: usize, rows: usize) -> bool {
    off >= LEAST_OFF && off.saturating_mul(2) > rows
}

/// Whether the gateway's time of a transaction is too far from when its payment was begun here.
pub fn is_off(at: UtcMillis, started_at: UtcMillis) -> bool {
    at.since(started_at).saturating_abs() > TOLERANCE_MS
}

/// What a row comes to.
pub fn judge(row: &SettlementRow, known: Known, others: Others) -> (LineVerdict, Option<Because>) {
    if !CAME.contains(&row.status.as_str()) {
        return (LineVerdict::NotCompared, Some(Because::Status));
    }
    let ours = match known {
        Known::AnotherUtilitys => return (LineVerdict::NotCompared, Some(Because::OtherUtility)),
        Known::Nobodys => return (LineVerdict::MissingWithUs, None),
        Known::Ours(_) if others == Others::Repeated => return (LineVerdict::Twice, None),
        Known::Ours(ours) => ours,
    };
    match difference(row, ours).or_else(|| change(row, others)) {
        Some(because) => (LineVerdict::Differs, Some(because)),
        None => (LineVerdict::Matched, None),
    }
}

fn difference(row: &SettlementRow, ours: OurPayment) -> Option<Because> {
    let (gross, fee) = (row.gross.0, row.fee.0);
    if gross != ours.gross.0 && gross != ours.gross.0.saturating_add(ours.on_top.0) {
        return Some(Because::Amount);
    }
    let is_net = row.net.is_none_or(|net| gross.saturating_sub(fee).saturating_sub(net.0).saturating_abs() <= ROUNDING);
    if !is_net || fee < 0 || fee > gross {
        return Some(Because::Fee);
    }
    if is_off(row.at, ours.started_at) {
        return Some(Because::Date);
    }
    (!ours.is_credited).then_some(Because::State)
}

/// The gateway has said something else of the same transaction before: what it said first is booked.
fn change(row: &SettlementRow, others: Others) -> Option<Because> {
    match others {
        Others::Earlier { gross, fee } if (gross, fee) != (row.gross, row.fee) => Some(Because::Earlier),
        Others::Earlier { .. } | Others::Silent | Others::Repeated => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: UtcMillis = UtcMillis(1_790_000_000_000);

    fn row(gross: i64, fee: i64) -> SettlementRow {
        SettlementRow {
            row: 2,
            order: "IW-1".into(),
            transaction: "t".into(),
            method: "qris".into(),
            gross: Rupiah(gross),
            fee: Rupiah(fee),
            net: Some(Rupiah(gross - fee)),
            at: AT,
            settled_at: None,
            status: "settlement".into(),
        }
    }

    const fn ours(gross: i64) -> OurPayment {
        OurPayment { gross: Rupiah(gross), on_top: Rupiah(0), is_credited: true, started_at: AT }
    }

    #[test]
    fn each_kind_of_difference_has_its_own_word() {
        let judged = |row: &SettlementRow, ours| judge(row, Known::Ours(ours), Others::Silent);
        let good = row(100_000, 4_000);
        assert_eq!(judged(&good, ours(100_000)), (LineVerdict::Matched, None));
        assert_eq!(judged(&good, ours(99_999)), (LineVerdict::Differs, Some(Because::Amount)));
        let on_top = OurPayment { on_top: Rupiah(1_000), ..ours(99_000) };
        assert_eq!(judged(&good, on_top), (LineVerdict::Matched, None), "the payer paid the gateway on top");
        let cost = |on_top, row: &SettlementRow| OurPayment { on_top: Rupiah(on_top), ..ours(100_000 - on_top) }.cost(row).0;
        assert_eq!((cost(0, &good), cost(1_000, &good), cost(4_000, &good), cost(5_000, &good)), (4_000, 3_000, 0, 0));
        assert_eq!(OurPayment { on_top: Rupiah(1_000), ..ours(100_000) }.cost(&good).0, 4_000, "the file leaves it out");
        let odd = SettlementRow { net: Some(Rupiah(95_000)), ..good.clone() };
        assert_eq!(judged(&odd, ours(100_000)).1, Some(Because::Fee));
        let rounded = SettlementRow { net: Some(Rupiah(95_999)), ..good.clone() };
        assert_eq!(judged(&rounded, ours(100_000)).0, LineVerdict::Matched, "sen of a fee are rounded");
        let late = SettlementRow { at: AT.plus(TOLERANCE_MS + 1), ..good.clone() };
        assert_eq!(judged(&late, ours(100_000)).1, Some(Because::Date));
        let unpaid = OurPayment { is_credited: false, ..ours(100_000) };
        assert_eq!(judged(&good, unpaid).1, Some(Because::State));
        assert_eq!(judge(&good, Known::Nobodys, Others::Silent), (LineVerdict::MissingWithUs, None));
        assert_eq!(judge(&good, Known::Ours(ours(100_000)), Others::Repeated), (LineVerdict::Twice, None));
        assert_eq!(judge(&good, Known::AnotherUtilitys, Others::Repeated).1, Some(Because::OtherUtility));
        let expired = SettlementRow { status: "expire".into(), ..good };
        assert_eq!(judge(&expired, Known::Nobodys, Others::Silent), (LineVerdict::NotCompared, Some(Because::Status)));
    }

    #[test]
    fn a_transaction_that_comes_again_with_another_amount_or_fee_differs() {
        let again = |gross, fee| judge(&row(100_000, 4_000), Known::Ours(ours(100_000)), Others::Earlier { gross, fee });
        assert_eq!(again(Rupiah(100_000), Rupiah(4_000)), (LineVerdict::Matched, None));
        assert_eq!(again(Rupiah(100_000), Rupiah(700)), (LineVerdict::Differs, Some(Because::Earlier)));
        assert_eq!(again(Rupiah(99_000), Rupiah(4_000)), (LineVerdict::Differs, Some(Because::Earlier)));
        let other = judge(&row(99_000, 4_000), Known::Ours(ours(100_000)), Others::Earlier { gross: Rupiah(1), fee: Rupiah(1) });
        assert_eq!(other.1, Some(Because::Amount), "what differs from ours comes first");
    }

    #[test]
    fn a_file_is_doubted_where_most_of_its_rows_are_off_and_three_at_least() {
        assert!(is_mostly(3, 3) && is_mostly(3, 5) && is_mostly(251, 500));
        assert!(!is_mostly(2, 2) && !is_mostly(3, 6) && !is_mostly(0, 0) && !is_mostly(250, 500));
        assert!(!is_off(AT.plus(TOLERANCE_MS), AT) && is_off(AT.plus(-TOLERANCE_MS - 1), AT));
    }

    proptest! {
        #[test]
        fn only_rows_that_agree_to_the_rupiah_match(gross in 1_i64..50_000_000, off in -3_i64..3, fee in 0_i64..9_000, by in -2_i64..=2, hours in -100_i64..100) {
            let at = AT.plus(hours * 3_600_000);
            let asked = SettlementRow { net: Some(Rupiah(gross - fee + by)), at, ..row(gross, fee) };
            let (verdict, because) = judge(&asked, Known::Ours(ours(gross + off)), Others::Silent);
            let agrees = off == 0 && by.abs() <= 1 && fee <= gross && hours.abs() <= 72;
            prop_assert_eq!(verdict == LineVerdict::Matched, agrees, "{:?}", because);
            prop_assert_eq!(verdict.is_open(), because.is_some());
        }
    }
}
