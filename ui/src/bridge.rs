//! The only way out: typed requests to the client, and the events it sends without a request.

mod answers;
pub mod files;
pub mod map;
pub mod pen;
pub mod position;
pub mod scan;

use domain::field::blob::{Picture, is_too_large};
use futures_channel::oneshot::{Sender, channel};
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{Event, Outcome, Request};
use std::cell::RefCell;
use std::collections::hash_map::{Entry, HashMap};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./bridge.js")]
extern "C" {
    #[wasm_bindgen(js_name = call)]
    async fn js_call(request: String) -> JsValue;
    #[wasm_bindgen(js_name = listen)]
    fn js_listen(onevent: &Closure<dyn FnMut(String)>, again: &Closure<dyn FnMut()>);
    #[wasm_bindgen(js_name = setRoot)]
    /// Sets an attribute of the page's root, which styles follow.
    pub fn set_root(name: &str, value: &str);
    #[wasm_bindgen(js_name = onWide)]
    fn js_on_wide(changed: &Closure<dyn FnMut(bool)>);
    /// Puts the focus on an element.
    pub fn focus(id: &str);
    #[wasm_bindgen(js_name = near)]
    fn js_near(id: &str, margin: u32, wide: bool, onchange: &Closure<dyn FnMut(bool, f64)>) -> js_sys::Function;
    /// Scrolls a box as little as it takes to show a stretch of it, in pixels.
    pub fn reveal(id: &str, top: f64, height: f64);
    #[wasm_bindgen(js_name = showRow)]
    /// Scrolls a list as little as it takes to show one of its rows.
    pub fn show_row(list: &str, place: usize);
    #[wasm_bindgen(js_name = showSoon)]
    /// Scrolls the page as little as it takes to show an element, once it is drawn.
    pub fn show_soon(id: &str);
    #[wasm_bindgen(js_name = mapOf)]
    /// Where a map shows an address: in the app of a phone, else on the web.
    pub fn map_of(address: &str) -> String;
    #[wasm_bindgen(js_name = labelOf)]
    /// What a field is called.
    pub fn label_of(id: &str) -> String;
    #[wasm_bindgen(js_name = scrollTop)]
    /// Scrolls a box so that what is so many pixels below its beginning is at its top.
    pub fn scroll_to(id: &str, top: f64);
    #[wasm_bindgen(js_name = focusSoon)]
    /// Puts the focus on an element within a box as soon as it is there.
    pub fn focus_soon(within: &str, id: &str);
    #[wasm_bindgen(js_name = caretIn)]
    fn js_caret_in(id: &str) -> String;
    #[wasm_bindgen(js_name = putText)]
    fn js_put_text(id: &str, text: &str, caret: u32);
    #[wasm_bindgen(js_name = randomId)]
    fn js_random_id() -> JsValue;
    #[wasm_bindgen(js_name = saveFile, catch)]
    async fn js_save_file(name: String, text: String) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = saveBase64, catch)]
    async fn js_save_base64(name: String, base64: String) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = addPart)]
    /// Keeps a part of a file, as base64, until [`save_parts`]; the first one begins a file.
    pub fn add_part(base64: &str, is_first: bool);
    #[wasm_bindgen(js_name = saveParts, catch)]
    async fn js_save_parts(name: String) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = copy, catch)]
    async fn js_copy(text: String) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    /// Writes to the browser's console, where a fault of the screens is looked for first.
    pub fn console_error(text: &str);
}

#[wasm_bindgen(raw_module = "./words.js")]
extern "C" {
    /// The catalogue of a language, `id` or `en`, as Fluent writes it.
    pub fn words(language: &str) -> String;
}

