//! Money on the real server: ledger, purchases, payments, campaigns.

mod admin;
mod answers;
mod bank_refunds;
mod bounds;
mod cancelled;
mod charged_cards;
mod closing;
mod declined;
mod demo_month;
mod kills;
mod matching;
mod methods;
mod payments;
mod races;
mod revenue;
mod revenue_customers;
mod revenue_history;
mod revenue_purchases;
mod settlements;
mod summary;
mod terms;
mod webhooks;
