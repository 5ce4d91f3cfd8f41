//! Where SQL may stand: on the server in `rows`, in the client in `store` and `queries`, elsewhere not; and how a limit is bound.

use super::File;

/// What a statement begins with. Pragmas are not among them: they are settings of a database.
const STATEMENTS: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "UPDATE ",
    "DELETE FROM ",
    "REPLACE INTO ",
    "CREATE TABLE ",
    "CREATE TEMP",
    "CREATE INDEX ",
    "CREATE UNIQUE INDEX ",
    "CREATE TRIGGER ",
    "CREATE VIEW ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "WITH ",
    "WITH RECURSIVE ",
];

/// Checks every string literal.
pub fn check(files: &[File], findings: &mut Vec<String>) {
    for file in files {
        for (line, _) in file.source.strings.iter().filter(|(_, text)| binds_a_bare_limit(text)) {
            findings.push(format!(
                "{}:{line}: SQLite prepares a statement anew each time a bare LIMIT is bound: write `LIMIT +?`",
                file.name
            ));
        }
    }
    for file in files.iter().filter(|file| !may(&file.name)) {
        for (line, text) in &file.source.strings {
            if is_statement(text) {
                findings.push(format!("{}:{line}: SQL belongs in rows, or in the client's store and queries", file.name));
            }
        }
    }
}

/// SQLite plans by the value of a parameter that is a whole `LIMIT`, and so compiles the statement again each time one is bound; not by that of an
/// expression.
fn binds_a_bare_limit(text: &str) -> bool {
    text.contains(concat!("LIMIT ", "?"))
}

fn is_statement(text: &str) -> bool {
    // A string that goes on in the next line has a backslash there.
    let text = text.trim_start_matches(['\\', '\n', ' ']);
    STATEMENTS.iter().any(|word| {
        let Some(rest) = text.strip_prefix(word) else { return false };
        match *word {
            "UPDATE " => rest.contains("SET "),
            "WITH " | "WITH RECURSIVE " => rest.contains("SELECT"),
            _ => true,
        }
    })
}

fn may(name: &str) -> bool {
    let Some((package, path)) = name.split_once('/') else { return false };
    let path = path.strip_prefix("src").unwrap_or(path);
    let is_test = path.ends_with("tests.rs") || path.contains("/tests/");
    match package {
        "tests" | "xtask" => true,
        // What proves a database correct asks it in its own words; migrations are SQL themselves.
        "sync-server" => {
            let proves = path.ends_with("/check.rs") || path.contains("/check/") || path.starts_with("/core/migrate");
            is_test || proves || path.ends_with("/rows.rs") || path.contains("/rows/")
        }
        "client" => is_test || path.starts_with("/store/") || path.starts_with("/queries/"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_from_sentences() {
        assert!(is_statement("SELECT 1"));
        assert!(is_statement("\\\n     UPDATE meter SET serial = ?1"));
        assert!(is_statement("WITH newest AS (SELECT 1) SELECT * FROM newest"));
        assert!(!is_statement("UPDATE the app"));
        assert!(!is_statement("with a voucher"));
    }

    #[test]
    fn a_bound_limit_is_an_expression() {
        assert!(binds_a_bare_limit(concat!("SELECT num FROM meter LIMIT ", "?2")));
        assert!(!binds_a_bare_limit("SELECT num FROM meter LIMIT +?2") && !binds_a_bare_limit("SELECT num FROM meter LIMIT 20"));
    }

    #[test]
    fn each_side_has_its_places() {
        assert!(may("sync-server/src/billing/rows.rs") && may("sync-server/src/billing/rows/entries.rs"));
        assert!(may("client/src/store/outbox.rs") && may("sync-server/src/core/migrate.rs"));
        assert!(!may("sync-server/src/billing/mod.rs") && !may("client/src/host.rs") && !may("domain/src/meter.rs"));
    }
}
