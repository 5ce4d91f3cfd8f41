//! Typst, with nothing around it: our template, our fonts, our data. It reaches no file and no network, and knows no clock.

use crate::Error;
use domain::exports::PagePicture;
use domain::{TimeZone, UtcMillis};
use serde_json::Value;
use std::sync::{LazyLock, Mutex, PoisonError};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::Abs;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontVariant, FontVariations};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};
use typst_svg::SvgOptions;

/// The paper's own, and behind it what its letters are taken from that it lacks: DejaVu for the scripts of Europe, Vietnam and Arabia, Droid for
/// those of China and Japan. Only the letters that are used go into a file.
const FONTS: [&[u8]; 5] = [
    include_bytes!("../../assets/fonts/plus-jakarta-sans-regular.ttf"),
    include_bytes!("../../assets/fonts/plus-jakarta-sans-bold.ttf"),
    include_bytes!("../../assets/fonts/dejavu-sans.ttf"),
    include_bytes!("../../assets/fonts/dejavu-sans-bold.ttf"),
    include_bytes!("../../assets/fonts/droid-sans-fallback.ttf"),
];
const LOGO: &[u8] = include_bytes!("../../assets/icon.svg");

/// Results of this many papers are kept, because the next one is much like the last.
const REMEMBERED: usize = 4;

/// What every paper shares.
struct Shop {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS.into_iter().flat_map(|font| Font::iter(Bytes::new(font))).collect();
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    Shop { library: LazyHash::new(<Library as LibraryExt>::default()), book, fonts }
});

/// Whether some font has a letter.
pub fn has_letter(letter: char) -> bool {
    // The first font has these, and most texts consist of them.
    if letter.is_ascii_graphic() {
        return true;
    }
    SHOP.fonts.iter().any(|font| font.info().coverage.contains(letter.into()))
}

/// What the lines of tables are made of: the first font, not bold.
pub struct Line {
    /// How high a line is beside the size of its letters.
    pub height: f64,
    /// How wide each letter of ASCII is, in thousandths of its size; nothing for what is no letter.
    pub widths: [Option<i64>; 128],
}

/// As the first font has it. Nothing is measured by it where it has no such letters.
pub static LINE: LazyLock<Line> = LazyLock::new(|| {
    let mut line = Line { height: 0.0, widths: [None; 128] };
    if let Some(font) = SHOP.fonts.first() {
        let font = font.clone().instantiate(FontVariant::default(), Abs::pt(10.0), &FontVariations::default());
        line.height = font.metrics().cap_height.get();
        for letter in b' '..=b'~' {
            let glyph = font.ttf().glyph_index(letter.into());
            let width = glyph.and_then(|glyph| font.x_advance(glyph.0));
            line.widths[usize::from(letter)] = width.map(|width| (width.get() * 1_000.0).ceil() as i64);
        }
    }
    line
});

/// Templates as they were parsed: each once in a process, of which there are as many as kinds of papers.
static PARSED: Mutex<Vec<(&str, Source)>> = Mutex::new(Vec::new());

fn parsed(template: &'static str) -> Result<Source, Error> {
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, source)) = parsed.iter().find(|(text, _)| std::ptr::eq(*text, template)) {
        return Ok(source.clone());
    }
    let path = VirtualPath::new("main.typ").map_err(|error| Error::Template(format!("{error:?}")))?;
    let source = Source::new(RootedPath::new(VirtualRoot::Project, path).intern(), template.to_owned());
    parsed.push((template, source.clone()));
    Ok(source)
}

struct Paper {
    source: Source,
    data: Bytes,
    /// A PNG that the template may show.
    logo: Option<Bytes>,
}

impl Paper {
    fn new(template: &'static str, data: &Value, logo: Option<Vec<u8>>) -> Result<Self, Error> {
        Ok(Self { source: parsed(template)?, data: Bytes::from_string(data.to_string()), logo: logo.map(Bytes::new) })
    }
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &SHOP.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHOP.book
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.vpath().get_without_slash().to_owned();
        match path.as_str() {
            "icon.svg" => Ok(Bytes::new(LOGO)),
            "logo.png" => self.logo.clone().ok_or(FileError::AccessDenied),
            name if name.ends_with(".json") => Ok(self.data.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHOP.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn said(errors: impl IntoIterator<Item = SourceDiagnostic>) -> Error {
    Error::Template(errors.into_iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
}

fn set(template: &'static str, data: &Value, logo: Option<Vec<u8>>) -> Result<PagedDocument, Error> {
    // Before a paper and not behind it: a process that makes one does not go through all that it remembers.
    typst::comemo::evict(REMEMBERED);
    let outcome = typst::compile::<PagedDocument>(&Paper::new(template, data, logo)?);
    // What the typesetter warns of is a fault of a template, which shows while that is written and tested. Whoever waits for a paper gets it.
    let document = outcome.output.map_err(said)?;
    if cfg!(debug_assertions) && !outcome.warnings.is_empty() {
        return Err(said(outcome.warnings));
    }
    Ok(document)
}

/// A paper as PDF; its template may show `logo`, a PNG, as `logo.png`. `name` and `at` go into the file, so that the same paper is the same
/// file.
pub fn pdf(template: &'static str, data: &Value, logo: Option<Vec<u8>>, (name, at): (&str, UtcMillis)) -> Result<Vec<u8>, Error> {
    let document = set(template, data, logo)?;
    let options = PdfOptions {
        ident: Smart::Custom(name.to_owned()),
        creator: Smart::Custom(Some("IndoWater".into())),
        timestamp: moment(at).map(Timestamp::new_utc),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(said)
}

/// What a page of the same paper looks like. It is the page that [`pdf`] writes, since both are of one document.
pub fn picture(template: &'static str, data: &Value, logo: Option<Vec<u8>>, page: u32) -> Result<PagePicture, Error> {
    let document = set(template, data, logo)?;
    let all = document.pages();
    let pages = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let page = page.clamp(1, pages.max(1));
    let shown = all.get(page as usize - 1).ok_or_else(|| Error::Template("the paper has no pages".into()))?;
    Ok(PagePicture { page, pages, svg: typst_svg::svg(shown, &SvgOptions::default()) })
}

/// In UTC.
fn moment(at: UtcMillis) -> Option<Datetime> {
    let west = TimeZone::Jakarta;
    let at = at.plus(-west.offset_ms());
    let (year, month, day) = west.day_of(at).ymd();
    let (hour, minute) = west.clock_of(at);
    let second = at.0.div_euclid(1_000).rem_euclid(60);
    let small = |number: i64| u8::try_from(number).ok();
    Datetime::from_ymd_hms(i32::from(year), small(month.into())?, small(day.into())?, hour, minute, small(second)?)
}
