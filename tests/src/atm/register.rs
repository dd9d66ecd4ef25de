//! A machine of a chain that has an issuer.

use super::{Atm, Result};
use crate::{cast, chain::Chain, scene::Scene};
use specie_link::amount::UNIT;
use specie_primitives::{
    crypto::Signature,
    ids::BatchId,
    records::{BatchKey, FeePolicy, MachineKind, Permissions},
    wire::Wire,
};
use specie_runtime::AccountId;

impl Atm {
    /// The issuer's council registers the machine and the batch of its blanks, and gives it grants; its operator sets the
    /// fee, and the wallet of its customer gets `pocket` base units.
    pub async fn register(&self, chain: &Chain, scene: &Scene<'_>, pocket: u128) -> Result<()> {
        let machine = AccountId::from(self.account.0);
        let key = BatchKey::from_wire(&self.batch.1)?;
        let batch = BatchId(self.batch.0);
        let call = pallet_manufacturers::Call::add_batch {
            batch,
            key,
            capacity: 10_000,
            expires: 1_000_000,
            possession: Signature::from_wire(&self.possession)?,
        };
        chain.execute(call, &cast::manufacturer()).await?;
        let call = pallet_machines::Call::register {
            machine: machine.clone(),
            kind: MachineKind::Atm,
            operator: cast::account(&cast::operator()),
            permissions: Permissions { initialise: true, fund: true, cash_out: true },
            fee_ceiling: FeePolicy { flat: UNIT, parts_per_million: 20_000 },
        };
        scene.issuer(call).await?;
        scene.issuer(pallet_machines::Call::give_grants { machine: machine.clone(), count: 200 }).await?;
        let fee = FeePolicy { flat: UNIT / 2, parts_per_million: 10_000 };
        chain
            .execute(pallet_machines::Call::change_fee { machine: machine.clone(), fee }, &cast::operator())
            .await?;
        let call = pallet_balances::Call::transfer_keep_alive { dest: machine.into(), value: 20 * UNIT };
        chain.execute(call, &cast::operator()).await?;
        let wallet = AccountId::from(self.wallet()?.account().0);
        let call = pallet_balances::Call::transfer_keep_alive { dest: wallet.into(), value: pocket };
        chain.execute(call, &cast::user()).await?;
        Ok(())
    }
}
