//! A panel of a desktop: it shows the icons of programs, reads their menus, and presses what is in them. It speaks what panels speak
//! (`org.kde.StatusNotifierWatcher`, `com.canonical.dbusmenu`).

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use zbus::message::Header;
use zbus::zvariant::{Dict, OwnedValue, Structure, Value};
use zbus::{Connection, Proxy, interface};

const WAIT: Duration = Duration::from_secs(60);

const ITEM: &str = "org.kde.StatusNotifierItem";

const MENU: &str = "com.canonical.dbusmenu";

/// Where an icon is: the connection of its program, and its path.
type Place = (String, String);

struct Watcher(watch::Sender<Vec<Place>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let program = header.sender().map(ToString::to_string).unwrap_or_default();
        self.0.send_modify(|items| items.push((program, service.to_owned())));
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.0.borrow().iter().map(|(program, path)| format!("{program}{path}")).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// The panel; it goes when it is dropped.
pub struct Panel {
    bus: Connection,
    items: watch::Receiver<Vec<Place>>,
}

/// A number of an item, the properties, and those below it.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

impl Panel {
    /// A panel on the bus at an address.
    pub async fn start(address: &str) -> Self {
        let (sender, items) = watch::channel(Vec::new());
        let bus = zbus::connection::Builder::address(address).expect("an address");
        let bus = bus.serve_at("/StatusNotifierWatcher", Watcher(sender)).expect("served");
        let bus = bus.name("org.kde.StatusNotifierWatcher").expect("a name").build().await.expect("a bus");
        Self { bus, items }
    }

    /// How many icons it was ever given.
    pub fn count(&self) -> usize {
        self.items.borrow().len()
    }

    /// Waits for one icon more than there were, and gives the newest.
    pub async fn icon(&mut self, before: usize) -> Icon {
        let came = tokio::time::timeout(WAIT, self.items.wait_for(|items| items.len() > before)).await;
        let (program, path) = came.expect("an icon").expect("a panel").last().expect("an icon").clone();
        let item = Proxy::new_owned(self.bus.clone(), program.clone(), path, ITEM).await.expect("an item");
        Icon { bus: self.bus.clone(), program, item }
    }
}

/// A program's icon.
pub struct Icon {
    bus: Connection,
    program: String,
    item: Proxy<'static>,
}

impl Icon {
    /// The file of the picture that it shows.
    pub async fn picture(&self) -> PathBuf {
        let cached = zbus::proxy::CacheProperties::No;
        let item = zbus::proxy::Builder::<Proxy<'_>>::new(&self.bus).destination(self.program.as_str()).expect("a name");
        let item = item.path(self.item.path()).expect("a path").interface(ITEM).expect("an interface");
        let item = item.cache_properties(cached).build().await.expect("an item");
        PathBuf::from(item.get_property::<String>("IconName").await.expect("a picture"))
    }

    /// Waits until it shows another picture than one, and gives its file: the menu's words change before the picture does.
    pub async fn picture_after(&self, before: &[u8]) -> PathBuf {
        let until = std::time::Instant::now() + WAIT;
        loop {
            let file = self.picture().await;
            if std::fs::read(&file).is_ok_and(|picture| !picture.is_empty() && picture != before) {
                return file;
            }
            assert!(std::time::Instant::now() < until, "it shows the same picture");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    async fn menu(&self) -> Proxy<'static> {
        let path: zbus::zvariant::OwnedObjectPath = self.item.get_property("Menu").await.expect("a menu");
        Proxy::new_owned(self.bus.clone(), self.program.clone(), path, MENU).await.expect("a menu")
    }

    /// The lines of its menu, each with its number.
    pub async fn lines(&self) -> Vec<(i32, String)> {
        let answer = self.menu().await.call_method("GetLayout", &(0, 1, vec!["label"])).await.expect("a menu");
        let (_, (_, _, lines)): Layout = answer.body().deserialize().expect("a layout");
        lines.into_iter().filter_map(|line| line_of(&line)).collect()
    }

    /// Waits until a line has a word, and gives it.
    pub async fn line(&self, word: &str) -> (i32, String) {
        let until = std::time::Instant::now() + WAIT;
        loop {
            let lines = self.lines().await;
            if let Some(line) = lines.iter().find(|(_, label)| label.contains(word)) {
                return line.clone();
            }
            assert!(std::time::Instant::now() < until, "no line has `{word}`: {lines:?}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Presses the line with a word.
    pub async fn press(&self, word: &str) {
        let until = std::time::Instant::now() + WAIT;
        loop {
            let (line, _) = self.line(word).await;
            let pressed = (line, "clicked", Value::from(0), 0_u32);
            // A line has another number where the menu is made again in between.
            let Err(error) = self.menu().await.call_method("Event", &pressed).await else { return };
            assert!(std::time::Instant::now() < until, "pressed: {error}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

fn line_of(line: &OwnedValue) -> Option<(i32, String)> {
    let line: &Structure<'_> = line.downcast_ref().ok()?;
    let [Value::I32(number), Value::Dict(properties), ..] = line.fields() else { return None };
    Some((*number, label_of(properties)?))
}

fn label_of(properties: &Dict<'_, '_>) -> Option<String> {
    // What follows a single underscore would be underlined.
    properties.get::<&str, String>(&"label").ok().flatten().map(|label| label.replace("__", "_"))
}
