//! Which parts a workbook has: its relationships, the list of its sheets, the system of its dates.

use crate::archive::Archive;
use crate::error::{Fault, Quantity};
use crate::xml::{attribute, is_true};
use crate::{Failure, Limits, OpenError, SheetInfo};
use quick_xml::events::Event;
use std::collections::HashMap;

/// What the workbook's own parts say.
#[derive(Default)]
pub(super) struct Package {
    /// Each sheet with the name of its part.
    pub sheets: Vec<(SheetInfo, String)>,
    pub is_1904: bool,
}

struct Relationship {
    kind: String,
    part: String,
}

/// Where the workbook's own part is, and what it is related to: the same in XLSX and XLSB.
pub(crate) struct Located {
    /// The name of the part.
    pub workbook: String,
    found: HashMap<String, Relationship>,
}

impl Located {
    pub fn find(archive: &mut Archive, limits: &Limits) -> Result<Self, OpenError> {
        let root = "_rels/.rels";
        let roots = relationships(archive, root, "", limits).map_err(|fault| fault.opening(root))?;
        let workbook = roots.into_values().find(|found| found.kind == "officeDocument").map(|found| found.part);
        let workbook = workbook.ok_or(OpenError::NotASpreadsheet { found: Some("ZIP") })?;
        let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let path = if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
        let found = relationships(archive, &path, folder, limits).map_err(|fault| fault.opening(&path))?;
        Ok(Self { workbook, found })
    }

    /// The first part of a kind.
    pub fn part_of(&self, kind: &str) -> Option<String> {
        self.found.values().find(|found| found.kind == kind).map(|found| found.part.clone())
    }

    /// The part of a sheet by the identifier of its relationship, and why it has no rows, as far as that is known.
    pub fn sheet(&self, id: &str) -> (Option<Failure>, String) {
        let target = self.found.get(id);
        let failure = match target {
            None => Some(Failure::Missing),
            Some(target) if target.kind != "worksheet" => Some(Failure::NoRows),
            Some(_) => None,
        };
        (failure, target.map(|target| target.part.clone()).unwrap_or_default())
    }
}

pub(super) fn read(archive: &mut Archive, located: &Located, limits: &Limits) -> Result<Package, OpenError> {
    let mut package = Package::default();
    list_sheets(archive, located, &mut package, limits).map_err(|fault| fault.opening(&located.workbook))?;
    for (info, part) in &mut package.sheets {
        if info.failure.is_none() && !archive.has(part) {
            info.failure = Some(Failure::Missing);
        }
    }
    Ok(package)
}

fn list_sheets(archive: &mut Archive, located: &Located, package: &mut Package, limits: &Limits) -> Result<(), Fault> {
    let mut xml = archive.part(&located.workbook, limits)?.ok_or_else(|| Fault::broken("it is missing"))?;
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "workbookPr" => package.is_1904 = is_true(attribute(&element, "date1904").as_deref()),
                "sheet" => {
                    let (failure, part) = located.sheet(&attribute(&element, "id").unwrap_or_default());
                    let info = SheetInfo {
                        name: attribute(&element, "name").unwrap_or_default().into_owned(),
                        is_hidden: attribute(&element, "state").is_some_and(|state| state != "visible"),
                        failure,
                    };
                    package.sheets.push((info, part));
                    if package.sheets.len() > limits.sheets as usize {
                        return Err(Quantity::Sheets.over(limits.sheets.into(), None).into());
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Relationships by their identifiers; none where the part is missing.
fn relationships(
    archive: &mut Archive,
    path: &str,
    folder: &str,
    limits: &Limits,
) -> Result<HashMap<String, Relationship>, Fault> {
    let mut found = HashMap::new();
    let mut bytes = 0;
    let Some(mut xml) = archive.part(path, limits)? else {
        return Ok(found);
    };
    loop {
        match xml.next()? {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "Relationship" => {
                let of = |name| attribute(&element, name).unwrap_or_default();
                let kind = of("Type").rsplit('/').next().unwrap_or_default().to_owned();
                let (id, part) = (of("Id").into_owned(), resolve(folder, &of("Target")));
                bytes += id.len() + kind.len() + part.len();
                found.insert(id, Relationship { kind, part });
                if found.len() > limits.parts as usize {
                    return Err(Quantity::Parts.over(limits.parts.into(), None).into());
                }
                if bytes > limits.shared_bytes / 16 {
                    return Err(Quantity::SharedBytes.over(limits.shared_bytes as u64 / 16, None).into());
                }
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// A target from the folder of the part that names it.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_are_taken_from_their_folder_or_from_the_root() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "..\\data\\sheet1.xml"), "data/sheet1.xml");
        assert_eq!(resolve("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("", "../../x"), "x");
    }
}
