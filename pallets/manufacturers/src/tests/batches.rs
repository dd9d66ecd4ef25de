//! Adding batches and paging through them.

use super::*;
use frame_support::assert_noop;
use specie_primitives::records::BatchState;

/// A key for every format of certificate and every scheme.
fn good_keys() -> [BatchKey; 5] {
    [
        BatchKey::Native(PublicKey::Secp256k1(SECP256K1)),
        BatchKey::Native(PublicKey::P256(P256)),
        BatchKey::Native(PublicKey::Ed25519(ED25519)),
        BatchKey::Keycard(SECP256K1),
        BatchKey::CoinkiteRoot(SECP256K1),
    ]
}

/// A batch id in the range of the manufacturer that is registered second.
fn bolts(lot: u32) -> BatchId {
    BatchId::of(ManufacturerId(1), lot).unwrap()
}

/// A squatter takes nothing that is somebody else's: neither an id, nor a key that it cannot sign with.
#[test]
fn f16_fails_ids_and_keys_of_others() {
    build_and_execute(|| {
        register(ACME);
        let bolt = register(BOLT);
        assert_noop!(add(BOLT, BATCH, KEY, 1, FAR), Error::NotOwnId);
        assert_noop!(add(BOLT, BatchId(1 << 53), KEY, 1, FAR), Error::NotOwnId);
        assert_noop!(add(ACME, bolts(0), KEY, 1, FAR), Error::NotOwnId);
        // Acme's proof, over Bolt's account, another id, another key, another chain.
        let submit = |possession| Manufacturers::add_batch(signed(BOLT), bolts(1), KEY, 1, FAR, possession);
        let other_key = BatchKey::Native(PublicKey::P256(P256));
        for stolen in [
            possession(ManufacturerId(0), bolts(1), &KEY),
            possession(bolt, bolts(2), &KEY),
            possession(bolt, bolts(1), &other_key),
            Signature::Ed25519([0; 64]),
        ] {
            assert_noop!(submit(stolen), Error::NoPossession);
        }
        assert_ok!(submit(possession(bolt, bolts(1), &KEY)));
    });
}

/// A card maker's own key signs other things too: whether it certifies carriers is the issuer's to say.
#[test]
fn f16_foreign_keys_are_the_issuers() {
    build_and_execute(|| {
        let acme = register(ACME);
        let foreign = BatchKey::Keycard(SECP256K1);
        let signature = possession(acme, BATCH, &foreign);
        assert_noop!(Manufacturers::add_batch(signed(ACME), BATCH, foreign, 1, FAR, signature), Error::ForeignKey);
        let submit = |key| Manufacturers::add_foreign_batch(issuer(), acme, BATCH, key, 1, FAR);
        assert_noop!(submit(KEY), Error::NotForeignKey);
        assert_ok!(submit(foreign));
        let by = Actor::Root;
        let (batch, manufacturer, key) = (BATCH, acme, foreign);
        assert_event(Event::BatchAdded { batch, manufacturer, key, capacity: 1, expires: FAR, by });
    });
}

/// The same 33 bytes must not be a certification key in one format and a link of a chain in another.
#[test]
fn f16_fails_one_key_in_two_formats() {
    let formats = [
        BatchKey::Keycard(SECP256K1),
        BatchKey::CoinkiteRoot(SECP256K1),
        BatchKey::Native(PublicKey::Secp256k1(SECP256K1)),
    ];
    for one in formats {
        for other in formats {
            build_and_execute(|| {
                register(ACME);
                assert_ok!(add(ACME, BatchId(1), one, 1, FAR));
                assert_ok!(Manufacturers::revoke_batch(issuer(), BatchId(1), CAUSE));
                if let (BatchKey::Native(_), BatchKey::Native(_)) = (one, other) {
                    assert_ok!(add(ACME, BatchId(2), other, 1, FAR));
                } else {
                    assert_noop!(add(ACME, BatchId(2), other, 1, FAR), Error::KeyTaken);
                }
            });
        }
    }
}

