//! An error in one line.

use std::error::Error;

/// What happened, with its causes, each said once: an error's own text often has its cause's already.
pub fn in_one_line(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fmt, io};

    /// An error with a cause, whose text has the cause's already or not.
    #[derive(Debug)]
    struct Outer(&'static str, io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn each_cause_is_said_once() {
        let gone = || io::Error::other("the file is gone");
        assert_eq!(in_one_line(&gone()), "the file is gone");
        assert_eq!(in_one_line(&Outer("SELECT", gone())), "SELECT: the file is gone");
        assert_eq!(in_one_line(&Outer("SELECT: the file is gone", gone())), "SELECT: the file is gone");
    }
}
