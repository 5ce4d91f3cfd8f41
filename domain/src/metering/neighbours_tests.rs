//! Groups of neighbours against a plain count and a plain median, for any households.

use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn member(customer: u128, size: Option<u8>, litres: i64) -> Member {
    Member { customer: CustomerId(Uuid::from_u128(customer)), size, volume: Millilitres::litres(litres) }
}

fn households(n: u128, size: Option<u8>) -> Vec<Member> {
    (0..n).map(|customer| member(1_000 * u128::from(size.unwrap_or(0)) + customer, size, 10_000)).collect()
}

fn published(members: &[Member]) -> Vec<(Option<u8>, u32)> {
    groups(members).iter().map(|group| (group.size, group.homes)).collect()
}

#[test]
fn nine_customers_are_published_to_nobody_and_ten_are() {
    assert!(published(&households(9, None)).is_empty());
    assert_eq!(published(&households(10, None)), [(None, 10)]);
    let landlord: Vec<Member> = (0..12).map(|_| member(1, None, 10_000)).collect();
    assert!(published(&landlord).is_empty(), "twelve houses of one customer are that customer's use");
}

#[test]
fn a_size_is_not_published_where_a_few_others_would_be_the_difference() {
    let mut members = households(12, Some(4));
    assert_eq!(published(&members), [(None, 12), (Some(4), 12)]);
    members.extend(households(3, Some(6)));
    assert_eq!(published(&members), [(None, 15)], "fifteen and twelve would show three");
    members.extend(households(11, Some(2)));
    assert_eq!(published(&members), [(None, 26), (Some(4), 12)], "the three are published with the eleven only");
    members.extend(households(7, None));
    assert_eq!(published(&members), [(None, 33), (Some(2), 11), (Some(4), 12)]);
}

#[test]
fn a_household_is_shown_its_own_size_or_all() {
    let groups = [(None, 22), (Some(4), 12)];
    assert_eq!([Some(4), Some(5), None].map(|size| shown_to(&groups, size)), [Some(12), Some(22), Some(22)]);
    assert_eq!(shown_to::<i32>(&[], Some(4)), None);
}

#[test]
fn figures_are_tenths_of_a_cubic_metre() {
    let members: Vec<Member> = (1..=11).map(|n| member(n, None, i64::try_from(n).unwrap() * 1_000 + 37)).collect();
    let middle = groups(&members)[0].middle;
    assert_eq!([middle.lower, middle.median, middle.upper].map(|volume| volume.0), [3_500_000, 6_000_000, 8_500_000]);
}

#[test]
fn a_month_is_looked_at_when_three_days_of_the_next_are_over() {
    let day = |month, day| LocalDay::from_ymd(2026, month, day).unwrap();
    assert_eq!((newest(day(12, 3)), newest(day(12, 4))), (day(10, 1).month(), day(11, 1).month()));
    assert_eq!(newest(day(1, 4)), LocalMonth(2025 * 12 + 11));
    let november = day(11, 1).month();
    assert!(is_measured(november, 27 * DAY_MS) && !is_measured(november, 27 * DAY_MS - 1));
}

/// The customers of a group, counted in the plainest way.
fn customers(members: &[Member], of: impl Fn(&Member) -> bool) -> usize {
    let mut all: Vec<_> = members.iter().filter(|member| of(member)).map(|member| member.customer).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// Twice the median of those in a group, mL.
fn naive_median_doubled(members: &[Member], of: impl Fn(&Member) -> bool) -> i64 {
    let mut all: Vec<i64> = members.iter().filter(|member| of(member)).map(|member| member.volume.0).collect();
    all.sort_unstable();
    all[(all.len() - 1) / 2] + all[all.len() / 2]
}

proptest! {
    #[test]
    fn no_group_below_ten_is_published_and_each_that_is_has_the_naive_median(
        all in prop::collection::vec((0_u128..60, prop::option::of(1_u8..4), 0_i64..60_000), 0..80),
    ) {
        let members: Vec<Member> = all.into_iter().map(|(customer, size, litres)| member(customer, size, litres)).collect();
        let groups = groups(&members);
        prop_assert_eq!(groups.is_empty(), customers(&members, |_| true) < FEWEST);
        for group in &groups {
            let is_in = |member: &Member| group.size.is_none() || member.size == group.size;
            prop_assert!(customers(&members, is_in) >= FEWEST);
            prop_assert_eq!(group.homes as usize, members.iter().filter(|member| is_in(member)).count());
            let off = 2 * group.middle.median.0 - naive_median_doubled(&members, is_in);
            prop_assert!(off.abs() <= ROUNDED_TO && group.middle.median.0 % ROUNDED_TO == 0, "{}", off);
            prop_assert!(group.middle.lower <= group.middle.median && group.middle.median <= group.middle.upper);
        }
        let is_published = |size: u8| groups.iter().any(|group| group.size == Some(size));
        let left = customers(&members, |member| member.size.is_none_or(|size| !is_published(size)));
        prop_assert!(groups.is_empty() || left == 0 || left >= FEWEST, "{} would be the difference", left);
    }

    #[test]
    fn the_order_of_households_changes_nothing(
        all in prop::collection::vec((0_u128..60, prop::option::of(1_u8..4), 0_i64..60_000), 0..60),
    ) {
        let mut members: Vec<Member> = all.into_iter().map(|(customer, size, litres)| member(customer, size, litres)).collect();
        let there = groups(&members);
        members.reverse();
        prop_assert_eq!(there, groups(&members));
    }
}
