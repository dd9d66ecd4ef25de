//! Text of strangers, for a terminal.
//!
//! Names on the chain, and what a node answers, are written by others. A terminal obeys what stands between the letters: it
//! clears the screen, changes its title, or shows a line in another order than it has. Here such characters are shown by their
//! numbers.

/// The same text, with every character that a terminal obeys shown as `\u{…}`. Line feeds and tabs remain.
///
/// In JSON such characters stand in strings only, and there it is `\u…`, which is the same character to whoever reads it.
pub fn harmless(text: &str) -> String {
    let is_json = text.trim_start().starts_with(['{', '[']);
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => clean.push(letter),
            // All that are obeyed are of the first plane, but for the tags, which nothing shows.
            letter if is_obeyed(letter) && is_json => {
                let mut units = [0; 2];
                letter.encode_utf16(&mut units).iter().for_each(|unit| clean.push_str(&format!("\\u{unit:04x}")));
            }
            letter if is_obeyed(letter) => clean.extend(letter.escape_unicode()),
            letter => clean.push(letter),
        }
    }
    clean
}

/// Whether a terminal does something else with it than show it: controls, what gives text a direction, and what cannot be seen.
fn is_obeyed(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown_by_its_number() {
        for (text, shown) in [
            ("Aurum Cards", "Aurum Cards"),
            ("Zürich 东京 €", "Zürich 东京 €"),
            ("\u{1b}]0;x\u{7}", "\\u{1b}]0;x\\u{7}"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\rb\u{9b}2J", "a\\u{d}b\\u{9b}2J"),
            ("two\nlines\tand more", "two\nlines\tand more"),
            ("\u{200b}\u{feff}\u{e0041}", "\\u{200b}\\u{feff}\\u{e0041}"),
        ] {
            assert_eq!(harmless(text), shown);
        }
    }

    #[test]
    fn json_says_the_same_to_a_program() {
        let value = serde_json::json!({ "name": "a\u{202e}\u{1b}[2J\u{e0041}东\n" });
        let text = harmless(&format!("{value:#}\n"));
        assert!(text.is_ascii() || text.contains('东'));
        assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{e0041}']));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
