//! What the library shows: what is searched for, of which category, and whether only what is kept or applied. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::core::search::{Search, searched};
use domain::tips::{CATALOGUE, Category, Tip};
use protocol::ui::TipsView;

/// Which part of the library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    /// All of it.
    #[default]
    All,
    /// What is kept at hand.
    Bookmarked,
    /// What is applied.
    Applied,
}

impl Shelf {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::All, Self::Bookmarked, Self::Applied];

    /// Its word in the address, and behind its key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "semua",
            Self::Bookmarked => "disimpan",
            Self::Applied => "diterapkan",
        }
    }
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LibraryView {
    pub search: String,
    pub category: Option<Category>,
    pub shelf: Shelf,
}

impl LibraryView {
    /// The advice that is shown, in the order of the catalogue. `words` says what an advice is called and what there is to do.
    pub fn found(&self, view: &TipsView, words: impl Fn(&Tip) -> [String; 3]) -> Vec<&'static Tip> {
        let search = Search::new(&self.search);
        let is_on_shelf = |tip: &Tip| match (self.shelf, view.marks_of(tip.name)) {
            (Shelf::All, _) => true,
            (Shelf::Bookmarked, marks) => marks.is_some_and(|marks| marks.bookmarked),
            (Shelf::Applied, marks) => marks.is_some_and(|marks| marks.applied.is_some()),
        };
        let is_found = |tip: &Tip| search.is_empty() || search.finds(&searched(words(tip).iter().map(String::as_str)));
        CATALOGUE
            .iter()
            .filter(|&tip| self.category.is_none_or(|category| category == tip.category) && is_on_shelf(tip) && is_found(tip))
            .collect()
    }
}

impl Kept for LibraryView {
    fn read(params: &Params) -> Self {
        let shelf: Option<String> = params.get("rak");
        Self {
            search: params.get("cari").unwrap_or_default(),
            category: params.get::<String>("kategori").and_then(|word| Category::from_word(&word)),
            shelf: Shelf::ALL.into_iter().find(|of| Some(of.word()) == shelf.as_deref()).unwrap_or_default(),
        }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("cari", Some(&self.search))
            .with("kategori", self.category.map(Category::as_str))
            .with("rak", Some(self.shelf).filter(|shelf| *shelf != Shelf::All).map(Shelf::word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_as_it_was_written() {
        for (category, shelf) in [(None, Shelf::All), (Some(Category::Garden), Shelf::Applied), (None, Shelf::Bookmarked)] {
            let view = LibraryView { search: "kebun".into(), category, shelf };
            assert_eq!(LibraryView::read(&view.write()), view);
        }
        assert_eq!(LibraryView::default().write(), Params::default());
    }
}
