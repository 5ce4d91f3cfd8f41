//! Households that an admin adds by operations and takes back; cases of meters, with what people answer to them; and work at meters.

use super::{Case, count};
use domain::WorkOrderId;
use domain::alerts::case::CaseAnswer;
use domain::core::local_time::HOUR_MS;
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::WorkKind;
use domain::people::Role;
use domain::sync::edit::{ConnectionField, CustomerField};
use protocol::sync::push::{Operation, OperationResult, Outcome, Rejection};
use protocol::sync::rows::Entity;
use tests::ops::{code, op};
use tests::town::Household;
use uuid::Uuid;

/// Households of a town at most.
const MOST: usize = 3;

fn is_applied(result: &OperationResult) -> bool {
    matches!(result.outcome, Outcome::Applied { .. })
}

impl Case<'_> {
    /// An admin adds a household with its meter, as an import does.
    pub async fn add(&mut self, zone: usize) {
        if self.town.households.len() == MOST {
            return;
        }
        let household = Household::new(zone);
        let (customer, connection, meter) = (household.customer, household.connection, household.meter);
        let fields = [(ConnectionField::Label, "Rumah".to_owned()), (ConnectionField::Address, "Jl. Kota".to_owned())];
        let commands = [
            Operation::AddCustomer {
                customer,
                number: household.serial.clone(),
                fields: [(CustomerField::Name, "Warga".to_owned())].into(),
            },
            Operation::AddConnection { connection, customer, zone: self.town.zones[zone].1, fields: fields.into() },
            Operation::AddMeter {
                meter,
                connection,
                serial: household.serial.parse().expect("a serial"),
                model: String::new(),
                since: self.town.tick(),
            },
        ];
        let ops = (1..).zip(&commands).map(|(seq, command)| op(Uuid::now_v7(), seq, None, command));
        let results = self.push_as(0, ops.collect()).await;
        assert!(results.iter().all(is_applied), "{results:?}");
        self.town.households.push(household);
        count(&self.counts.added);
    }

    /// The admin takes the last household back.
    pub async fn take_back(&mut self) {
        let Some(place) = self.town.households.iter().rposition(|household| !household.is_gone) else { return };
        let command = Operation::TakeBackCustomer { customer: self.town.households[place].customer };
        let results = self.push_as(0, vec![op(Uuid::now_v7(), 1, None, &command)]).await;
        assert!(results.iter().all(is_applied), "{results:?}");
        self.town.households[place].is_gone = true;
        count(&self.counts.taken_back);
    }

    /// Something is found at the meter of a supply point, if there is one.
    pub async fn find_case(&mut self, place: usize, is_the_customers: bool) {
        if self.town.find_case(self.running, place, is_the_customers).await {
            count(&self.counts.cases);
        }
    }

    /// Somebody answers the last case: whoever does not see its connection is answered as if there were none.
    pub async fn answer(&mut self, who: usize) {
        let Some((connection, no)) = self.town.cases.keys().next_back().and_then(|row| row.split_once('/')) else { return };
        let (thing, no) = (connection.to_owned(), no.parse().expect("a number"));
        let row = (Entity::Connection, thing.clone());
        let is_seen = self.town.buckets(who).iter().any(|bucket| self.town.rows(bucket).contains(&row));
        // What a household's own people said is shown under their names for as long as they are its people, and without a new revision.
        if is_seen && self.town.people[who].role == Role::Customer {
            return;
        }
        let command = Operation::AnswerCase {
            connection: thing.parse().expect("an identifier"),
            no,
            answer: CaseAnswer::Repaired,
            remark: "Keran diganti".into(),
        };
        let results = self.push_as(who, vec![op(Uuid::now_v7(), 1, None, &command)]).await;
        if is_seen {
            count(&self.counts.answers);
        } else {
            assert_eq!(code(&results[0]), Some(Rejection::NotFound), "{who} answers what is not theirs");
            count(&self.counts.refused);
        }
    }

    /// An admin announces work at a meter that is or was installed somewhere.
    pub async fn plan(&mut self, meter: usize) {
        if !self.town.meters[meter].was_installed {
            return;
        }
        let (order, meter, from) = (WorkOrderId(Uuid::now_v7()), self.town.meters[meter].id, self.town.tick());
        let (work, until, text) = (WorkKind::Repair, from.plus(HOUR_MS), "Bawa segel".into());
        let (priority, template, minutes) = (Priority::Normal, None, None);
        let command =
            Operation::PlanWork { order, meter, work, from, until, technician: None, text, priority, template, minutes };
        let results = self.push_as(0, vec![op(Uuid::now_v7(), 1, None, &command)]).await;
        assert!(results.iter().all(is_applied), "{results:?}");
        self.town.orders.insert(order.to_string(), meter);
        count(&self.counts.orders);
    }

    /// Somebody begins the last work that was announced, or completes it: a customer may not, and to a technician who was never in a zone
    /// of its meter there is none.
    pub async fn work(&mut self, who: usize, is_done: bool) {
        let Some((order, meter)) = self.town.orders.iter().next_back().map(|(order, meter)| (order.clone(), *meter)) else {
            return;
        };
        let (order, at) = (order.parse().expect("an identifier"), self.town.tick());
        let command = match is_done {
            false => Operation::BeginWork { order, meter, at },
            true => Operation::CompleteWork { order, meter, at },
        };
        let results = self.push_as(who, vec![op(Uuid::now_v7(), 1, None, &command)]).await;
        match self.town.people[who].role {
            Role::Customer => {
                assert_eq!(code(&results[0]), Some(Rejection::Denied), "{who} says that work began or ended");
                count(&self.counts.refused);
            }
            Role::Technician if code(&results[0]).is_some() => {
                assert_eq!(code(&results[0]), Some(Rejection::NotFound), "{who}");
                count(&self.counts.refused);
            }
            Role::Admin | Role::Technician => {
                assert!(is_applied(&results[0]), "{results:?}");
                count(&self.counts.works);
            }
        }
    }
}
