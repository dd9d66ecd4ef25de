//! The example of the crate's documentation.

use super::*;

#[docify::export]
#[test]
fn a_machines_grants_and_fee() {
    build_and_execute(|| {
        // The issuer registers a machine of an operator's, with a ceiling for its fees, and lets it make two cards.
        assert_ok!(Machines::register(issuer(), ATM, MachineKind::Atm, OPERATOR, ALL, policy(50, 20_000)));
        assert_ok!(Machines::give_grants(issuer(), ATM, 2));
        assert_eq!(Machines::open_grants_page(&ATM, 0, 10), [0, 1]);

        // Each grant serves once.
        assert_eq!(<Machines as MachineAuthority<_>>::authorise(&ATM, Permission::Initialise), Ok(OPERATOR));
        assert_ok!(<Machines as MachineAuthority<_>>::use_grant(&ATM, 1));
        assert_noop!(<Machines as MachineAuthority<_>>::use_grant(&ATM, 1), Error::GrantNotOpen);

        // The operator asks 10 units and one per cent, for funding a card with 1,000: 20.
        assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, policy(10, 10_000)));
        assert_eq!(<Machines as MachineAuthority<_>>::fee(&ATM, CurrencyId::Native, 1_000), Ok(20));
        assert_noop!(Machines::change_fee(signed(OPERATOR), ATM, policy(51, 0)), Error::FeeTooHigh);

        // Stolen: it can do nothing more, and the grant that is left is taken back.
        assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
        assert_noop!(authorise(&ATM, Permission::CashOut), Error::MachineSuspended);
        assert_ok!(Machines::revoke_grants(issuer(), ATM, 0, 2, CAUSE));
        assert_eq!(record(ATM).open_grants, 0);
    });
}
