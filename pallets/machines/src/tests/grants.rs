//! Giving, using and revoking initialisation grants (F2).

use super::*;
use crate::Grants;

/// The numbers of the words that are stored for the machine.
fn words(machine: AccountId32) -> Vec<u32> {
    Grants::<Test>::iter_key_prefix(machine).map(u32::from).collect()
}

/// Has the machine's next grant be `index`, as if all before it had been given and revoked.
fn skip_to(machine: AccountId32, index: u32) {
    crate::Machines::<Test>::mutate(machine, |known| known.as_mut().unwrap().next_grant = index);
}

mod give {
    use super::*;

    #[test]
    fn f2_grants_follow_one_another() {
        build_and_execute(|| {
            register(ATM);
            for (from, count) in [(0, 3), (3, 1), (4, 2)] {
                assert_ok!(Machines::give_grants(issuer(), ATM, count));
                assert_event(Event::GrantsGiven { machine: ATM, from, count, by: Actor::Root });
            }
            assert_eq!(open(ATM), [0, 1, 2, 3, 4, 5]);
            assert_eq!((record(ATM).next_grant, record(ATM).open_grants), (6, 6));
            assert!(Machines::grant_is_open(ATM, 5));
            assert!(!Machines::grant_is_open(ATM, 6));
        });
    }

    #[test]
    fn each_machine_has_its_own_indices() {
        build_and_execute(|| {
            register(ATM);
            register(SAFE);
            give(ATM, 3);
            give(SAFE, 2);
            assert_eq!((open(ATM), open(SAFE)), (vec![0, 1, 2], vec![0, 1]));
        });
    }

    #[test]
    fn boundary_words() {
        for first in [0, 1, 255, 256, 257, 511, 512] {
            for count in [1, 2, 255, 256, 257, 300] {
                build_and_execute(|| {
                    register(ATM);
                    skip_to(ATM, first);
                    give(ATM, count);
                    let given = first..first + count;
                    assert!(given.clone().eq(open(ATM)));
                    assert!((given.start / 256..=(given.end - 1) / 256).eq(words(ATM)));
                });
            }
        }
    }

    #[test]
    fn boundary_count() {
        build_and_execute(|| {
            register(ATM);
            for count in [0, 301, u32::MAX] {
                assert_noop!(Machines::give_grants(issuer(), ATM, count), Error::BadGrantCount);
            }
            give(ATM, 1);
            give(ATM, 300);
        });
    }

    #[test]
    fn boundary_most_open_grants() {
        build_and_execute(|| {
            register(ATM);
            register(SAFE);
            give(ATM, 300);
            give(ATM, 300);
            assert_noop!(Machines::give_grants(issuer(), ATM, 101), Error::TooManyOpenGrants);
            give(ATM, 100);
            assert_noop!(Machines::give_grants(issuer(), ATM, 1), Error::TooManyOpenGrants);
            // One machine's limit is not another's.
            give(SAFE, 300);
        });
    }

    #[test]
    fn used_and_revoked_grants_make_room() {
        build_and_execute(|| {
            register(ATM);
            for count in [300, 300, 100] {
                give(ATM, count);
            }
            assert_ok!(use_grant(&ATM, 0));
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 100, 2, CAUSE));
            assert_noop!(Machines::give_grants(issuer(), ATM, 4), Error::TooManyOpenGrants);
            give(ATM, 3);
            assert!(open(ATM).ends_with(&[700, 701, 702]));
        });
    }

    #[test]
    fn boundary_last_index() {
        build_and_execute(|| {
            register(ATM);
            skip_to(ATM, u32::MAX - 2);
            assert_noop!(Machines::give_grants(issuer(), ATM, 3), Error::Overflow);
            give(ATM, 2);
            assert_eq!(open(ATM), [u32::MAX - 2, u32::MAX - 1]);
            assert_noop!(Machines::give_grants(issuer(), ATM, 1), Error::Overflow);

            assert_ok!(use_grant(&ATM, u32::MAX - 1));
            assert_noop!(use_grant(&ATM, u32::MAX), Error::GrantNotOpen);
            assert_ok!(Machines::revoke_grants(issuer(), ATM, u32::MAX - 2, 300, CAUSE));
            assert!(open(ATM).is_empty());
        });
    }
}

