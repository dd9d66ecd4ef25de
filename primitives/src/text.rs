//! Text that strangers choose and others print.

/// Whether `text` shows as what it is wherever it is printed: no control characters, which terminals obey, and none that
/// are invisible or change the direction of what follows, by which one name passes for another.
pub fn is_plain(text: &str) -> bool {
    text.chars().all(|letter| !letter.is_control() && !is_invisible(letter))
}

/// Unicode's format characters (general category Cf), the line and paragraph separators, and the blanks that look like
/// nothing.
const fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{0600}'..='\u{0605}'
            | '\u{061C}'
            | '\u{06DD}'
            | '\u{070F}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_world_are_plain() {
        for name in ["Aurum Cards", "Żółć & Söhne GmbH", "中国印钞造币", "شركة البطاقات", "कार्ड 1"]
        {
            assert!(is_plain(name), "{name}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_or_hides_is_not() {
        for name in ["\u{1b}]0;x\u{7}", "a\u{202E}b", "a\u{200B}b", "a\nb", "\u{9b}31m", "a\u{2066}b", "x\u{E0041}"]
        {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
