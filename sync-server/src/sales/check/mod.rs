//! The part of `sync-server check` that is about sales: uses of vouchers, and the money of purchases by the ledger.

pub mod closing;

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'voucher ' || v.num FROM voucher v LEFT JOIN voucher_use u ON u.voucher = v.num AND u.state <> 'released'
         GROUP BY v.num HAVING v.taken <> COUNT(u.purchase)",
        "its count differs from its uses",
    ),
    (
        "SELECT 'voucher ' || num FROM voucher WHERE taken > json_extract(terms, '$.total_limit')",
        "it was used more often than it may be",
    ),
    (
        "SELECT 'purchase ' || p.num FROM purchase p JOIN voucher_use u ON u.purchase = p.num
         WHERE (u.state = 'reserved' AND p.state <> 'pending') OR (u.state = 'consumed' AND p.state <> 'settled')",
        "its voucher's use does not fit its state",
    ),
    (
        "SELECT 'purchase ' || p.num FROM purchase p LEFT JOIN (
           SELECT t.purchase AS purchase, -SUM(po.amount) AS net FROM transfer t JOIN posting po ON po.transfer = t.num
           JOIN account a ON a.num = po.account WHERE a.kind IN ('gateway_clearing', 'cash', 'refunds', 'chargebacks') GROUP BY t.purchase
         ) l ON l.purchase = p.num WHERE p.paid + p.extra - p.returned <> COALESCE(l.net, 0)",
        "its money differs from the ledger's",
    ),
    (
        "SELECT 'bank refund ' || num FROM bank_refund b
         WHERE (state = 'approved') <> EXISTS (SELECT 1 FROM transfer WHERE key = 'back:bank:' || b.num)",
        "its transfer does not fit its state",
    ),
    (
        "SELECT 'case ' || num FROM payment_case k
         WHERE (state = 'assigned') <> EXISTS (SELECT 1 FROM transfer WHERE key = 'settle:case:' || k.num)",
        "its transfer does not fit its state",
    ),
    (
        "SELECT 'opening balance ' || num FROM opening_balance o
         WHERE (booked_at IS NOT NULL) <> EXISTS (SELECT 1 FROM transfer WHERE key = 'opening:' || o.num)
           OR (booked_at IS NOT NULL AND state = 'taken_back') <> EXISTS (SELECT 1 FROM transfer WHERE key = 'opening_back:' || o.num)",
        "its transfers do not fit its state",
    ),
    (
        "SELECT 'opening balance ' || o.num FROM opening_balance o JOIN transfer t ON t.key IN ('opening:' || o.num, 'opening_back:' || o.num)
         JOIN posting p ON p.transfer = t.num JOIN account a ON a.num = p.account AND a.kind = 'credit'
         WHERE t.connection <> o.connection OR p.amount <> CASE t.kind WHEN 'opening_balance' THEN o.amount ELSE -o.amount END",
        "what is booked of it differs from its amount",
    ),
    (
        "SELECT 'opening balances of utility ' || u.num FROM utility u
         WHERE COALESCE((SELECT balance FROM account WHERE utility = u.num AND connection IS NULL AND kind = 'opening_balances'), 0)
           <> -COALESCE((SELECT SUM(amount) FROM opening_balance WHERE utility = u.num AND state = 'booked'), 0)",
        "their account differs from those that are booked",
    ),
    (
        "SELECT 'import ' || i.num FROM opening_import i WHERE i.alone <> COALESCE((SELECT SUM(ABS(amount)) FROM opening_balance
           WHERE import = i.num AND booked_at IS NOT NULL AND decided_by IS NULL), 0)",
        "what was booked of it without a second admin is counted otherwise",
    ),
];
