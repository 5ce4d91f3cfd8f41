//! The demo's own checklists, beside those that come with the program: inspections are done by one that has a second version since some days, and
//! replacements by another one.

use crate::demo::field_records::{Did, derived};
use crate::plan::PlannedMeter;
use domain::core::local_time::DAY_MS;
use domain::maintenance::template::{PhotoWhen, Step, StepKind, StepNo, Template, TemplateVersion, Thousandths};
use domain::maintenance::work_order::WorkKind;
use domain::{UtcMillis, WorkTemplateId};
use protocol::sync::push::Operation;
use protocol::sync::work::NewWorkTemplate;

/// Each version: for which work, which it is, and how many days ago it was kept.
const VERSIONS: [(WorkKind, u32, i64); 3] =
    [(WorkKind::Inspection, 1, 60), (WorkKind::Replacement, 1, 45), (WorkKind::Inspection, 2, 12)];

/// What an admin did to keep them.
pub(super) fn kept(first: &PlannedMeter, now: UtcMillis) -> Vec<Did> {
    let kept = VERSIONS.into_iter().enumerate().filter_map(|(place, (work, version, days))| {
        let template = Box::new(template(work, version)?);
        let version = TemplateVersion { id: identity(first, work), version };
        let keep = Operation::PutWorkTemplate(NewWorkTemplate { version, template });
        Some((derived(first, 9, place), now.plus(-days * DAY_MS), keep))
    });
    kept.collect()
}

/// By which of them work is done that was announced at an instant; none where it is done by what comes with the program.
pub(super) fn of(
    first: &PlannedMeter,
    work: WorkKind,
    announced: UtcMillis,
    now: UtcMillis,
) -> Option<(TemplateVersion, Template)> {
    let known = VERSIONS.into_iter().filter(|(of, _, days)| *of == work && now.plus(-days * DAY_MS) <= announced);
    let version = known.map(|(_, version, _)| version).max()?;
    Some((TemplateVersion { id: identity(first, work), version }, template(work, version)?))
}

fn identity(first: &PlannedMeter, work: WorkKind) -> WorkTemplateId {
    WorkTemplateId(derived(first, 8, work as usize))
}

fn template(work: WorkKind, version: u32) -> Option<Template> {
    let (name, steps) = match work {
        WorkKind::Inspection => ("Inspeksi pelanggan", inspection(version)),
        WorkKind::Replacement => ("Serah terima meter baru", replacement()),
        _ => return None,
    };
    Some(Template { name: name.into(), work: Some(work), steps, retired: false })
}

fn step(no: u16, label: &str, what: StepKind) -> Step {
    Step { no: StepNo(no), label: label.into(), what, optional: false }
}

/// The second version measures the pressure as well, and has the customer sign.
fn inspection(version: u32) -> Vec<Step> {
    let options = ["Baik", "Perlu dibersihkan", "Rusak"].map(str::to_owned).to_vec();
    let mut steps = vec![
        step(1, "Foto meter dan sekitarnya", StepKind::Photo { when: PhotoWhen::Before }),
        step(2, "Segel utuh", StepKind::YesNo),
        step(3, "Tidak ada rembesan di sambungan", StepKind::YesNo),
        step(4, "Angka register", StepKind::Reading),
        step(5, "Kondisi boks meter", StepKind::Choice { options }),
    ];
    if version > 1 {
        let (least, most) = (Some(Thousandths(500)), Some(Thousandths(4_000)));
        steps.insert(3, step(6, "Tekanan di kran terdekat", StepKind::Number { least, most, unit: "bar".into() }));
        steps.push(step(7, "Tanda tangan pelanggan", StepKind::Signature));
    }
    steps
}

fn replacement() -> Vec<Step> {
    vec![
        step(1, "Foto meter lama", StepKind::Photo { when: PhotoWhen::Before }),
        step(2, "Angka terakhir meter lama", StepKind::Reading),
        step(3, "Meter pengganti", StepKind::Part),
        step(4, "Nomor segel baru", StepKind::Note),
        step(5, "Panah searah aliran", StepKind::YesNo),
        step(6, "Foto meter baru terpasang", StepKind::Photo { when: PhotoWhen::After }),
        step(7, "Tanda tangan pelanggan", StepKind::Signature),
        Step { optional: true, ..step(8, "Keterangan", StepKind::Note) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_can_be_kept_and_gives_no_number_to_another_step() {
        for (work, version, _) in VERSIONS {
            let kept = template(work, version).expect("a checklist");
            assert_eq!(kept.clone().clean(), Ok(kept.clone()), "{work:?} {version}");
            let newer = template(work, version + 1).expect("a checklist");
            assert!(kept.steps.iter().all(|step| newer.step(step.no) == Some(step)), "{work:?} {version}");
        }
    }
}
