//! The kinds of transactions that the chain takes, and their bytes.

use codec::Encode;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource};

use super::{extension, first_block, remark, signed_by_alice};
use crate::{Executive, Hash, UncheckedExtrinsic};

#[test]
fn a_signed_transaction_is_of_format_4() {
    first_block().execute_with(|| {
        let extrinsic = signed_by_alice(remark(), 0);
        assert_eq!(Executive::apply_extrinsic(extrinsic.clone()), Ok(Ok(())));

        // The length takes two bytes; then the format and the kind of address.
        assert_eq!(extrinsic.encode()[2..4], [0x84, 0x00]);
    });
}

#[test]
fn a_bare_extrinsic_has_one_byte_before_its_call() {
    let call = remark();
    let mut expected = vec![0x05];
    call.encode_to(&mut expected);

    assert_eq!(UncheckedExtrinsic::new_bare(call).encode(), expected.encode());
}

#[test]
fn fails_without_signature_or_authorisation() {
    first_block().execute_with(|| {
        let general = UncheckedExtrinsic::new_transaction(remark(), extension(0));
        assert_eq!(
            Executive::validate_transaction(TransactionSource::External, general.clone(), Hash::default()),
            Err(InvalidTransaction::UnknownOrigin.into())
        );
        assert_eq!(Executive::apply_extrinsic(general), Err(InvalidTransaction::UnknownOrigin.into()));
    });
}

#[test]
fn fails_when_the_nonce_was_used() {
    first_block().execute_with(|| {
        let extrinsic = signed_by_alice(remark(), 0);
        assert_eq!(Executive::apply_extrinsic(extrinsic.clone()), Ok(Ok(())));
        assert_eq!(Executive::apply_extrinsic(extrinsic), Err(InvalidTransaction::Stale.into()));
    });
}
