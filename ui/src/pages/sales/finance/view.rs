//! What Keuangan shows: all of it, or one part. It is kept in the page's address.

use crate::components::address::{Kept, Params};

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinancePart {
    /// Reports of the gateway that somebody has to decide on.
    Cases,
    /// Refunds by bank transfer.
    Refunds,
    /// Opening balances that a second admin has to decide on.
    Openings,
    /// Purchases that wait for their payment.
    Waiting,
    /// The limits of the ways to pay, and of what one admin books alone.
    Limits,
    /// Days of cash that are counted and closed.
    CashDays,
    /// Months that are closed.
    Months,
    /// Settlement files of the payment gateway.
    Reconciliation,
}

impl FinancePart {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::Cases,
        Self::Refunds,
        Self::Openings,
        Self::Waiting,
        Self::Limits,
        Self::CashDays,
        Self::Months,
        Self::Reconciliation,
    ];

    /// Those that are pages of their own: they are shown where they are asked for, and not with all the others.
    pub const APART: [Self; 3] = [Self::CashDays, Self::Months, Self::Reconciliation];

    /// Its word in the address, which its name on the screen goes by as well.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cases => "kasus",
            Self::Refunds => "pengembalian",
            Self::Openings => "saldo-awal",
            Self::Waiting => "menunggu",
            Self::Limits => "batas",
            Self::CashDays => "tutup-hari",
            Self::Months => "tutup-bulan",
            Self::Reconciliation => "rekonsiliasi",
        }
    }

    /// The picture beside its name.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Cases => "landmark",
            Self::Refunds => "undo-2",
            Self::Openings | Self::Reconciliation => "file-spreadsheet",
            Self::Waiting => "hourglass",
            Self::Limits => "banknote",
            Self::CashDays => "hand-coins",
            Self::Months => "calendar-check",
        }
    }

    /// The part of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FinanceView {
    /// One part; where none is named all but those apart.
    pub part: Option<FinancePart>,
}

impl FinanceView {
    /// Whether a part is shown.
    pub fn shows(self, part: FinancePart) -> bool {
        self.part.is_none_or(|only| only == part)
    }

    /// Whether anything is shown of what waits for an admin.
    pub fn shows_review(self) -> bool {
        self.part.is_none_or(|only| only != FinancePart::Limits && !FinancePart::APART.contains(&only))
    }

    /// The address of a part.
    pub fn address_of(part: FinancePart) -> String {
        Self { part: Some(part) }.write().on("/keuangan")
    }
}

impl Kept for FinanceView {
    fn read(params: &Params) -> Self {
        Self { part: params.get::<String>("bagian").and_then(|word| FinancePart::of_word(&word)) }
    }

    fn write(&self) -> Params {
        Params::default().with("bagian", self.part.map(FinancePart::word))
    }
}