/// A stolen account certifies no more cards than the issuer allowed, and is stopped at once.
#[test]
fn boundary_quota_and_suspension() {
    build_and_execute(|| {
        let acme = register(ACME);
        assert_ok!(Manufacturers::change_quota(issuer(), acme, 10));
        assert_event(Event::QuotaChanged { manufacturer: acme, quota: 10, by: Actor::Root });
        assert_noop!(add(ACME, BATCH, KEY, 11, FAR), Error::QuotaExceeded);
        assert_ok!(add(ACME, BATCH, KEY, 9, FAR));
        assert_noop!(add(ACME, BatchId(8), KEY, 2, FAR), Error::QuotaExceeded);
        assert_ok!(add(ACME, BatchId(8), KEY, 1, FAR));

        assert_ok!(Manufacturers::suspend_manufacturer(issuer(), acme, CAUSE));
        assert_event(Event::ManufacturerSuspended { manufacturer: acme, by: Actor::Root, cause: CAUSE });
        assert_noop!(Manufacturers::suspend_manufacturer(issuer(), acme, CAUSE), Error::ManufacturerSuspended);
        assert_ok!(Manufacturers::change_quota(issuer(), acme, 100));
        assert_noop!(add(ACME, BatchId(9), KEY, 1, FAR), Error::ManufacturerSuspended);
        assert_noop!(Manufacturers::suspend_batch(signed(ACME), BATCH, CAUSE), Error::ManufacturerSuspended);
        let count = || <Manufacturers as BatchKeys>::count_carrier(BATCH);
        assert_noop!(count(), Error::ManufacturerSuspended);
        assert_ok!(Manufacturers::suspend_batch(issuer(), BATCH, CAUSE));
        assert_ok!(Manufacturers::reactivate_batch(issuer(), BATCH, CAUSE));

        assert_ok!(Manufacturers::resume_manufacturer(issuer(), acme, CAUSE));
        assert_event(Event::ManufacturerResumed { manufacturer: acme, by: Actor::Root, cause: CAUSE });
        assert_noop!(Manufacturers::resume_manufacturer(issuer(), acme, CAUSE), Error::ManufacturerNotSuspended);
        assert_ok!(add(ACME, BatchId(9), KEY, 1, FAR));
        assert_ok!(count());
    });
}

/// Revoked once, a key whose certificates name no batch does not come back under another id.
#[test]
fn f16_fails_when_a_key_that_names_no_batch_is_taken() {
    for key in good_keys().into_iter().skip(3) {
        build_and_execute(|| {
            register(ACME);
            assert_ok!(add(ACME, BATCH, key, 1, FAR));
            assert_ok!(Manufacturers::revoke_batch(RuntimeOrigin::root(), BATCH, CAUSE));
            assert_noop!(add(ACME, BatchId(9), key, 1, FAR), Error::KeyTaken);
        });
    }
}

/// Keys that are no points of their curve, or points that are not to be used.
fn bad_keys() -> Vec<BatchKey> {
    let mut no_such_x = [0; 33];
    (no_such_x[0], no_such_x[32]) = (2, 5);
    let mut beyond_the_field = [0xff; 33];
    beyond_the_field[0] = 2;
    let mut bad_keys = vec![
        BatchKey::Native(PublicKey::P256(beyond_the_field)),
        BatchKey::Native(PublicKey::P256([0; 33])),
        BatchKey::Native(PublicKey::Ed25519([0xff; 32])),
    ];
    for bytes in [no_such_x, beyond_the_field, [0; 33]] {
        bad_keys.push(BatchKey::Native(PublicKey::Secp256k1(bytes)));
        bad_keys.push(BatchKey::Keycard(bytes));
        bad_keys.push(BatchKey::CoinkiteRoot(bytes));
    }
    bad_keys
}

#[test]
fn adds_an_active_batch() {
    build_and_execute(|| {
        let acme = register(ACME);
        assert_ok!(add(ACME, BATCH, KEY, 100, FAR));
        assert_event(Event::BatchAdded {
            batch: BATCH,
            manufacturer: acme,
            key: KEY,
            capacity: 100,
            expires: FAR,
            by: by(ACME),
        });
        let expected = Batch {
            manufacturer: acme,
            key: KEY,
            state: BatchState::Active,
            blocks_orders: false,
            capacity: 100,
            registered: 0,
            expires: FAR,
        };
        assert_eq!(Manufacturers::batch_record(BATCH), Some(expected));
        assert_eq!(Manufacturers::batches_page(acme, 0, 10), [(BATCH, expected)]);
    });
}

#[test]
fn f16_takes_every_kind_of_key() {
    for key in good_keys() {
        build_and_execute(|| {
            register(ACME);
            assert_ok!(add(ACME, BATCH, key, 1, FAR));
            assert_eq!(record(BATCH).key, key);
        });
    }
}

#[test]
fn f16_fails_bad_batch_key() {
    build_and_execute(|| {
        register(ACME);
        for key in bad_keys() {
            assert_noop!(add(ACME, BATCH, key, 1, FAR), Error::BadBatchKey);
        }
    });
}

