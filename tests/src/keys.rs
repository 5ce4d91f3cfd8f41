//! Keys and scripts, for tests of the screens.

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::Value;

/// Runs a script on the page.
pub async fn run(page: &Client, script: &str) -> Value {
    page.execute(script, vec![]).await.expect("runs")
}

/// Keys, to whatever has the focus.
pub async fn press(page: &Client, keys: &[Key]) {
    typed(page, &keys.iter().copied().map(char::from).collect::<String>()).await;
}

/// Letters, to whatever has the focus.
pub async fn typed(page: &Client, text: &str) {
    page.active_element().await.expect("a focus").send_keys(text).await.expect("typed");
}

/// A mouse that presses an element twice in one moment, whatever the first press has drawn there; and until that is drawn.
pub async fn pressed_twice(page: &Client, css: &str) {
    run(page, &format!("document.querySelector({css:?}).scrollIntoView({{ block: 'center', behavior: 'instant' }})")).await;
    let element = page.find(Locator::Css(css)).await.expect("the element");
    let (down, up) = (PointerAction::Down { button: MOUSE_BUTTON_LEFT }, PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    let there = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
    let mouse = MouseActions::new("mouse".into()).then(there).then(down.clone()).then(up.clone()).then(down).then(up);
    page.perform_actions(mouse).await.expect("pressed");
    let drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))";
    page.execute_async(drawn, vec![]).await.expect("drawn");
}
