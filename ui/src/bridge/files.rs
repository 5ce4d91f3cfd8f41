//! A file that somebody has chosen: its slices on its way to the client, one after the other, and how far it is.

use protocol::ui::imports::{SLICE, Slice};
use uuid::Uuid;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./import.js")]
extern "C" {
    #[wasm_bindgen(js_name = takeFile)]
    fn js_take_file(input: &str, id: &str) -> String;
    #[wasm_bindgen(js_name = readSlice)]
    async fn js_read_slice(id: String, offset: f64, length: f64) -> JsValue;
    #[wasm_bindgen(js_name = releaseFile)]
    fn js_release_file(id: &str);
}

/// A file: its name, and its size in bytes.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct ChosenFile {
    pub name: String,
    pub size: u64,
}

/// Takes the file that was dropped, or is chosen in a file input, under an identifier.
pub fn take_file(input: &str, id: Uuid) -> Option<ChosenFile> {
    serde_json::from_str(&js_take_file(input, &id.to_string())).ok()
}

/// A file that was taken is not needed any more.
pub fn release_file(id: Uuid) {
    js_release_file(&id.to_string());
}

/// The slices of a file, in order.
pub struct Slices {
    id: Uuid,
    file: ChosenFile,
    done: u64,
}

impl Slices {
    /// Those of a file that was taken under an identifier.
    pub const fn of(id: Uuid, file: ChosenFile) -> Self {
        Self { id, file, done: 0 }
    }

    /// The next one, which may be the last; `None` if the file cannot be read any more. Not to be called behind the last.
    pub async fn next(&mut self) -> Option<Slice> {
        let offset = self.done;
        let base64 = js_read_slice(self.id.to_string(), offset as f64, SLICE as f64).await.as_string()?;
        self.done = (offset + SLICE as u64).min(self.file.size);
        Some(Slice { id: self.id, name: self.file.name.clone(), offset, base64, is_last: self.done == self.file.size })
    }

    /// Bytes of the slices so far.
    pub const fn done(&self) -> u64 {
        self.done
    }
}

/// How much of a file is done, in thousandths.
pub fn per_mille(done: u64, size: u64) -> u16 {
    let done = done.saturating_mul(1_000).checked_div(size).unwrap_or(1_000);
    u16::try_from(done.min(1_000)).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_byte_is_brought_at_once() {
        assert_eq!([(0, 0), (0, 10), (5, 10), (10, 10)].map(|(done, size)| per_mille(done, size)), [1_000, 0, 500, 1_000]);
    }
}
