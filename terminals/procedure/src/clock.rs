//! The machine's clock.

use std::{
    ops::Range,
    time::{SystemTime, UNIX_EPOCH},
};
use time::{format_description::FormatItem, macros::format_description, Date, OffsetDateTime};

/// A day in milliseconds.
const DAY: u64 = 24 * 60 * 60 * 1_000;

const DATE: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");
const TIME: &[FormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The milliseconds of a day (UTC) that is written as [`date`] writes it; `None`: it is no day.
pub fn day(text: &str) -> Option<Range<u64>> {
    let begins = Date::parse(text, DATE).ok()?.midnight().assume_utc().unix_timestamp();
    let begins = u64::try_from(begins).ok()?.checked_mul(1_000)?;
    Some(begins..begins.checked_add(DAY)?)
}

/// When the day (UTC) of this instant began.
pub const fn midnight(millis: u64) -> u64 {
    millis - millis % DAY
}

/// The date in UTC: `2026-11-22`.
pub fn date(millis: u64) -> String {
    written(millis, DATE)
}

/// Date and time in UTC: `2026-11-22 09:30:00`.
pub fn time(millis: u64) -> String {
    written(millis, TIME)
}

fn written(millis: u64, form: &[FormatItem<'_>]) -> String {
    let seconds = i64::try_from(millis / 1_000).unwrap_or(0);
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    at.format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_is_read_as_it_is_written() {
        let day = super::day("2026-11-22").unwrap();
        assert_eq!(super::time(day.start), "2026-11-22 00:00:00");
        assert_eq!(super::time(day.end), "2026-11-23 00:00:00");
        assert!(super::day(&super::date(super::now())).unwrap().contains(&super::now()));
        for wrong in ["yesterday", "", "2026-11", "2026-13-01", "2026-02-30", "26-11-22", "2026-11-22-1"] {
            assert_eq!(super::day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_date_is_written_as_people_read_it() {
        assert_eq!(super::date(1_795_323_710_000), "2026-11-22");
        assert_eq!(super::time(1_795_323_710_000), "2026-11-22 05:01:50");
        assert_eq!(super::time(super::midnight(1_795_323_710_000)), "2026-11-22 00:00:00");
        assert_eq!(super::time(u64::MAX), "1970-01-01 00:00:00");
    }
}
