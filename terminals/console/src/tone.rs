//! What stands out, on a terminal only.

use crate::text::harmless;
use anstream::{stream::RawStream, AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// How something is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Not certain, or not yet.
    Doubt,
    /// Not as it should be.
    Bad,
}

impl Tone {
    const fn style(self) -> Style {
        let colour = match self {
            Self::Good => AnsiColor::Green,
            Self::Doubt => AnsiColor::Yellow,
            Self::Bad => AnsiColor::Red,
        };
        colour.on_default().bold()
    }

    /// The text in its colour, if `stream` is a terminal that shows colours and nobody wants none (`NO_COLOR`, `TERM=dumb`).
    pub(crate) fn paint(self, text: &str, stream: &impl RawStream) -> String {
        self.painted(text, AutoStream::choice(stream))
    }

    fn painted(self, text: &str, choice: ColorChoice) -> String {
        // What a stranger wrote cannot choose a colour.
        let (text, style) = (harmless(text), self.style());
        match choice {
            ColorChoice::Never => text,
            ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => format!("{style}{text}{style:#}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_ours_alone() {
        assert_eq!(Tone::Bad.painted("error:", ColorChoice::Never), "error:");
        assert_eq!(Tone::Bad.painted("error:", ColorChoice::Always), "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m");
        assert_eq!(Tone::Good.painted("\u{1b}[2J", ColorChoice::Never), "\\u{1b}[2J");
    }
}
