//! Reads the files that a config consists of. What would never end is refused: a pipe waits for a writer, a device may go
//! on for ever.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

/// In bytes. More than any config, template or secret.
const MOST: u64 = 16 << 20;

/// The content of a regular file of at most 16 MiB.
///
/// # Errors
/// When it is no regular file, is longer, or cannot be read.
pub(super) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Asked before it is opened: opening a pipe waits for its writer.
    check_regular(&std::fs::metadata(path)?)?;
    read_bounded(path)
}

/// As [`read_file`], of text.
///
/// # Errors
/// The same, and when it is not UTF-8.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    text(read_file(path)?)
}

/// As [`read_text`], but of a pipe too: for the file that a command was given, such as `--config <(…)`.
///
/// # Errors
/// When it is longer than 16 MiB, is not UTF-8, or cannot be read.
pub(super) fn read_any_text(path: &Path) -> io::Result<String> {
    text(read_bounded(path)?)
}

fn check_regular(metadata: &Metadata) -> io::Result<()> {
    let what = match () {
        () if metadata.is_file() => return Ok(()),
        () if metadata.is_dir() => "it is a folder",
        () => "it is no regular file, but a pipe or a device",
    };
    Err(io::Error::other(what))
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MOST { Err(io::Error::other("it is longer than 16 MiB")) } else { Ok(content) }
}

fn text(content: Vec<u8>) -> io::Result<String> {
    String::from_utf8(content).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("text"), "a").expect("a file");
        File::create(file("long")).expect("a file").set_len(MOST + 1).expect("a hole");
        assert_eq!(read_text(&file("text")).expect("text"), "a");
        let error = |path: &Path| read_text(path).expect_err("refused").to_string();
        assert!(error(&file("long")).contains("16 MiB"));
        assert!(error(folder.path()).contains("folder"));
        #[cfg(unix)]
        {
            let made = std::process::Command::new("mkfifo").arg(file("pipe")).status().expect("mkfifo");
            assert!(made.success());
            assert!(error(&file("pipe")).contains("a pipe or a device"));
            assert!(error(Path::new("/dev/zero")).contains("a pipe or a device"));
            let endless = read_any_text(Path::new("/dev/zero")).expect_err("refused").to_string();
            assert!(endless.contains("16 MiB"), "{endless}");
        }
    }
}
