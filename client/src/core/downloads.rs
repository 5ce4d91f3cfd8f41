//! Files that somebody wants to have: under which name one is written, and which are written at all.

/// What may be written: what the app itself makes. None of them is run by being opened.
pub const KINDS: [&str; 5] = ["csv", "pdf", "xlsx", "png", "ics"];

/// Letters of a name at most, its end not counted.
const LONGEST: usize = 80;

/// A name as stem and end, of letters that every file system takes; `None` if it does not end in one of [`KINDS`].
pub fn name(asked: &str) -> Option<(String, &'static str)> {
    let (stem, end) = asked.trim().rsplit_once('.')?;
    let end = KINDS.into_iter().find(|kind| kind.eq_ignore_ascii_case(end))?;
    let clean: String =
        stem.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(*letter)).take(LONGEST).collect();
    let clean = clean.trim_matches('.');
    Some((if clean.is_empty() { "file" } else { clean }.to_owned(), end))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn only_what_the_app_makes_is_written() {
        for good in ["voucher.csv", "TB-1.pdf", "a.xlsx", "grafik.PNG", "jadwal.ics"] {
            assert!(name(good).is_some(), "{good}");
        }
        let bad = [
            "x",
            "x.",
            "x.desktop",
            "x.sh",
            "x.exe",
            "x.html",
            "x.csv.sh",
            "x.svg",
            ".csv.bat",
            "x.cs\u{200b}v",
            "x.csv/..",
            "csv",
            "",
        ];
        for bad in bad {
            assert_eq!(name(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_name_leads_to_no_other_folder_and_hides_nothing() {
        let named = |asked: &str| name(asked).map(|(stem, end)| format!("{stem}.{end}")).unwrap();
        assert_eq!(named("../../.ssh/key.csv"), "sshkey.csv");
        assert_eq!(named(".csv"), "file.csv");
        assert_eq!(named("kwitansi Sari\u{202e}.PDF"), "kwitansiSari.pdf");
        assert_eq!(named(&format!("{}.pdf", "a".repeat(300))).len(), 84);
    }
}