#[wasm_bindgen(raw_module = "./layers.js")]
extern "C" {
    #[wasm_bindgen(js_name = openLayer)]
    fn js_open_layer(id: &str, kind: &str, keeps: bool, onclose: &Closure<dyn FnMut()>) -> js_sys::Function;
    #[wasm_bindgen(js_name = closeLayer)]
    /// Closes a layer as Escape does: what was filled in it is asked about first.
    pub fn close_layer(id: &str);
    #[wasm_bindgen(js_name = closeTop)]
    /// Closes the topmost layer, as Escape does.
    pub fn close_top() -> bool;
    #[wasm_bindgen(js_name = goBack)]
    /// Goes back, if there is a page of the app before this one.
    pub fn go_back() -> bool;
    #[wasm_bindgen(js_name = onDiscard)]
    fn js_on_discard(asked: &Closure<dyn FnMut()>);
    /// The answer to whether what was filled in is discarded.
    pub fn discard(is: bool);
}

#[wasm_bindgen(raw_module = "./keys.js")]
extern "C" {
    #[wasm_bindgen(js_name = onAction)]
    fn js_on_action(act: &Closure<dyn FnMut(String)>);
    #[wasm_bindgen(js_name = leaveTo)]
    /// Goes to an address of the app, as a link does: a filled form is asked about first.
    pub fn leave_to(address: &str);
    #[wasm_bindgen(js_name = clearPicked)]
    /// Picks no row any more.
    pub fn clear_picked() -> bool;
    #[wasm_bindgen(js_name = pickedText)]
    /// The picked rows as text, a line each.
    pub fn picked_text() -> String;
}

#[wasm_bindgen(raw_module = "./chart.js")]
extern "C" {
    #[wasm_bindgen(js_name = draw)]
    async fn js_draw(id: String, option: String, still: bool);
    #[wasm_bindgen(js_name = dispose)]
    /// Ends a chart.
    pub fn dispose_chart(id: &str);
    #[wasm_bindgen(js_name = zoom)]
    /// Shows a chart closer (`in`) or wider (`out`), as the keys + and − do.
    pub fn zoom_chart(id: &str, what: &str);
    #[wasm_bindgen(js_name = watchZoom)]
    fn js_watch_zoom(id: &str, onzoom: &Closure<dyn FnMut(String)>) -> js_sys::Function;
    #[wasm_bindgen(js_name = picture)]
    async fn js_chart_picture(id: String, title: String) -> JsValue;
}

#[wasm_bindgen(raw_module = "./photo.js")]
extern "C" {
    #[wasm_bindgen(js_name = readPhoto)]
    async fn js_read_photo(id: String) -> JsValue;
    #[wasm_bindgen(js_name = readLogo)]
    async fn js_read_logo(id: String) -> JsValue;
    #[wasm_bindgen(js_name = photoHead)]
    async fn js_photo_head(id: String) -> JsValue;
    #[wasm_bindgen(js_name = choosePhoto)]
    /// Opens a file input, as pressing it would.
    pub fn choose_photo(id: &str);
}

#[wasm_bindgen(raw_module = "./import.js")]
extern "C" {
    #[wasm_bindgen(js_name = watchDrop)]
    fn js_watch_drop(id: &str, onchange: &Closure<dyn FnMut(String)>) -> js_sys::Function;
}

thread_local! {
    /// Who waits for the answer to an act that is on its way, by its text.
    static ON_ITS_WAY: RefCell<HashMap<String, Vec<Sender<Outcome>>>> = RefCell::default();
}

/// Asks the client. An act that is on its way already is not sent a second time: whoever asks for the same gets the same answer.
pub async fn call(request: Request) -> Outcome {
    let broken = |what: String| Problem::new(Code::Internal, what);
    let text = serde_json::to_string(&request).map_err(|error| broken(error.to_string()))?;
    if !request.is_act() {
        return send(text).await;
    }
    let waits = ON_ITS_WAY.with_borrow_mut(|acts| match acts.entry(text.clone()) {
        Entry::Occupied(mut others) => {
            let (sender, receiver) = channel();
            others.get_mut().push(sender);
            Some(receiver)
        }
        Entry::Vacant(place) => {
            place.insert(Vec::new());
            None
        }
    });
    if let Some(receiver) = waits {
        return receiver.await.unwrap_or_else(|_| Err(broken("the act was given up".into())));
    }
    // The act goes on when its form is closed meanwhile; those who wait for it as well are answered.
    let _over = Over(text.clone());
    let outcome = send(text.clone()).await;
    for other in ON_ITS_WAY.with_borrow_mut(|acts| acts.remove(&text)).unwrap_or_default() {
        // It may not wait any more.
        let _ = other.send(outcome.clone());
    }
    outcome
}

