//! Photos that the server has refused: said where the photo is shown, with what can be done about it.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Icon};
use crate::i18n::tr;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::BlobId;
use protocol::core::problem::Code;
use protocol::ui::{Answer, PhotosRequest, RefusedPhoto, Request};

/// Those of this device; hardly ever any.
pub fn use_refused() -> Signal<Load<Vec<RefusedPhoto>>> {
    use_answer(
        || Request::Photos(PhotosRequest::Refused),
        |answer| match answer {
            Answer::RefusedPhotos(found) => Some(found),
            _ => None,
        },
    )
}

/// The first of them that is among the photos of a record.
pub fn refused_among(refused: &Load<Vec<RefusedPhoto>>, photos: &[Option<BlobId>]) -> Option<RefusedPhoto> {
    let Load::Ready(found) = refused else { return None };
    found.iter().copied().find(|one| photos.contains(&Some(one.photo)))
}

/// Why a photo was refused, and two ways on: once more, or what it belongs to without it.
#[component]
pub fn PhotoRefused(of: RefusedPhoto) -> Element {
    let op = of.op;
    let why = if of.code == Code::TooLarge { "photo-refused-large" } else { "photo-refused-damaged" };
    rsx! {
        div { class: "stack", gap: "4px", "data-photo-refused": of.code.as_str(),
            p { class: "error-text", Icon { name: "circle-alert", size: "s" } {tr(why)} }
            p { class: "small", {tr("photo-refused-next")} }
            div { class: "row wrap",
                Button { label: tr("photo-refused-again"), kind: "quiet", icon: "refresh-cw", onclick: move |_| act(PhotosRequest::Again { op }) }
                Button { label: tr("photo-refused-without"), kind: "quiet", icon: "arrow-up", onclick: move |_| act(PhotosRequest::Without { op }) }
            }
        }
    }
}

fn act(request: PhotosRequest) {
    let shared = shared();
    spawn(async move {
        if let Err(problem) = bridge::call(Request::Photos(request)).await {
            shared.toast(explain(&problem));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_record_finds_its_own_photo_among_those_that_were_refused() {
        let one = RefusedPhoto { op: Uuid::nil(), photo: BlobId([1; 32]), code: Code::BadRequest };
        let refused = Load::Ready(vec![one]);
        assert_eq!(refused_among(&refused, &[None, Some(BlobId([1; 32]))]), Some(one));
        assert_eq!(refused_among(&refused, &[None, Some(BlobId([2; 32]))]), None);
        assert_eq!(refused_among(&Load::Waiting, &[Some(BlobId([1; 32]))]), None);
    }
}
