//! Times for people.

/// The milliseconds of a day.
const DAY_MILLIS: u64 = 86_400_000;

/// `2026-11-22 11:51:27`, in UTC, of milliseconds since 1970.
pub fn utc(millis: u64) -> String {
    let (days, rest) = (millis / DAY_MILLIS, millis % DAY_MILLIS / 1_000);
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// The date so many days after 1970-01-01, counted in eras of 400 years that begin on a 1 March: then the leap day is
/// the last of its year.
const fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, is_after_new_year) = if month < 10 { (month + 3, false) } else { (month - 9, true) };
    (era * 400 + year + is_after_new_year as u64, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates() {
        for (seconds, shown) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (951_868_800, "2000-03-01 00:00:00"),
            (1_795_323_710, "2026-11-22 05:01:50"),
            (4_107_542_400, "2100-03-01 00:00:00"),
        ] {
            assert_eq!(utc(seconds * 1_000), shown);
        }
    }
}
