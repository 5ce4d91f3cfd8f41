//! What a report is put together and looked at with: the design that is edited, the report that it fills, and the page that is shown. A design
//! that changes fills the report anew; pages and files are of what was filled.

use crate::bridge;
use crate::state::Load;
use dioxus::prelude::*;
use domain::exports::PagePicture;
use domain::reports::{Design, NamedPart, Piece};
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::reports::{Filled, PageAsked, ReportAsked};
use protocol::ui::{Answer, ReportsRequest, ReportsResponse, Request};
use uuid::Uuid;

/// A report that somebody puts together.
#[derive(Clone, Copy, PartialEq)]
pub struct Looking {
    /// What it is to be; none as long as no kind is chosen.
    pub design: Signal<Option<Design>>,
    /// What it came to.
    pub filled: Signal<Load<Filled>>,
    /// The page that is shown.
    pub picture: Signal<Load<PagePicture>>,
    /// Which page is wanted, from 1 on.
    pub page: Signal<u32>,
    id: Signal<Option<Uuid>>,
    again: Signal<u32>,
}

/// Nothing is put together yet.
pub fn use_looking() -> Looking {
    let looking = Looking {
        design: use_signal(|| None),
        filled: use_signal(|| Load::Waiting),
        picture: use_signal(|| Load::Waiting),
        page: use_signal(|| 1),
        id: use_signal(|| None),
        again: use_signal(|| 0),
    };
    use_resource(move || {
        looking.again.read();
        let wanted = (looking.design)();
        async move { looking.fill(wanted).await }
    });
    use_resource(move || {
        let (id, page) = ((looking.id)(), (looking.page)());
        async move { looking.show(id, page).await }
    });
    looking
}

impl Looking {
    async fn fill(self, wanted: Option<Design>) {
        let Self { mut filled, mut id, mut picture, .. } = self;
        let Some(design) = wanted else {
            filled.set(Load::Waiting);
            picture.set(Load::Waiting);
            return id.set(None);
        };
        let asked = bridge::new_id();
        match ask(ReportsRequest::Fill(Box::new(ReportAsked { id: asked, design }))).await {
            Ok(ReportsResponse::Filled(of)) => {
                filled.set(Load::Ready(*of));
                id.set(Some(asked));
            }
            Ok(_) => {}
            Err(problem) => {
                id.set(None);
                filled.set(Load::Failed(problem));
            }
        }
    }

    async fn show(self, id: Option<Uuid>, page: u32) {
        let mut picture = self.picture;
        let Some(id) = id else { return };
        let is_too_long = matches!(&*self.filled.peek(), Load::Ready(filled) if !filled.fits_paper);
        if is_too_long {
            return picture.set(Load::Waiting);
        }
        match ask(ReportsRequest::Page(PageAsked { id, page })).await {
            Ok(ReportsResponse::Page(of)) => picture.set(Load::Ready(*of)),
            Ok(_) => {}
            Err(problem) => picture.set(Load::Failed(problem)),
        }
    }

    /// The report that was filled last.
    pub fn id(self) -> Option<Uuid> {
        *self.id.peek()
    }

    /// Fills it anew, with what has come meanwhile.
    pub fn again(self) {
        let mut again = self.again;
        again += 1;
    }

    /// The pieces that it has now.
    pub fn pieces(self) -> Vec<Piece> {
        let own = self.design.read().as_ref().and_then(|design| design.pieces.clone());
        own.unwrap_or_else(|| match &*self.filled.read() {
            Load::Ready(filled) => filled.pieces.clone(),
            _ => Vec::new(),
        })
    }

    /// The parts that there are.
    pub fn parts(self) -> Vec<NamedPart> {
        match &*self.filled.read() {
            Load::Ready(filled) => filled.parts.clone(),
            _ => Vec::new(),
        }
    }

    /// Changes its pieces.
    pub fn arrange(self, change: impl FnOnce(&mut Vec<Piece>)) {
        let mut pieces = self.pieces();
        change(&mut pieces);
        self.alter(|design| design.pieces = Some(pieces));
    }

    /// Changes what else it is to be.
    pub fn alter(self, change: impl FnOnce(&mut Design)) {
        let mut design = self.design;
        let now = design.peek().clone();
        if let Some(mut now) = now {
            change(&mut now);
            design.set(Some(now));
        }
    }
}

/// Asks the client about reports.
pub async fn ask(request: ReportsRequest) -> Result<ReportsResponse, Problem> {
    match bridge::call(Request::Reports(request)).await? {
        Answer::Reports(response) => Ok(*response),
        _ => Err(Problem::new(Code::Internal, "another answer")),
    }
}
