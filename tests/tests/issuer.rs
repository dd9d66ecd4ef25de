//! What the issuer does to carriers, on a real node: repair, retire, freeze, settle; and cards that are issued
//! offline, marked with a value, or given a new key.

use specie_card::host::Host;
use specie_card_sim::{
    factory::{self, Specification},
    keys::SecretKey,
    software::{OsHardware, SoftwareCard},
};
use specie_primitives::{crypto::Scheme, ids::CurrencyId};
use specie_runtime::{RuntimeCall, RuntimeEvent, UNIT};
use specie_tests::{
    cast,
    chain::{Chain, ChainError, Included},
    node::Node,
    scene::{last_word, CarrierTerms, Scene, FACE_VALUE},
};
use std::error::Error;

/// The name of the error that refused a call.
fn refused(done: Result<Included, ChainError>) -> String {
    done.map_or_else(|error| last_word(&error.to_string()), |_| "done".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_f8_f14_f20_marked_card_is_issued_offline_and_repaired() -> Result<(), Box<dyn Error>> {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;

    // Offline: the card is made with a grant that was fetched ahead, and handed out.
    let mut card = scene.factory.card(Scheme::P256)?;
    let grant = scene.next_grant();
    let terms = CarrierTerms { denomination: Some(FACE_VALUE), fund_within: Some(8), ..CarrierTerms::default() };
    let registration = scene.registration(&cast::atm(), grant, &mut card, Scheme::Ed25519, terms)?;
    assert_eq!(scene.verdict(&mut card).await?, "blank/notRegistered");
    let carrier = card.carrier()?;
    let call = pallet_carriers::Call::fund { carrier, amount: FACE_VALUE };
    assert_eq!(refused(chain.execute(call, &cast::user()).await), "UnknownCarrier");

    // The network is back.
    let call = pallet_carriers::Call::initialise { registration: registration.clone() };
    chain.execute(call.clone(), &cast::atm()).await?;
    assert_eq!(refused(chain.execute(call, &cast::atm()).await), "CarrierExists");
    let (best, _) = chain.heights().await?;
    chain.wait_for_final(best + 10).await?;
    assert_eq!(scene.verdict(&mut card).await?, "issuanceError/fundingOverdue");

    let call = pallet_carriers::Call::fund { carrier, amount: FACE_VALUE - 1 };
    assert_eq!(refused(chain.execute(call, &cast::user()).await), "NotDenomination");
    let call = pallet_balances::Call::transfer_keep_alive {
        dest: specie_runtime::AccountId::from(carrier.0).into(),
        value: 40 * UNIT,
    };
    chain.execute(call, &cast::user()).await?;
    assert_eq!(scene.verdict(&mut card).await?, "issuanceError/faceValueMismatch");

    let repair: RuntimeCall = pallet_carriers::Call::repair {
        carrier,
        denomination: Some(40 * UNIT),
        funding_due: None,
        cause: cast::CAUSE,
    }
    .into();
    assert_eq!(refused(chain.execute(repair.clone(), &cast::user()).await), "BadOrigin");
    scene.issuer(repair).await?;
    assert_eq!(scene.verdict(&mut card).await?, "safe/sound");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f20_issuer_freezes_settles_and_retires() -> Result<(), Box<dyn Error>> {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    let carrier = card.carrier()?;
    let freeze: RuntimeCall = pallet_carriers::Call::freeze { carrier, cause: cast::CAUSE }.into();
    let retire: RuntimeCall = pallet_carriers::Call::retire { carrier, cause: cast::CAUSE }.into();
    let settle = |to| {
        RuntimeCall::from(pallet_carriers::Call::settle {
            carrier,
            to,
            currency: CurrencyId::Native,
            cause: cast::CAUSE,
        })
    };
    let payee = cast::account(&cast::payee());
    for call in [freeze.clone(), retire.clone(), settle(payee.clone())] {
        assert_eq!(refused(chain.execute(call, &cast::manufacturer()).await), "BadOrigin");
    }
    assert_eq!(refused(scene.issuer(settle(payee.clone())).await), "WrongState");

    scene.issuer(freeze).await?;
    assert_eq!(scene.verdict(&mut card).await?, "suspended/frozen");
    let (order, signature) = scene.sign_order(&mut card, |_| {}).await?;
    let refusal = chain.submit(&Chain::order(&order, &signature)).await.err().ok_or("accepted")?.to_string();
    assert!(refusal.contains("Custom error: 5"), "{refusal}");

    let before = chain.balance(&payee).await?;
    scene.issuer(settle(payee.clone())).await?;
    assert_eq!(chain.balance(&payee).await?, before + FACE_VALUE);

    let operator = cast::account(&cast::operator());
    let before = chain.balance(&operator).await?;
    scene.issuer(retire).await?;
    assert_eq!(scene.verdict(&mut card).await?, "suspended/retired");
    assert!(chain.balance(&operator).await? > before, "the deposit did not come back");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_reset_card_gets_a_new_key_and_old_orders_die() -> Result<(), Box<dyn Error>> {
    let (folder, _node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(4).await?;
    let mut hardware = OsHardware::without_delay();
    let issuer = SecretKey::random(Scheme::Secp256k1, &mut hardware)?;
    let kind = Specification::contact(Scheme::Secp256k1).resettable_by(*issuer.public());
    let memory = factory::personalise(&scene.factory.batch, &kind, &mut hardware)?;
    let mut card = Host::new(SoftwareCard::create(&folder.path().join("resettable"), &memory)?);
    card.select()?;
    scene.initialise(&mut card, Scheme::Secp256k1, CarrierTerms::default()).await?;
    scene.fund(&mut card, FACE_VALUE).await?;
    let old = card.carrier()?;
    let (kept_back, kept_signature) = scene.sign_order(&mut card, |_| {}).await?;

    // The money need not leave before the key does: what is left at the old address stands in the event, and is settled.
    let permission = factory::permit_reset(&issuer, &card.certificate()?.device(), 1)?;
    card.reset(&permission)?;
    assert_eq!(scene.verdict(&mut card).await?, "blank/keyDestroyed");
    let grant = scene.next_grant();
    let registration = scene.registration(&cast::atm(), grant, &mut card, Scheme::P256, CarrierTerms::default())?;
    let initialise: RuntimeCall = pallet_carriers::Call::initialise { registration: registration.clone() }.into();
    let rotate: RuntimeCall = pallet_carriers::Call::rotate { registration }.into();
    assert_eq!(refused(chain.execute(initialise, &cast::atm()).await), "DeviceRegistered");
    let rotated = chain.execute(rotate, &cast::atm()).await?;
    let left = rotated.events.iter().find_map(|event| match event {
        RuntimeEvent::Carriers(pallet_carriers::Event::CarrierRotated { from, left, .. }) => Some((*from, *left)),
        _ => None,
    });
    assert_eq!(left, Some((old, FACE_VALUE)));
    assert_eq!(scene.verdict(&mut card).await?, "blank/notFundedYet");
    let new = card.carrier()?;
    scene
        .issuer(pallet_carriers::Call::settle {
            carrier: old,
            to: new.0.into(),
            currency: CurrencyId::Native,
            cause: cast::CAUSE,
        })
        .await?;
    assert_eq!(scene.verdict(&mut card).await?, "safe/sound");
    let refusal = chain.submit(&Chain::order(&kept_back, &kept_signature)).await.err().ok_or("accepted")?;
    assert!(refusal.to_string().contains("Custom error: 7"), "{refusal}");
    Ok(())
}