mod use_up {
    use super::*;

    #[test]
    fn f2_a_grant_is_used_in_any_order() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            for (index, left) in [(1, vec![0, 2]), (2, vec![0]), (0, vec![])] {
                assert_ok!(use_grant(&ATM, index));
                assert_event(Event::GrantUsed { machine: ATM, index });
                assert!(!Machines::grant_is_open(ATM, index));
                assert_eq!(record(ATM).open_grants as usize, left.len());
                assert_eq!(open(ATM), left);
            }
        });
    }

    #[test]
    fn f2_fails_replayed_grant() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            assert_ok!(use_grant(&ATM, 1));
            assert_noop!(use_grant(&ATM, 1), Error::GrantNotOpen);
            // New grants do not bring it back.
            give(ATM, 300);
            assert_noop!(use_grant(&ATM, 1), Error::GrantNotOpen);
        });
    }

    #[test]
    fn f2_fails_revoked_grant() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 1, 1, CAUSE));
            assert_noop!(use_grant(&ATM, 1), Error::GrantNotOpen);
            give(ATM, 300);
            assert_noop!(use_grant(&ATM, 1), Error::GrantNotOpen);
        });
    }

    #[test]
    fn f2_fails_grant_of_another_machine() {
        build_and_execute(|| {
            register(ATM);
            register(SAFE);
            give(ATM, 3);
            give(SAFE, 1);
            assert_noop!(use_grant(&SAFE, 1), Error::GrantNotOpen);
            assert_ok!(use_grant(&SAFE, 0));
            assert_eq!(open(ATM), [0, 1, 2]);
        });
    }

    #[test]
    fn f2_fails_grant_of_an_unknown_machine() {
        build_and_execute(|| {
            assert_noop!(use_grant(&ATM, 0), Error::GrantNotOpen);
        });
    }

    #[test]
    fn f2_fails_grant_that_was_never_given() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            for index in [3, 255, 256, u32::MAX] {
                assert_noop!(use_grant(&ATM, index), Error::GrantNotOpen);
            }
        });
    }

    #[test]
    fn boundary_an_empty_word_is_not_stored() {
        build_and_execute(|| {
            register(ATM);
            skip_to(ATM, 255);
            give(ATM, 2);
            assert_eq!(words(ATM), [0, 1]);
            assert_ok!(use_grant(&ATM, 255));
            assert_eq!(words(ATM), [1]);
            assert_ok!(use_grant(&ATM, 256));
            assert!(words(ATM).is_empty());
        });
    }
}

mod revoke {
    use super::*;