#[test]
fn f16_fails_key_of_small_order() {
    build_and_execute(|| {
        register(ACME);
        // The neutral element, and a point of order four.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        for bytes in [neutral, [0; 32]] {
            let key = BatchKey::Native(PublicKey::Ed25519(bytes));
            assert_noop!(add(ACME, BATCH, key, 1, FAR), Error::BadBatchKey);
        }
    });
}

#[test]
fn fails_not_manufacturer() {
    build_and_execute(|| {
        register(ACME);
        assert_noop!(add(STRANGER, BATCH, KEY, 1, FAR), Error::NotManufacturer);
    });
}

#[test]
fn fails_unknown_manufacturer() {
    build_and_execute(|| {
        let nobody = ManufacturerId(0);
        assert_noop!(
            Manufacturers::do_add_batch(nobody, BATCH, KEY, 1, FAR, Actor::Root),
            Error::UnknownManufacturer
        );
    });
}

#[test]
fn fails_batch_exists() {
    build_and_execute(|| {
        acme_with_batch();
        assert_noop!(add(ACME, BATCH, KEY, 1, FAR), Error::BatchExists);
    });
}

#[test]
fn fails_batch_exists_after_it_was_revoked() {
    build_and_execute(|| {
        acme_with_batch();
        assert_ok!(Manufacturers::revoke_batch(issuer(), BATCH, CAUSE));
        assert_noop!(add(ACME, BATCH, KEY, 1, FAR), Error::BatchExists);
    });
}

#[test]
fn boundary_capacity() {
    build_and_execute(|| {
        register(ACME);
        assert_noop!(add(ACME, BATCH, KEY, 0, FAR), Error::NoCapacity);
        add_batch(ACME, BatchId(0), 1);
        add_batch(ACME, BatchId(u32::MAX.into()), u32::MAX);
    });
}

#[test]
fn boundary_expiry() {
    build_and_execute(|| {
        register(ACME);
        System::set_block_number(50);
        assert_noop!(add(ACME, BATCH, KEY, 1, 49), Error::AlreadyExpired);
        assert_ok!(add(ACME, BATCH, KEY, 1, 50));
        assert_ok!(add(ACME, BatchId(8), KEY, 1, u32::MAX));
    });
}

#[test]
fn boundary_most_batches() {
    build_and_execute(|| {
        register(ACME);
        register(BOLT);
        for id in 0..3 {
            add_batch(ACME, BatchId(id), 1);
        }
        assert_noop!(add(ACME, BATCH, KEY, 1, FAR), Error::TooManyBatches);
        // One manufacturer's limit is not another's.
        add_batch(BOLT, bolts(7), 1);
    });
}

#[test]
fn boundary_revoked_batches_count_as_well() {
    build_and_execute(|| {
        register(ACME);
        for id in 0..3 {
            add_batch(ACME, BatchId(id), 1);
            assert_ok!(Manufacturers::revoke_batch(issuer(), BatchId(id), CAUSE));
        }
        assert_noop!(add(ACME, BATCH, KEY, 1, FAR), Error::TooManyBatches);
    });
}

mod pages {
    use super::*;

    /// The ids on a page of a manufacturer's batches.
    fn page(manufacturer: ManufacturerId, from: u32, limit: u32) -> Vec<u64> {
        Manufacturers::batches_page(manufacturer, from, limit).into_iter().map(|(id, _)| id.0).collect()
    }

    #[test]
    fn hold_the_batches_in_the_order_of_adding() {
        build_and_execute(|| {
            let (acme, bolt) = (register(ACME), register(BOLT));
            for (account, id) in [(ACME, 30), (BOLT, bolts(20).0), (ACME, 10), (BOLT, bolts(40).0), (ACME, 20_000)]
            {
                add_batch(account, BatchId(id), 1);
            }
            assert_eq!(page(acme, 0, 10), [30, 10, 20_000]);
            assert_eq!(page(bolt, 0, 10), [bolts(20).0, bolts(40).0]);
        });
    }

    #[test]
    fn boundary_first_last_and_beyond() {
        build_and_execute(|| {
            let acme = register(ACME);
            for id in 0..3 {
                add_batch(ACME, BatchId(id), 1);
            }
            assert_eq!(page(acme, 0, 2), [0, 1]);
            assert_eq!(page(acme, 2, 2), [2]);
            assert_eq!(page(acme, 0, u32::MAX), [0, 1, 2]);
            for (from, limit) in [(0, 0), (3, 2), (u32::MAX, u32::MAX)] {
                assert!(page(acme, from, limit).is_empty());
            }
            assert!(page(ManufacturerId(1), 0, 10).is_empty());
        });
    }
}
