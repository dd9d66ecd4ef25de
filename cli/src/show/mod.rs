//! Tables, amounts and times for people.

mod table;
mod time;

pub use table::{facts, listing};
pub use time::utc;

use specie_link::amount;
use specie_primitives::{records::FeePolicy, Balance};

/// `100 SPC`.
pub fn spc(amount: Balance) -> String {
    format!("{} SPC", amount::format(amount))
}

/// `0.5 SPC + 1 %`.
pub fn fee(fee: &FeePolicy) -> String {
    let (whole, fraction) = (fee.parts_per_million / 10_000, fee.parts_per_million % 10_000);
    let percent = match fraction {
        0 => format!("{whole} %"),
        fraction => format!("{whole}.{} %", format!("{fraction:04}").trim_end_matches('0')),
    };
    match (fee.flat, fee.parts_per_million) {
        (flat, 0) => spc(flat),
        (0, _) => percent,
        (flat, _) => format!("{} + {percent}", spc(flat)),
    }
}

/// `yes` or `no`.
pub const fn yes(is: bool) -> &'static str {
    if is {
        "yes"
    } else {
        "no"
    }
}

/// `0x` and hex.
pub fn hex_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn f18_fees_are_shown_as_they_are_written() {
        for (text, shown) in [
            ("0", "0 SPC"),
            ("0.5+1%", "0.5 SPC + 1 %"),
            ("2.5%", "2.5 %"),
            ("0.0001%", "0.0001 %"),
            ("3", "3 SPC"),
        ] {
            let read = parse::fee(text).unwrap();
            assert_eq!(fee(&read), shown);
            assert_eq!(parse::fee(&fee(&read)), Ok(read));
        }
    }
}
