//! Registering manufacturers and changing their accounts.

use super::*;
use crate::{Manufacturer, ManufacturerCount};
use frame_support::assert_noop;

#[test]
fn numbers_manufacturers_in_order() {
    build_and_execute(|| {
        for (number, account) in [ACME, BOLT].into_iter().enumerate() {
            let manufacturer = ManufacturerId(number as u32);
            assert_ok!(Manufacturers::register(issuer(), account, name("Acme"), QUOTA));
            assert_event(Event::ManufacturerRegistered {
                manufacturer,
                account,
                name: name("Acme"),
                quota: QUOTA,
                by: Actor::Root,
            });
            assert_eq!(Manufacturers::manufacturer_of(account), Some(manufacturer));
        }
        let record = |account| Manufacturer::<Test> {
            account,
            name: name("Acme"),
            batches: 0,
            capacity: 0,
            quota: QUOTA,
            suspended: false,
        };
        assert_eq!(
            Manufacturers::manufacturers_page(0, 10),
            [(ManufacturerId(0), record(ACME)), (ManufacturerId(1), record(BOLT))]
        );
        assert_eq!(Manufacturers::manufacturer_of(STRANGER), None);
    });
}

#[test]
fn boundary_shortest_and_longest_name() {
    build_and_execute(|| {
        assert_ok!(Manufacturers::register(issuer(), ACME, name("A"), QUOTA));
        assert_ok!(Manufacturers::register(issuer(), BOLT, name("exactly 16 bytes"), QUOTA));
        assert!(Name::try_from(b"seventeen bytes!!".to_vec()).is_err());
    });
}

#[test]
fn boundary_longest_name_of_wide_characters() {
    build_and_execute(|| {
        let wide = name("日本製造所x");
        assert_eq!(wide.len(), 16);
        assert_ok!(Manufacturers::register(issuer(), ACME, wide.clone(), QUOTA));
        assert_event(Event::ManufacturerRegistered {
            manufacturer: ManufacturerId(0),
            account: ACME,
            name: wide,
            quota: QUOTA,
            by: Actor::Root,
        });
    });
}

#[test]
fn fails_bad_name() {
    build_and_execute(|| {
        let cut_in_a_character = "日".as_bytes().get(..2).unwrap().to_vec();
        let hidden = "a\u{202E}b".as_bytes().to_vec();
        for bytes in [vec![], vec![0xff], vec![b'A', 0xc0], cut_in_a_character, b"\x1b]0;x\x07".to_vec(), hidden] {
            let name = Name::try_from(bytes).unwrap();
            assert_noop!(Manufacturers::register(issuer(), ACME, name, QUOTA), Error::BadName);
        }
    });
}

#[test]
fn fails_account_taken() {
    build_and_execute(|| {
        register(ACME);
        assert_noop!(Manufacturers::register(issuer(), ACME, name("Other"), QUOTA), Error::AccountTaken);
    });
}

#[test]
fn fails_overflow() {
    build_and_execute(|| {
        ManufacturerCount::<Test>::put(u32::MAX);
        assert_noop!(Manufacturers::register(issuer(), ACME, name("Acme"), QUOTA), Error::Overflow);
        ManufacturerCount::<Test>::kill();
    });
}

mod change_account {
    use super::*;

    #[test]
    fn moves_the_manufacturer_with_its_batches() {
        build_and_execute(|| {
            let acme = acme_with_batch();
            assert_ok!(Manufacturers::change_account(issuer(), acme, BOLT, CAUSE));
            assert_event(Event::ManufacturerAccountChanged {
                manufacturer: acme,
                from: ACME,
                to: BOLT,
                by: Actor::Root,
                cause: CAUSE,
            });
            assert_eq!(Manufacturers::manufacturer_of(ACME), None);
            assert_eq!(Manufacturers::manufacturer_of(BOLT), Some(acme));
            assert_eq!(record(BATCH).manufacturer, acme);

            assert_noop!(Manufacturers::suspend_batch(signed(ACME), BATCH, CAUSE), Error::NotManufacturer);
            assert_ok!(Manufacturers::suspend_batch(signed(BOLT), BATCH, CAUSE));
            add_batch(BOLT, BatchId(8), 1);
            assert_eq!(Manufacturers::batches_page(acme, 0, 10).len(), 2);
        });
    }

    #[test]
    fn frees_the_old_account() {
        build_and_execute(|| {
            let acme = register(ACME);
            assert_ok!(Manufacturers::change_account(issuer(), acme, BOLT, CAUSE));
            assert_eq!(register(ACME), ManufacturerId(1));
        });
    }

    #[test]
    fn fails_unknown_manufacturer() {
        build_and_execute(|| {
            assert_noop!(
                Manufacturers::change_account(issuer(), ManufacturerId(0), ACME, CAUSE),
                Error::UnknownManufacturer
            );
        });
    }

    #[test]
    fn fails_account_taken() {
        build_and_execute(|| {
            let acme = register(ACME);
            register(BOLT);
            for taken in [ACME, BOLT] {
                assert_noop!(Manufacturers::change_account(issuer(), acme, taken, CAUSE), Error::AccountTaken);
            }
        });
    }
}

mod pages {
    use super::*;

    /// The accounts on a page of manufacturers.
    fn page(from: u32, limit: u32) -> Vec<u64> {
        Manufacturers::manufacturers_page(from, limit).into_iter().map(|(_, known)| known.account).collect()
    }

    #[test]
    fn boundary_first_last_and_beyond() {
        build_and_execute(|| {
            for account in 1..=5 {
                register(account);
            }
            assert_eq!(page(0, 2), [1, 2]);
            assert_eq!(page(4, 2), [5]);
            assert_eq!(page(0, u32::MAX), [1, 2, 3, 4, 5]);
            for (from, limit) in [(0, 0), (5, 2), (u32::MAX, u32::MAX)] {
                assert!(page(from, limit).is_empty());
            }
        });
    }
}
