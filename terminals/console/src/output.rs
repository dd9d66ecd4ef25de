//! Answers, progress and notes.

use crate::{text::harmless, tone::Tone};
use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

/// A line of what a command answers, on standard output.
///
/// Whoever reads may have read enough (`… | head -1`): that is no error. Where it cannot be written, as on a full disk, the
/// command has not answered.
pub fn line(text: impl Display) -> io::Result<()> {
    write(&mut io::stdout().lock(), &format!("{text}\n"))
}

/// What is being done, on standard output, for whoever watches. Nobody has to.
pub fn progress(text: impl Display) {
    let _ = write(&mut io::stdout().lock(), &format!("{text}\n"));
}

/// Something beside the answer, on standard error, for whoever watches. Nobody has to.
pub fn note(text: impl Display) {
    let _ = write(&mut io::stderr().lock(), &format!("{text}\n"));
}

/// An answer whose beginning stands out.
///
/// # Errors
///
/// As with [`line`](fn@line).
pub fn headed_line(head: &str, tone: Tone, rest: impl Display) -> io::Result<()> {
    let head = tone.paint(head, &io::stdout());
    write_clean(&mut io::stdout().lock(), &format!("{head}{}\n", harmless(&rest.to_string())))
}

/// A note whose beginning stands out.
pub fn headed_note(head: &str, tone: Tone, rest: impl Display) {
    let head = tone.paint(head, &io::stderr());
    let _ = write_clean(&mut io::stderr().lock(), &format!("{head}{}\n", harmless(&rest.to_string())));
}

/// A question on standard error, whose answer stands on the same line. Nobody may be there.
pub fn ask(text: impl Display) {
    let _ = write(&mut io::stderr().lock(), &format!("{text} "));
}

fn write(to: &mut impl Write, text: &str) -> io::Result<()> {
    write_clean(to, &harmless(text))
}

/// Writes what has nothing of strangers in it that a terminal obeys.
fn write_clean(to: &mut impl Write, text: &str) -> io::Result<()> {
    let written = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails so.
    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_has_read_enough_is_no_error() {
        assert!(write(&mut Failing(ErrorKind::BrokenPipe), "x").is_ok());
        let full = write(&mut Failing(ErrorKind::StorageFull), "x");
        assert_eq!(full.map_err(|error| error.kind()), Err(ErrorKind::StorageFull));
        let mut written = Vec::new();
        assert!(write(&mut written, "a\u{1b}[2J\n").is_ok());
        assert_eq!(written, b"a\\u{1b}[2J\n");
    }
}