/// Takes an act off the list of those on their way, whatever ends it.
struct Over(String);

impl Drop for Over {
    fn drop(&mut self) {
        ON_ITS_WAY.with_borrow_mut(|acts| drop(acts.remove(&self.0)));
    }
}

async fn send(text: String) -> Outcome {
    let answer = js_call(text).await.as_string().unwrap_or_default();
    answers::outcome(&answer).await.map_err(|error| Problem::new(Code::Internal, error))?
}

/// What is open over a page, until it is dropped.
pub struct Layer {
    end: js_sys::Function,
    _onclose: Closure<dyn FnMut()>,
}

impl Drop for Layer {
    fn drop(&mut self) {
        // The page is as it was either way.
        let _ = self.end.call0(&JsValue::NULL);
    }
}

/// Opens a layer over the page: Escape and Back close it, and the focus comes back when it ends. A dialog holds the focus, a panel does
/// not. `keeps`: what is typed in it outlives it, so that nothing is asked.
pub fn open_layer(id: &str, kind: &str, keeps: bool, onclose: impl FnMut() + 'static) -> Layer {
    let onclose = Closure::new(onclose);
    Layer { end: js_open_layer(id, kind, keeps, &onclose), _onclose: onclose }
}

/// Reports, for as long as the page is open, when what was filled in is about to be discarded; [`discard`] answers.
pub fn on_discard(asked: impl FnMut() + 'static) {
    let asked = Closure::new(asked);
    js_on_discard(&asked);
    asked.forget();
}

/// Reports, for as long as the page is open, what the keys of every page ask for.
pub fn on_action(act: impl FnMut(String) + 'static) {
    let act = Closure::new(act);
    js_on_action(&act);
    act.forget();
}

/// Receives the client's events for as long as the page is open; `again` is called whenever something may have been missed.
pub fn listen(mut onevent: impl FnMut(Event) + 'static, again: impl FnMut() + 'static) {
    let onevent = Closure::new(move |text: String| {
        if let Ok(event) = serde_json::from_str(&text) {
            onevent(event);
        }
    });
    let again = Closure::new(again);
    js_listen(&onevent, &again);
    onevent.forget();
    again.forget();
}

/// Reports whether the wide layout is on, for as long as the page is open.
pub fn on_wide(changed: impl FnMut(bool) + 'static) {
    let changed = Closure::new(changed);
    js_on_wide(&changed);
    changed.forget();
}

/// Observes whether an element is near the visible part, until it is dropped.
pub struct Nearness {
    stop: js_sys::Function,
    _onchange: Closure<dyn FnMut(bool, f64)>,
}

impl Drop for Nearness {
    fn drop(&mut self) {
        // What it stops is gone either way.
        let _ = self.stop.call0(&JsValue::NULL);
    }
}

/// Reports when an element comes within `margin` pixels of the visible part, and when it leaves, each time with its height.
pub fn near(id: &str, margin: u32, wide: bool, onchange: impl FnMut(bool, f64) + 'static) -> Nearness {
    let onchange = Closure::new(onchange);
    Nearness { stop: js_near(id, margin, wide, &onchange), _onchange: onchange }
}

