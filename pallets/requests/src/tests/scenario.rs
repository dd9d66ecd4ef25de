//! The example of the crate's documentation.

use super::*;

#[docify::export]
#[test]
fn a_withdrawal_of_which_a_note_jams() {
    execute(|| {
        // A machine asks for 100, to be paid to its operator. The reference follows from its account and a number of its own.
        let number = NextNumber::<Test>::get(MACHINE);
        assert_ok!(Requests::open(signed(MACHINE), number, terms()));
        let reference = Requests::reference_of(&MACHINE, number);
        assert_eq!(state(reference), RequestState::Open);

        // The card puts the money on hold: it stays at the card's address, and nobody can spend it.
        assert_ok!(execute_order(&payment(reference, true)).unwrap());
        assert_eq!((on_hold(), free(&PAYEE)), (100, START));

        // A note has jammed: 80 came out. The rest is free again. The same settlement again changes nothing.
        assert_ok!(Requests::settle(signed(MACHINE), reference, 80));
        assert_ok!(Requests::settle(signed(MACHINE), reference, 80));
        assert_eq!((on_hold(), free(&CARD), free(&PAYEE)), (0, START - 80, START + 80));
        assert_noop!(Requests::settle(signed(MACHINE), reference, 100), Error::WrongState);
    });
}
