//! Looking for something by a few letters of it, as one types in a hurry: in order, not all of them, with any case.

/// Points for a letter at the start of a word, for one right behind another, and for the start of the text.
const WORD: u32 = 8;
const NEXT: u32 = 5;
const FIRST: u32 = 10;

/// How well a text answers a search, more being better; `None` if a letter of the search is not there in its order. Spaces and signs in the
/// search do not matter. An empty search is answered by everything alike.
pub fn rank(search: &str, text: &str) -> Option<u32> {
    let wanted: Vec<char> = search.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let there: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let starts = |place: usize| place == 0 || !there[place - 1].is_alphanumeric();
    // The best of all places where the first letter is: "kan" is rather "Kantor" than "pelanKgAN".
    let firsts = (0..there.len()).filter(|place| wanted.first().is_none_or(|letter| there[*place] == *letter));
    let from = |first: usize| {
        let (mut points, mut last) = (0, None::<usize>);
        let mut place = first;
        for letter in &wanted {
            let found = (place..there.len()).find(|place| there[*place] == *letter)?;
            points += 1;
            points += if found == 0 { FIRST } else { 0 };
            points += if starts(found) { WORD } else { 0 };
            points += if last.is_some_and(|last| last + 1 == found) { NEXT } else { 0 };
            (last, place) = (Some(found), found + 1);
        }
        Some(points)
    };
    if wanted.is_empty() { Some(0) } else { firsts.filter_map(from).max() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_start_of_a_word_is_better_than_letters_in_between() {
        assert!(rank("pel", "Pelanggan") > rank("pel", "Apel"));
        assert!(rank("kan", "Kantor") > rank("kan", "Tekanan"));
        assert_eq!(rank("xyz", "Pelanggan"), None);
        assert_eq!(rank("nap", "pan"), None, "in their order");
    }

    proptest! {
        #[test]
        fn letters_taken_from_a_text_in_order_find_it(text in "[a-z A-Z'0-9-]{1,30}", keep in proptest::collection::vec(any::<bool>(), 30)) {
            let some: String = text.chars().zip(&keep).filter(|(_, keep)| **keep).map(|(letter, _)| letter).collect();
            prop_assert!(rank(&some, &text).is_some());
            prop_assert!(rank(&some.to_uppercase(), &text).is_some());
        }

        #[test]
        fn what_is_found_holds_every_letter_of_the_search(search in "[a-z]{1,6}", text in "[a-z ]{0,20}") {
            if rank(&search, &text).is_some() {
                prop_assert!(search.chars().all(|letter| text.contains(letter)));
            }
        }
    }
}
