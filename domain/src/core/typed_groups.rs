//! What a field of money shows while somebody types: digits in groups of three, with the caret where it was between the digits.
//!
//! Only what is plainly digits is grouped. Marks that a person types are left as they are, because they may be sen: a field that took
//! `25000.00` for digits would make it a hundred times as much.

use crate::Rupiah;
use crate::core::typed_money::parse_rupiah;

/// What a field holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldText {
    /// The text.
    pub text: String,
    /// Whether a person typed a mark into it: then a further one is theirs as well.
    pub own_marks: bool,
}

/// What somebody did to a field.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    /// What the field holds with it.
    pub text: &'a str,
    /// Where the caret is with it, in characters.
    pub caret: usize,
    /// Whether what stands behind the caret was deleted.
    pub forward: bool,
    /// Whether it was pasted or dropped, and not typed.
    pub pasted: bool,
}

/// What the field shows after an edit, and where the caret goes; `None` where the text stays as it is, and the caret with it.
pub fn edited(before: &FieldText, edit: &Edit<'_>) -> (FieldText, Option<usize>) {
    let own_marks = before.own_marks && edit.text.contains(['.', ',', ' ']);
    let put_in = inserted(&before.text, edit.text);
    let (head, tail) = split(edit.text);
    if is_grouped(split(&before.text).0) && is_digits_and_dots(head) && is_digits(&put_in) && !(edit.pasted && put_in.is_empty())
    {
        let (text, caret) = regrouped((head, tail), edit);
        return (FieldText { text, own_marks }, Some(caret));
    }
    if edit.pasted
        && let Some(amount) = parse_rupiah(edit.text).ok().filter(|amount| amount.0 >= 0)
    {
        let text = grouped(&amount.0.to_string());
        let caret = text.len();
        return (FieldText { text, own_marks: false }, Some(caret));
    }
    if !edit.pasted && matches!(put_in.as_str(), "." | ",") && is_grouped(&before.text) && before.text.contains('.') {
        let is_at_end = edit.text.starts_with(&before.text);
        // Behind groups that the field itself has made, a mark begins sen.
        if is_at_end && !before.own_marks {
            let text = format!("{},", before.text);
            let caret = text.len();
            return (FieldText { text, own_marks }, Some(caret));
        }
        if !is_at_end && put_in == "." {
            let (text, caret) = regrouped((head, tail), edit);
            return (FieldText { text, own_marks }, Some(caret));
        }
    }
    (FieldText { text: edit.text.to_owned(), own_marks: edit.text.contains(['.', ',', ' ']) }, None)
}

/// An amount as fields show it: `1.250.000`.
pub fn bare(amount: Rupiah) -> String {
    amount.to_string().replace("Rp", "")
}

/// The groups, and sen from the comma on.
fn split(text: &str) -> (&str, &str) {
    text.split_at(text.find(',').unwrap_or(text.len()))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_digits_and_dots(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a text is as this field groups digits.
fn is_grouped(text: &str) -> bool {
    is_digits_and_dots(text) && grouped(&text.replace('.', "")) == text
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// What an edit put in: what is between the beginning and the end that both texts have.
fn inserted(before: &str, after: &str) -> String {
    let same = |(one, other): &(char, char)| one == other;
    let first = before.chars().zip(after.chars()).take_while(same).count();
    let rest = |text: &str| text.chars().skip(first).collect::<Vec<char>>();
    let (old, new) = (rest(before), rest(after));
    let last = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    new[..new.len() - last].iter().collect()
}

/// The head's digits in groups. The caret stays behind as many digits as it was behind; who deletes forwards goes past a mark.
fn regrouped((head, tail): (&str, &str), edit: &Edit<'_>) -> (String, usize) {
    let digits = head.replace('.', "");
    let text = grouped(&digits);
    let behind = |text: &str, caret: usize| text.chars().take(caret).filter(char::is_ascii_digit).count();
    let caret = if edit.caret > head.len() {
        text.len() + (edit.caret - head.len())
    } else {
        let left = behind(head, edit.caret);
        let mut places = (0..=text.len()).filter(|place| behind(&text, *place) == left);
        if edit.forward { places.next_back() } else { places.next() }.unwrap_or(text.len())
    };
    (text + tail, caret)
}

#[cfg(test)]
#[path = "typed_groups_tests.rs"]
mod tests;
