//! What happens in a town: drawn at random.

use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Step {
    Connect { customer: usize, zone: usize },
    Install { meter: usize, place: usize },
    Move { place: usize, customer: usize, zone: usize },
    Toggle { who: usize, what: usize },
    Edit { customer: usize },
    Conflict { customer: usize },
    Read { meter: usize },
    Photograph { meter: usize },
    Add { zone: usize },
    TakeBack,
    Case { place: usize, is_the_customers: bool },
    Answer { who: usize },
    Plan { meter: usize },
    Work { who: usize, is_done: bool },
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0..3_usize, 0..2_usize).prop_map(|(customer, zone)| Step::Connect { customer, zone }),
        3 => (0..3_usize, 0..4_usize).prop_map(|(meter, place)| Step::Install { meter, place }),
        3 => (0..4_usize, 0..3_usize, 0..2_usize).prop_map(|(place, customer, zone)| Step::Move { place, customer, zone }),
        5 => (1..5_usize, 0..3_usize).prop_map(|(who, what)| Step::Toggle { who, what }),
        1 => (0..3_usize).prop_map(|customer| Step::Edit { customer }),
        1 => (0..3_usize).prop_map(|customer| Step::Conflict { customer }),
        4 => (0..3_usize).prop_map(|meter| Step::Read { meter }),
        2 => (0..3_usize).prop_map(|meter| Step::Photograph { meter }),
        1 => (0..2_usize).prop_map(|zone| Step::Add { zone }),
        1 => Just(Step::TakeBack),
        1 => (0..4_usize, any::<bool>()).prop_map(|(place, is_the_customers)| Step::Case { place, is_the_customers }),
        2 => (0..5_usize).prop_map(|who| Step::Answer { who }),
        1 => (0..3_usize).prop_map(|meter| Step::Plan { meter }),
        2 => (0..5_usize, any::<bool>()).prop_map(|(who, is_done)| Step::Work { who, is_done }),
    ];
    prop::collection::vec(step, 4..16)
}