    #[test]
    fn f2_takes_back_what_is_open() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 6);
            assert_ok!(use_grant(&ATM, 2));
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 1, 3, CAUSE));
            assert_event(Event::GrantsRevoked {
                machine: ATM,
                from: 1,
                count: 3,
                revoked: 2,
                by: Actor::Root,
                cause: CAUSE,
            });
            assert_eq!(open(ATM), [0, 4, 5]);
            assert_eq!(record(ATM).open_grants, 3);
        });
    }

    #[test]
    fn taking_back_twice_takes_nothing() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            for revoked in [3, 0] {
                assert_ok!(Machines::revoke_grants(issuer(), ATM, 0, 3, CAUSE));
                assert_event(Event::GrantsRevoked {
                    machine: ATM,
                    from: 0,
                    count: 3,
                    revoked,
                    by: Actor::Root,
                    cause: CAUSE,
                });
                assert_eq!(record(ATM).open_grants, 0);
            }
        });
    }

    #[test]
    fn an_index_is_not_given_again() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 0, 3, CAUSE));
            give(ATM, 2);
            assert_event(Event::GrantsGiven { machine: ATM, from: 3, count: 2, by: Actor::Root });
            assert_eq!(open(ATM), [3, 4]);
        });
    }

    #[test]
    fn a_grant_is_not_revoked_before_it_is_given() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 2, 300, CAUSE));
            assert_event(Event::GrantsRevoked {
                machine: ATM,
                from: 2,
                count: 300,
                revoked: 1,
                by: Actor::Root,
                cause: CAUSE,
            });
            give(ATM, 2);
            assert_eq!(open(ATM), [0, 1, 3, 4]);
        });
    }

    #[test]
    fn another_machine_keeps_its_grants() {
        build_and_execute(|| {
            register(ATM);
            register(SAFE);
            give(ATM, 3);
            give(SAFE, 3);
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 0, 300, CAUSE));
            assert_eq!((open(ATM), open(SAFE)), (vec![], vec![0, 1, 2]));
        });
    }

    #[test]
    fn boundary_words() {
        for first in [0, 1, 255, 256, 257, 299] {
            for count in [1, 2, 255, 256, 257, 300] {
                build_and_execute(|| {
                    register(ATM);
                    give(ATM, 300);
                    give(ATM, 300);
                    assert_ok!(Machines::revoke_grants(issuer(), ATM, first, count, CAUSE));
                    assert!((0..first).chain(first + count..600).eq(open(ATM)));
                });
            }
        }
    }

    #[test]
    fn boundary_count() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 300);
            for count in [0, 301, u32::MAX] {
                assert_noop!(Machines::revoke_grants(issuer(), ATM, 0, count, CAUSE), Error::BadGrantCount);
            }
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 299, 1, CAUSE));
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 0, 300, CAUSE));
        });
    }

    #[test]
    fn boundary_last_index() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            for from in [u32::MAX - 300, u32::MAX - 1, u32::MAX] {
                assert_ok!(Machines::revoke_grants(issuer(), ATM, from, 300, CAUSE));
                assert_event(Event::GrantsRevoked {
                    machine: ATM,
                    from,
                    count: 300,
                    revoked: 0,
                    by: Actor::Root,
                    cause: CAUSE,
                });
            }
            assert_eq!(open(ATM), [0, 1, 2]);
        });
    }
}

mod pages {
    use super::*;

    #[test]
    fn hold_open_grants_alone() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 300);
            give(ATM, 300);
            assert_ok!(Machines::revoke_grants(issuer(), ATM, 2, 256, CAUSE));
            assert_ok!(use_grant(&ATM, 599));
            let page = |from, limit| Machines::open_grants_page(&ATM, from, limit);
            assert_eq!(page(0, 4), [0, 1, 258, 259]);
            assert_eq!(page(1, 2), [1, 258]);
            assert_eq!(page(100, 1), [258]);
            assert_eq!(page(597, 10), [597, 598]);
        });
    }

    #[test]
    fn are_in_order_over_many_words() {
        build_and_execute(|| {
            register(ATM);
            for first in [0, 70_000, 600, 1 << 31, 500_000_000] {
                skip_to(ATM, first);
                give(ATM, 2);
            }
            skip_to(ATM, u32::MAX);
            let expected = [0, 1, 600, 601, 70_000, 70_001, 500_000_000, 500_000_001, 1 << 31, (1 << 31) + 1];
            assert_eq!(open(ATM), expected);
            assert_eq!(Machines::open_grants_page(&ATM, 601, 3), [601, 70_000, 70_001]);
        });
    }

    #[test]
    fn boundary_first_last_and_beyond() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 256);
            give(ATM, 1);
            let page = |from, limit| Machines::open_grants_page(&ATM, from, limit);
            assert_eq!(page(255, 10), [255, 256]);
            assert_eq!(page(256, 1), [256]);
            for (from, limit) in [(0, 0), (257, 10), (u32::MAX, u32::MAX)] {
                assert!(page(from, limit).is_empty());
            }
            assert!(Machines::open_grants_page(&SAFE, 0, 10).is_empty());
        });
    }
}
