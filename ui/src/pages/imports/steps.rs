//! The six steps: which of them an import is in, which can be opened, and the line of them above the page.

use crate::bridge;
use crate::components::Icon;
use crate::components::address::{Kept, Params};
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::imports::Level;
use protocol::ui::imports::{Fate, Import, Stage};

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    File,
    Columns,
    Rules,
    Check,
    Save,
    Result,
}

impl Step {
    const ALL: [Self; 6] = [Self::File, Self::Columns, Self::Rules, Self::Check, Self::Save, Self::Result];

    /// Its word in the address, which its name on the screen goes by as well.
    pub const fn word(self) -> &'static str {
        match self {
            Self::File => "berkas",
            Self::Columns => "kolom",
            Self::Rules => "aturan",
            Self::Check => "periksa",
            Self::Save => "simpan",
            Self::Result => "hasil",
        }
    }

    /// Its name.
    pub fn name(self) -> String {
        tr(&format!("import-step-{}", self.word()))
    }

    /// Where an import is by itself.
    pub fn of(import: &Import) -> Self {
        match import.line.stage {
            Stage::Bringing | Stage::Failed | Stage::Reading => Self::File,
            // What is to be known of the file comes first.
            Stage::Mapping if import.sheets.len() > 1 || !import.notes.is_empty() => Self::File,
            Stage::Mapping => Self::Columns,
            Stage::Checking | Stage::Checked => Self::Check,
            Stage::Committing => Self::Save,
            Stage::Committed | Stage::Undoing | Stage::Undone => Self::Result,
        }
    }

    /// Whether it can be opened: what runs is not changed meanwhile, and what was committed is not changed at all.
    pub fn is_open(self, import: &Import) -> bool {
        match import.line.stage {
            Stage::Bringing | Stage::Failed | Stage::Reading => self == Self::File,
            Stage::Mapping => self <= Self::Rules,
            Stage::Checking if import.job.is_some() => self == Self::Check,
            Stage::Checking => self <= Self::Check,
            Stage::Checked => self <= Self::Save,
            Stage::Committing => self == Self::Save,
            Stage::Committed | Stage::Undoing | Stage::Undone => self == Self::Result,
        }
    }
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    Fate(Fate),
    Level(Level),
}

impl Only {
    /// All of them, in the order of the tiles, with their words in the address.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Fate(Fate::Create), "baru"),
        (Self::Fate(Fate::Update), "berubah"),
        (Self::Fate(Fate::Same), "sama"),
        (Self::Fate(Fate::LeftOut), "dilewati"),
        (Self::Fate(Fate::Error), "galat"),
        (Self::Level(Level::Warning), "peringatan"),
    ];
}

/// What the page shows, as its address has it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ImportView {
    /// The step that somebody opened; the import's own if none.
    pub step: Option<Step>,
    /// Which rows of the check.
    pub only: Option<Only>,
}

impl Kept for ImportView {
    fn read(params: &Params) -> Self {
        let word = |name| params.get::<String>(name);
        let step = word("langkah").and_then(|word| Step::ALL.into_iter().find(|step| step.word() == word));
        let only = word("saring").and_then(|word| Only::ALL.into_iter().find(|(_, known)| *known == word));
        Self { step, only: only.map(|(only, _)| only) }
    }

    fn write(&self) -> Params {
        let only = Only::ALL.into_iter().find(|(only, _)| Some(*only) == self.only);
        Params::default().with("langkah", self.step.map(Step::word)).with("saring", only.map(|(_, word)| word))
    }
}

/// The id of a step's heading.
pub fn heading(step: Step) -> String {
    format!("import-{}", step.word())
}

/// Opens a step, and puts the focus on its heading.
pub fn go(mut view: Signal<ImportView>, step: Step) {
    view.with_mut(|view| view.step = Some(step));
    bridge::focus_soon("content", &heading(step));
}

/// The line of steps.
#[component]
pub fn Stepper(import: ReadSignal<std::rc::Rc<Import>>, shown: Step, view: Signal<ImportView>) -> Element {
    let import = import.read();
    // A step that somebody has gone on to leaves those before it done.
    let at = Step::of(&import).max(shown);
    let is_over = import.line.stage == Stage::Committed || import.line.stage == Stage::Undone;
    rsx! {
        nav { "aria-label": tr("import-steps"),
            ol { class: "import-steps",
                for (place , step) in Step::ALL.into_iter().enumerate() {
                    li { key: "{step.word()}", class: if step < at || is_over { "passed" },
                        button { r#type: "button", "data-step": step.word(), disabled: !step.is_open(&import),
                            "aria-current": if step == shown { "step" },
                            onclick: move |_| go(view, step),
                            span { class: "mark", "aria-hidden": "true",
                                if step < at || is_over {
                                    Icon { name: "check", size: "s" }
                                } else {
                                    "{place + 1}"
                                }
                            }
                            span { class: "name", {step.name()} }
                            if step < at || is_over {
                                span { class: "visually-hidden", {tr("import-step-done")} }
                            }
                        }
                    }
                }
            }
        }
    }
}
