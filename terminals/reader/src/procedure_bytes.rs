//! What PC/SC leaves to the application: the procedure words of T=0.
//!
//! Over T=0 a card cannot answer data to a command with data. It says `61xx`: so many bytes wait, to be fetched with GET
//! RESPONSE; or `6Cxx`: ask again, for so many. Readers hand both words on, and some do so with cards of other protocols too.
//! ISO 7816-3 and 7816-4 describe them.

/// The status word of a card that has more to say: its first byte.
const MORE: u8 = 0x61;

/// The same of one that wants to be asked for another length.
const OTHER_LENGTH: u8 = 0x6C;

/// The instruction that fetches what waits.
const GET_RESPONSE: u8 = 0xC0;

/// A card says so much in two rounds at most; one that goes on for ever is not listened to.
const MAX_ROUNDS: usize = 16;

/// Sends a command and gives the whole answer, status word included. `is_t0`: over T=0, where a command with data carries no
/// length of the answer.
///
/// An answer without a status word, and one of a card that never comes to an end, are given as they came.
pub fn exchange<E>(
    command: &[u8],
    is_t0: bool,
    mut send: impl FnMut(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let mut asked = if is_t0 { without_length(command) } else { command.to_vec() };
    let mut data = Vec::new();
    let mut last = Vec::new();
    for _ in 0..MAX_ROUNDS {
        last = send(&asked)?;
        let Some((part, &[first, second])) = last.split_last_chunk::<2>() else { return Ok(last) };
        match first {
            MORE => {
                data.extend_from_slice(part);
                asked = vec![class_of(command), GET_RESPONSE, 0, 0, second];
            }
            OTHER_LENGTH if part.is_empty() => asked = with_length(&asked, second),
            _ => {
                data.extend_from_slice(&last);
                return Ok(data);
            }
        }
    }
    Ok(last)
}

/// The class of GET RESPONSE: that of ISO 7816-4, on the same logical channel.
fn class_of(command: &[u8]) -> u8 {
    command.first().map_or(0, |class| class & 0x03)
}

/// Where a command's data end; `None`: it has none.
fn end_of_data(command: &[u8]) -> Option<usize> {
    match command {
        [_, _, _, _, length, _, ..] => Some(5 + usize::from(*length)),
        _ => None,
    }
}

/// A command with data, without the length of the answer behind them. What is no command of that form is sent as it is.
fn without_length(command: &[u8]) -> Vec<u8> {
    match end_of_data(command) {
        Some(end) if end > 5 && command.len() == end + 1 => command.get(..end).unwrap_or(command).to_vec(),
        _ => command.to_vec(),
    }
}

/// The same command, for so many bytes.
fn with_length(command: &[u8], length: u8) -> Vec<u8> {
    let end = end_of_data(command).unwrap_or(4);
    let mut bytes = command.get(..end).unwrap_or(command).to_vec();
    bytes.push(length);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::VecDeque, convert::Infallible};

    /// Gives these answers in turn, and tells what it was sent.
    fn play(command: &[u8], is_t0: bool, answers: &[&[u8]]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let mut answers: VecDeque<_> = answers.iter().map(|answer| answer.to_vec()).collect();
        let mut sent = Vec::new();
        let answer = exchange::<Infallible>(command, is_t0, |bytes| {
            sent.push(bytes.to_vec());
            Ok(answers.pop_front().unwrap_or_default())
        });
        (answer.unwrap_or_else(|never| match never {}), sent)
    }

    const ATTEST: [u8; 8] = [0x80, 0x22, 0, 0, 2, 7, 8, 0];

    #[test]
    fn f4_what_waits_is_fetched() {
        let (answer, sent) = play(&ATTEST, true, &[&[0x61, 3], &[1, 2, 3, 0x90, 0]]);
        assert_eq!(answer, [1, 2, 3, 0x90, 0]);
        assert_eq!(sent, [vec![0x80, 0x22, 0, 0, 2, 7, 8], vec![0, 0xC0, 0, 0, 3]]);
        // In parts, and on a logical channel.
        let (answer, sent) = play(&[0x02, 0xA4, 4, 0, 1, 9], true, &[&[0x61, 1], &[5, 0x61, 0], &[6, 0x90, 0]]);
        assert_eq!(answer, [5, 6, 0x90, 0]);
        assert_eq!(sent[1..], [vec![2, 0xC0, 0, 0, 1], vec![2, 0xC0, 0, 0, 0]]);
    }

    #[test]
    fn f4_a_length_that_is_not_the_cards_is_asked_again() {
        let info = [0x80, 0x10, 0, 0, 0];
        let (answer, sent) = play(&info, true, &[&[0x6C, 2], &[1, 2, 0x90, 0]]);
        assert_eq!((answer, &sent[1]), (vec![1, 2, 0x90, 0], &vec![0x80, 0x10, 0, 0, 2]));
        let (_, sent) = play(&ATTEST, false, &[&[0x6C, 1], &[1, 0x90, 0]]);
        assert_eq!(sent, [ATTEST.to_vec(), vec![0x80, 0x22, 0, 0, 2, 7, 8, 1]]);
        let (_, sent) = play(&[0x80, 0x36, 0, 0], true, &[&[0x6C, 1], &[1, 0x90, 0]]);
        assert_eq!(sent[1], [0x80, 0x36, 0, 0, 1]);
        // Of what waits, too.
        let (answer, sent) = play(&ATTEST, true, &[&[0x61, 9], &[0x6C, 1], &[7, 0x90, 0]]);
        assert_eq!((answer, &sent[2]), (vec![7, 0x90, 0], &vec![0, 0xC0, 0, 0, 1]));
    }

    #[test]
    fn everything_else_is_handed_on() {
        for answer in [&[0x90, 0][..], &[0x69, 0x85], &[1, 2, 0x90, 0], &[0x90], &[]] {
            assert_eq!(play(&ATTEST, false, &[answer]), (answer.to_vec(), vec![ATTEST.to_vec()]));
        }
        for (command, sent) in
            [(&[][..], &[][..]), (&[0x80], &[0x80]), (&[0x80, 1, 0, 0, 9, 1], &[0x80, 1, 0, 0, 9, 1])]
        {
            assert_eq!(play(command, true, &[&[0x67, 0]]), (vec![0x67, 0], vec![sent.to_vec()]));
        }
        // What is no command: too much behind the data, and extended length.
        for command in [&[0x80, 0x22, 0, 0, 1, 7, 8, 9][..], &[0x80, 0x10, 0, 0, 0, 0, 0]] {
            assert_eq!(play(command, true, &[&[0x67, 0]]).1, [command.to_vec()]);
        }
        // One that never comes to an end.
        let endless = exchange::<Infallible>(&ATTEST, true, |_| Ok(vec![1, 0x61, 0]));
        assert_eq!(endless.unwrap_or_default(), [1, 0x61, 0]);
        let endless = exchange::<Infallible>(&ATTEST, true, |_| Ok(vec![0x6C, 0]));
        assert_eq!(endless.unwrap_or_default(), [0x6C, 0]);
        // A link that fails in between.
        let mut rounds = 0;
        let failed = exchange(&ATTEST, true, |_| {
            rounds += 1;
            if rounds == 1 {
                Ok(vec![0x61, 3])
            } else {
                Err("gone")
            }
        });
        assert_eq!(failed, Err("gone"));
    }
}