/// Where the caret is in a field that somebody has just changed; whether what stands behind it was deleted, and whether a text was pasted.
pub fn caret_in(id: &str) -> (usize, bool, bool) {
    let caret_and_deed = js_caret_in(id);
    let (caret, deed) = caret_and_deed.split_once(' ').unwrap_or((&caret_and_deed, ""));
    let is_pasted = matches!(deed, "insertFromPaste" | "insertFromDrop" | "insertReplacementText" | "insertFromYank");
    (caret.parse().unwrap_or(usize::MAX), deed == "deleteContentForward", is_pasted)
}

/// Puts a text into a field, and the caret to a place in it.
pub fn put_text(id: &str, text: &str, caret: usize) {
    js_put_text(id, text, u32::try_from(caret).unwrap_or(u32::MAX));
}

/// Draws a chart, or changes the one that is there.
pub async fn draw_chart(id: String, option: String, still: bool) {
    js_draw(id, option, still).await;
}

/// Reports `in:` with the place of a point that somebody wants to see closer in a chart, and `out`.
pub fn watch_zoom(id: &str, onzoom: impl FnMut(String) + 'static) -> Watching {
    let onzoom = Closure::new(onzoom);
    Watching { stop: js_watch_zoom(id, &onzoom), _onchange: onzoom }
}

/// A chart as it is seen, under a title: PNG in base64; `None` where nothing is drawn.
pub async fn chart_picture(id: String, title: String) -> Option<String> {
    js_chart_picture(id, title).await.as_string().filter(|png| !png.is_empty())
}

/// Puts a text on the clipboard; returns whether it is there.
pub async fn copy(text: String) -> bool {
    js_copy(text).await.is_ok()
}

/// Puts a text file where downloads go; its place or name, or `None` if it could not be written.
pub async fn save_file(name: &str, text: &str) -> Option<String> {
    js_save_file(name.to_owned(), text.to_owned()).await.ok()?.as_string()
}

/// Puts a file where downloads go, by the base64 of its bytes.
pub async fn save_base64(name: &str, base64: &str) -> Option<String> {
    js_save_base64(name.to_owned(), base64.to_owned()).await.ok()?.as_string()
}

/// Puts the file whose parts were added where downloads go.
pub async fn save_parts(name: &str) -> Option<String> {
    js_save_parts(name.to_owned()).await.ok()?.as_string()
}

/// The picture chosen in a file input: base64 of a JPEG of 1600 pixels at most; `None` if it is no picture, or says that it has more pixels
/// than this device should decode.
pub async fn read_photo(id: &str) -> Option<String> {
    let head = js_photo_head(id.to_owned()).await;
    if is_too_large(&js_sys::Uint8Array::new(&head).to_vec()) {
        return None;
    }
    js_read_photo(id.to_owned()).await.as_string()
}

/// The PNG chosen in a file input, made small enough for a receipt, in base64; `None` if it is none, or too large to be decoded here.
pub async fn read_logo(id: &str) -> Option<String> {
    let head = js_sys::Uint8Array::new(&js_photo_head(id.to_owned()).await).to_vec();
    if Picture::of(&head) != Some(Picture::Png) || is_too_large(&head) {
        return None;
    }
    js_read_logo(id.to_owned()).await.as_string()
}

/// What happens to an element is reported until this is dropped.
pub struct Watching {
    stop: js_sys::Function,
    _onchange: Closure<dyn FnMut(String)>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        // What it stops is gone either way.
        let _ = self.stop.call0(&JsValue::NULL);
    }
}

/// Reports `over`, `out` and `dropped` of files that are dragged over an element; a dropped one is for [`take_file`].
pub fn watch_drop(id: &str, onchange: impl FnMut(String) + 'static) -> Watching {
    let onchange = Closure::new(onchange);
    Watching { stop: js_watch_drop(id, &onchange), _onchange: onchange }
}

/// An identifier that nobody else has.
pub fn new_id() -> uuid::Uuid {
    js_random_id().as_string().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// This device's clock.
pub fn now() -> domain::UtcMillis {
    domain::UtcMillis(js_sys::Date::now() as i64)
}
