//! Finding PostgreSQL's programs.

use std::{
    cmp::Reverse,
    env, fs,
    path::{Path, PathBuf},
};

use super::{
    LocalError,
    command::run,
    fetch::{fetch, fetched},
    home::Home,
    os_user::OsUser,
};

/// Older versions are no longer maintained.
const OLDEST: u32 = 15;

/// Where packagers put the programs of a version: base folder, how the names in it begin, and what follows.
const USUAL_PLACES: [(&str, &str, &str); 11] = [
    ("/usr/lib/postgresql", "", "bin"),                          // Debian
    ("/usr", "pgsql-", "bin"),                                   // PostgreSQL's own RPMs
    ("/usr", "bin", ""),                                         // Fedora, Arch
    ("/usr/libexec", "postgresql", ""),                          // Alpine
    ("/usr/lib", "postgresql", "bin"),                           // SUSE
    ("/usr/lib64", "postgresql-", "bin"),                        // Gentoo
    ("/usr/local", "pgsql", "bin"),                              // from source
    ("/opt/homebrew/opt", "postgresql", "bin"),                  // macOS on ARM
    ("/usr/local/opt", "postgresql", "bin"),                     // macOS on Intel
    ("/opt/local/lib", "postgresql", "bin"),                     // MacPorts
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"), // Postgres.app
];

/// The programs of one PostgreSQL that will do.
pub struct Programs {
    folder: PathBuf,
    /// Its major version.
    pub major: u32,
}

impl Programs {
    /// Those in the folder that `PG_BIN` names. Without it, of all that are installed, the newest that has
    /// data here, else the newest. If there are none, they are fetched.
    pub fn choose(home: &Home, has_data: impl Fn(u32) -> bool) -> Result<Self, LocalError> {
        if let Some(folder) = env::var_os("PG_BIN").map(PathBuf::from) {
            let found = Self::probe(&folder, home.user).unwrap_or_else(|| Err("no postgres is here".into()));
            return found.map_err(|fault| LocalError::PgBin { folder, fault });
        }
        let mut fit = Vec::new();
        let mut unfit = Vec::new();
        for folder in folders(home) {
            match Self::probe(&folder, home.user) {
                Some(Ok(programs)) => fit.push(programs),
                Some(Err(fault)) => unfit.push(format!("{}: {fault}", folder.display())),
                None => {}
            }
        }
        fit.sort_by_key(|programs| Reverse((has_data(programs.major), programs.major)));
        if let Some(best) = fit.into_iter().next() {
            return Ok(best);
        }
        let fetched = fetch(home).map_err(|error| error.to_string());
        fetched
            .and_then(|folder| Self::examine(&folder, home.user))
            .map_err(|not_fetched| LocalError::NoPostgres { unfit, not_fetched })
    }

    /// The program `name`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Looks whether a folder has programs that will do; nothing if there is no `postgres` at all. Its
    /// neighbours are where the file itself is, not where a link to it is.
    fn probe(folder: &Path, user: OsUser) -> Option<Result<Self, String>> {
        let postgres = fs::canonicalize(folder.join("postgres")).ok().filter(|file| file.is_file())?;
        Some(Self::examine(postgres.parent()?, user))
    }

    fn examine(folder: &Path, user: OsUser) -> Result<Self, String> {
        let say = |error: LocalError| error.to_string();
        let version = run(user.command(folder.join("postgres")).arg("--version")).map_err(say)?;
        let major = major(&version).ok_or_else(|| format!("no version in {version:?}"))?;
        if major < OLDEST {
            return Err(format!("PostgreSQL {major} is older than {OLDEST}"));
        }
        // This fails, too, if there is no `initdb` or no share folder.
        let settings = user.command(folder.join("initdb")).args(["--show", "-D", "/"]).output();
        let settings = settings.map_err(|error| format!("initdb: {error}"))?;
        let settings = String::from_utf8_lossy(&settings.stderr).into_owned();
        let share = settings.lines().find_map(|line| line.strip_prefix("share_path="));
        let share = Path::new(share.ok_or_else(|| format!("initdb: {}", settings.trim()))?);
        for extension in ["pg_trgm", "btree_gist"] {
            if !share.join(format!("extension/{extension}.control")).exists() {
                return Err(format!(
                    "PostgreSQL {major} lacks the extension {extension} (package postgresql-contrib)"
                ));
            }
        }
        Ok(Self { folder: folder.to_owned(), major })
    }
}

/// Every folder that may hold programs, each once.
fn folders(home: &Home) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    folders.extend(run(home.user.command("pg_config").arg("--bindir")).ok().map(PathBuf::from));
    for (base, prefix, tail) in USUAL_PLACES {
        let entries = fs::read_dir(base).into_iter().flatten().flatten();
        let entries = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
        folders.extend(entries.map(|entry| entry.path().join(tail)));
    }
    folders.push(fetched(home));
    let mut seen = Vec::new();
    folders.retain(|folder| {
        let real = fs::canonicalize(folder.join("postgres")).ok();
        let new = real.is_some() && !seen.contains(&real);
        seen.push(real);
        new
    });
    folders
}

/// The 15 of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(version: &str) -> Option<u32> {
    version.split_whitespace().nth(2)?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major("not a version"), None);
    }
}
