//! The refusals in the OpenAPI document: those that many routes share are added here, those of one route stand with its handler.

use crate::error::status;
use protocol::core::problem::{Code, Problem};
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr};

/// A refusal that many routes share: its name in the document, its code, and when it comes.
struct Refusal {
    name: &'static str,
    code: Code,
    when: &'static str,
    of: fn(&Operation) -> bool,
}

const REFUSALS: [Refusal; 8] = [
    Refusal {
        name: "BadRequest",
        code: Code::BadRequest,
        when: "`bad_request`: the path, the query, a header or the body is not of the form described here",
        of: |route| has_parameters(route) || route.request_body.is_some(),
    },
    Refusal {
        name: "Unauthenticated",
        code: Code::Unauthenticated,
        when: "`unauthenticated`: no valid credentials came along",
        of: is_guarded,
    },
    Refusal { name: "Denied", code: Code::Denied, when: "`denied`: the role does not allow it", of: is_for_users },
    Refusal {
        name: "NotFound",
        code: Code::NotFound,
        when: "`not_found`: it is not there, or not in the caller's scope; which is not said",
        of: names_something,
    },
    Refusal { name: "TooLarge", code: Code::TooLarge, when: "`too_large`", of: |route| route.request_body.is_some() },
    Refusal {
        name: "UnsupportedType",
        code: Code::UnsupportedType,
        when: "`unsupported_type`: the body has another Content-Type",
        of: |route| route.request_body.as_ref().is_some_and(|body| body.content.contains_key("application/json")),
    },
    Refusal {
        name: "Internal",
        code: Code::Internal,
        when: "`internal`: a fault of the server; nothing was changed",
        of: |_| true,
    },
    Refusal { name: "Busy", code: Code::Busy, when: "`busy`: not now, or it took too long; with Retry-After", of: |_| true },
];

/// Adds to every route the refusals that it can answer with and does not describe itself.
pub fn add_refusals(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    components.schemas.entry("Problem".into()).or_insert_with(Problem::schema);
    components.schemas.entry("Code".into()).or_insert_with(Code::schema);
    for refusal in &REFUSALS {
        components.responses.insert(refusal.name.into(), RefOr::T(response(refusal.when)));
    }
    for path in document.paths.paths.values_mut() {
        for route in [&mut path.get, &mut path.put, &mut path.post, &mut path.delete, &mut path.patch].into_iter().flatten() {
            for refusal in REFUSALS.iter().filter(|refusal| (refusal.of)(route)).collect::<Vec<_>>() {
                let reference = || RefOr::Ref(Ref::from_response_name(refusal.name));
                route.responses.responses.entry(status(refusal.code).as_str().into()).or_insert_with(reference);
            }
        }
    }
}

fn response(when: &str) -> Response {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(when).content("application/json", problem).build()
}

fn has_parameters(route: &Operation) -> bool {
    route.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty())
}

fn names_something(route: &Operation) -> bool {
    route.parameters.iter().flatten().any(|parameter| parameter.parameter_in == ParameterIn::Path)
}

fn is_guarded(route: &Operation) -> bool {
    route.security.as_ref().is_some_and(|required| !required.is_empty())
}

fn is_for_users(route: &Operation) -> bool {
    let required = route.security.iter().flatten().map(|required| serde_json::to_value(required).unwrap_or_default());
    required.into_iter().any(|required| required.get("user").is_some())
}
