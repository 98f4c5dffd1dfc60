//! Opens the database file: the advisory lock beside it, the pragmas, the migrations. Errors about the file get
//! their text here.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::error::{Error, Result};
use super::super::inspection::Served;
use super::sql;

/// Takes the lock file beside the database. It is held until the file is dropped, also when the process is killed.
pub(super) fn lock(path: &Path) -> Result<File> {
    let beside = beside(path);
    let unavailable = |error: std::io::Error| {
        Error::Unavailable(format!("cannot open the lock file `{}`: {error}", beside.display()))
    };
    let mut file = private_file().open(&beside).map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(in_use(path, &mut file)),
        Err(TryLockError::Error(error)) => return Err(unavailable(error)),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(unavailable)?;
    Ok(file)
}

/// The process that holds the lock file, where one does.
pub(super) fn holder(path: &Path) -> Served {
    // Shared, so that two that ask do not take each other for the server.
    let Ok(mut file) = File::open(beside(path)) else { return Served::No };
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).ok();
            Served::By(holder.trim().parse().ok())
        }
        Ok(()) | Err(TryLockError::Error(_)) => Served::No,
    }
}

/// Opens a file, or creates it for its owner alone: the database holds what senders tell of people, and captured secrets.
/// One that is there keeps its permissions.
fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn in_use(path: &Path, file: &mut File) -> Error {
    let mut holder = String::new();
    let process = match file.take(32).read_to_string(&mut holder) {
        Ok(_) if !holder.trim().is_empty() => format!(" (process {})", holder.trim()),
        _ => String::new(),
    };
    Error::InUse(format!(
        "`{}` is already served by another hookbell{process}; stop that one first, or give this one another \
         `[store] url`",
        path.display()
    ))
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".lock");
    PathBuf::from(name)
}

/// Opens or creates the file and brings its schema up to date. The caller holds the lock.
pub(super) fn create(path: &Path) -> Result<Connection> {
    // Before SQLite does: it gives the log and its index the permissions of the database. What is wrong with the path it
    // reports itself.
    drop(private_file().open(path));
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
        .map_err(|error| cannot_open(path, &error))?;
    let version = version(&conn, path)?;
    if version == 0 {
        conn.execute_batch(sql::NEW_FILE).map_err(|error| cannot_open(path, &error))?;
    }
    conn.execute_batch(sql::WRITER).map_err(|error| cannot_open(path, &error))?;
    migrate(&conn, version).map_err(|error| cannot_open(path, &error))?;
    Ok(conn)
}

/// Opens the writer's connection again after an error.
pub(super) fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.execute_batch(sql::WRITER)?;
    Ok(conn)
}

pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.execute_batch(sql::READER)?;
    Ok(conn)
}

/// Whether the file is there and of this program's schema.
pub(super) fn check(path: &Path) -> Result<()> {
    let conn = check_any_version(path)?;
    let known = sql::MIGRATIONS.len();
    match version(&conn, path)? {
        version if version < known => Err(Error::Unavailable(format!(
            "`{}` has an older schema ({version}, this hookbell needs {known}); start `hookbell serve` once to \
             bring it up to date",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// Opens the file of this program's schema, or of an older one.
pub(super) fn check_any_version(path: &Path) -> Result<Connection> {
    if !path.exists() {
        return Err(Error::NotFound(format!(
            "there is no database at `{}`; `hookbell serve` creates it at its first start",
            path.display()
        )));
    }
    let conn = reader(path).map_err(|error| cannot_open(path, &error))?;
    version(&conn, path)?;
    Ok(conn)
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.execute_batch(sql::COMMON)?;
    conn.set_prepared_statement_cache_capacity(100);
    // Else binding a value may have a kept statement planned anew, each time; there are no statistics to gain by.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

fn version(conn: &Connection, path: &Path) -> Result<usize> {
    let one = |text| conn.query_row(text, [], |row| row.get(0)).map_err(|error| cannot_open(path, &error));
    let version: i64 = one(sql::VERSION)?;
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    let known = sql::MIGRATIONS.len();
    if version > known {
        return Err(Error::TooNew(format!(
            "`{}` was written by a newer hookbell (schema {version}, this one knows {known}); run that version \
             again, or give this one another `[store] url`",
            path.display()
        )));
    }
    let tables: i64 = one(sql::TABLES)?;
    if version == 0 && tables > 0 {
        return Err(Error::Unavailable(format!(
            "`{}` is a database of another program; give hookbell a file of its own in `[store] url`",
            path.display()
        )));
    }
    Ok(version)
}

fn migrate(conn: &Connection, from: usize) -> rusqlite::Result<()> {
    if from >= sql::MIGRATIONS.len() {
        return Ok(());
    }
    let change = conn.unchecked_transaction()?;
    for migration in sql::MIGRATIONS.iter().skip(from) {
        change.execute_batch(migration)?;
    }
    let version = i64::try_from(sql::MIGRATIONS.len()).unwrap_or(i64::MAX);
    change.pragma_update(None, "user_version", version)?;
    change.commit()
}

fn cannot_open(path: &Path, error: &rusqlite::Error) -> Error {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    match folder {
        Some(folder) => Error::Unavailable(format!(
            "cannot open `{}`: the folder `{}` does not exist",
            path.display(),
            folder.display()
        )),
        None => Error::Unavailable(format!("cannot open `{}`: {error}", path.display())),
    }
}
