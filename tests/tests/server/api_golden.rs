//! Golden files: the document of the API, a body of each kind of row, and each code of a problem. A difference is reviewed with
//! `cargo insta review`, or by setting `INSTA_UPDATE=always` and reading the diff; it is never taken by itself.

use protocol::core::problem::{Code, Problem};
use protocol::sync::rows::Entity;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use tests::kinds;

#[test]
fn api_document_is_the_reviewed_one() {
    let document = sync_server::router::openapi().to_pretty_json().expect("JSON");
    insta::assert_snapshot!("openapi", document);
}

#[test]
fn api_document_describes_every_schema_that_it_names() {
    let document = serde_json::to_value(sync_server::router::openapi()).expect("JSON");
    for part in ["schemas", "responses"] {
        let described = document["components"][part].as_object().expect("components");
        for reference in document.to_string().split(&format!("#/components/{part}/")).skip(1) {
            let name = reference.split('"').next().unwrap_or_default();
            assert!(described.contains_key(name), "{name} is not described");
        }
    }
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, route) in methods.as_object().expect("methods") {
            let body = &route["requestBody"]["content"]["application/json"]["schema"];
            assert!(method != "post" || body.is_object(), "{path}: the document says what is sent");
        }
    }
}

#[test]
fn api_codes_with_their_status_and_sentences_are_the_reviewed_ones() {
    let mut table = String::new();
    for code in Code::ALL {
        let next = Problem::new(code, "").next;
        let [indonesian, english] = ["id", "en"].map(|language| words(language, code));
        let status = sync_server::error::status(code).as_u16();
        write!(table, "{code}\n  status {status}\n  next   {next}\n  id     {indonesian}\n  en     {english}\n")
            .expect("a string");
    }
    insta::assert_snapshot!("codes", table);
}

/// What the screens say for a code.
fn words(language: &str, code: Code) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../assets/i18n/{language}.ftl"));
    let (file, key) = (std::fs::read_to_string(file).expect("the words"), format!("\nerror-{code} = "));
    // A code that a page of its own answers has no sentence among the others.
    let Some((_, words)) = file.split_once(&key) else { return "—".to_owned() };
    let mut lines = words.lines();
    // A sentence with one form for one and another for many goes on in the next lines.
    let more = lines.clone().skip(1).take_while(|line| line.starts_with([' ', '}']));
    lines.next().into_iter().chain(more).map(str::trim).collect::<Vec<_>>().join(" ")
}

#[test]
fn row_bodies_are_the_reviewed_ones() {
    let bodies: BTreeMap<String, Value> =
        Entity::ALL.into_iter().map(|kind| (format!("{:02} {kind:?}", kind as u8), body(kind))).collect();
    insta::assert_snapshot!("rows", serde_json::to_string_pretty(&bodies).expect("JSON"));
}

/// The example of a kind, read and written again by the type of its body: nothing of it may be lost.
fn body(kind: Entity) -> Value {
    let example = kinds::example(kind);
    let row = kind.read(&example.to_string()).expect("a row");
    let written = serde_json::to_value(row).expect("JSON");
    assert_eq!(written, example, "the example of {kind:?} names every field");
    written
}
