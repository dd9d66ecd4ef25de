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
    use crate::{host::HostError, transport::TransportError};
    use std::io;

    #[test]
    fn each_cause_is_said_once() {
        let fault = io::Error::other("the file is gone");
        assert_eq!(in_one_line(&fault), "the file is gone");
        let source = TransportError::Garbled("no end".into());
        let said = in_one_line(&HostError::Transport { command: "SELECT", source });
        assert_eq!(said, "SELECT: the answer arrived damaged: no end");
    }
}
