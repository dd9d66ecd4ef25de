// Drives a Specie node with @polkadot/api as any wallet or block explorer would: all that it is told about Specie is
// the names of two RPC methods, everything else comes from the chain's metadata. Prints a line for each check and
// ends with 1 at the first difference.
//
// Usage: node main.mjs URL CARD, where CARD is JSON as ../../tests/clients.rs makes it.

import assert from 'node:assert/strict';
import process from 'node:process';
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';

const ALL_MILLIS_MAX = 240_000;
const STEP_MILLIS_MAX = 60_000;

// In base units. Numbers are exact up to 9 007 SPC.
// Who acts when the holder of a development chain's sudo key does.
const BY_ROOT = { root: null };

const UNIT = 1_000_000_000_000;
const FACE_VALUE = 100 * UNIT;

// As `carrier_verdict` and `specie_health`.
const METHODS = {
  carrier: {
    verdict: {
      description: 'What a carrier is worth, and whether it is valid now.',
      params: [{ name: 'query', type: 'Json' }],
      type: 'Json',
    },
  },
  specie: { health: { description: 'Whether the node can answer.', params: [], type: 'Json' } },
};

const [url, cardJson] = process.argv.slice(2);
const people = new Keyring({ type: 'sr25519' });
let card, provider, api;
let alice, bob, charlie, dave, eve, ferdie, atm;
let doing = 'start';

function ok(what) {
  console.log(`ok ${what}`);
}

function fail(error) {
  console.error(`failed to ${doing}: ${error.stack ?? error.message ?? error}`);
  process.exit(1);
}

// --- What the library offers, in our words -------------------------------------------------------------------------

// Calls `start(resolve, reject)`, which returns a promise of how to unsubscribe.
async function within(millis, start) {
  let timer, subscription;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing within ${millis} ms`)), millis);
      subscription = start(resolve, reject);
      subscription.catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await subscription?.then((unsubscribe) => unsubscribe(), () => {});
  }
}

// Submits a call. Returns the events that it caused; a call that fails in its block is an error with its name.
function execute(call, signer, until = 'isInBlock') {
  return within(STEP_MILLIS_MAX, (resolve, reject) =>
    call.signAndSend(signer, ({ status, events, dispatchError }) => {
      if (status.isInvalid || status.isDropped || status.isUsurped) reject(new Error(`the pool: ${status.type}`));
      else if (!status[until]) return;
      else if (dispatchError) reject(new Error(nameOf(dispatchError)));
      else resolve(events.map(({ event }) => event));
    }),
  );
}

function executeFinal(call, signer) {
  return execute(call, signer, 'isFinalized');
}

// On a development chain Alice holds the sudo key, and speaks for the issuer with it.
async function executeAsIssuer(call) {
  const events = await execute(api.tx.sudo.sudo(call), alice);
  const { sudoResult } = only(events, 'sudo', 'Sudid').data;
  if (sudoResult.isErr) throw new Error(nameOf(sudoResult.asErr));
  return events;
}

function nameOf(dispatchError) {
  if (!dispatchError.isModule) return dispatchError.toString();
  const { section, name } = api.registry.findMetaError(dispatchError.asModule);
  return `${section}.${name}`;
}

// The one event of its kind.
function only(events, section, method) {
  const found = events.filter((event) => api.events[section][method].is(event));
  assert.equal(found.length, 1, `${found.length} times ${section}.${method} in ${events.map(sentence).join('; ')}`);
  return found[0];
}

// An event's fields by name.
function fields({ method, data }) {
  assert(data.names, `the fields of ${method} have no names`);
  return Object.fromEntries(data.names.map((name, index) => [name, data[index].toPrimitive()]));
}

// An event as a block explorer shows it that has never heard of Specie.
function sentence(event) {
  const named = Object.entries(event.data.names ? fields(event) : event.data.toPrimitive());
  return `${event.method} { ${named.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ')} }`;
}

// There is one event of the kind, and it has these fields and no others.
function expectEvent(events, section, method, expected) {
  const event = only(events, section, method);
  assert.deepEqual(fields(event), expected, `${section}.${method}`);
  ok(sentence(event));
}

async function freeBalance({ address }) {
  return (await api.query.system.account(address)).data.free.toBigInt();
}

// Once the index has what the chain has said: some milliseconds later.
async function verdict(query) {
  const height = (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber();
  const deadline = Date.now() + STEP_MILLIS_MAX;
  for (;;) {
    const { head } = (await api.rpc.specie.health()).toJSON();
    if (head !== null && head.finalized.number >= height) break;
    if (Date.now() > deadline) throw new Error(`the index has not come to block ${height}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const answer = (await api.rpc.carrier.verdict(query)).toJSON();
  return { ...answer, short: `${answer.state}/${answer.reason}` };
}

// The value of a call's argument, out of the bytes that the card's software made.
function argument(call, name, bytes) {
  const field = call.meta.fields.find((known) => known.name.unwrap().toString() === name);
  return api.createType(api.registry.createLookupType(field.type), bytes);
}

// --- The checks ----------------------------------------------------------------------------------------------------

async function checkMetadata() {
  const { specName, specVersion } = api.runtimeVersion;
  assert.equal((await api.rpc.system.chain()).toString(), 'Specie Development');
  assert.equal(specName.toString(), 'specie');
  const { chainSS58, chainTokens, chainDecimals } = api.registry;
  assert.deepEqual([chainSS58, chainTokens, chainDecimals], [42, ['SPC'], [12]]);
  ok(`metadata of ${specName}-${specVersion}, version ${api.runtimeMetadata.version}: SPC with 12 decimals, prefix 42`);

  for (const section of ['manufacturers', 'machines', 'carriers', 'requests']) {
    const kinds = { call: api.tx, event: api.events, error: api.errors, 'storage item': api.query };
    for (const [kind, sections] of Object.entries(kinds)) {
      for (const [name, { meta }] of Object.entries(sections[section])) {
        assert(meta.docs.length > 0, `${kind} ${section}.${name} has no documentation`);
        for (const { name: field } of meta.fields ?? []) assert(field.isSome, `a field of ${name} has no name`);
      }
    }
  }
  ok('our calls, events, errors and storage items are documented, and all their fields have names');
}

async function checkTransfer() {
  const amount = 10 * UNIT;
  const before = [await freeBalance(charlie), await freeBalance(atm)];
  const call = api.tx.balances.transferKeepAlive(atm.address, amount);
  const { partialFee } = await call.paymentInfo(charlie);
  const events = await execute(call, charlie);
  expectEvent(events, 'balances', 'Transfer', { from: charlie.address, to: atm.address, amount });

  const { actualFee } = only(events, 'transactionPayment', 'TransactionFeePaid').data;
  // Not exactly: the fee falls from one empty block to the next.
  const off = Math.abs(actualFee.toNumber() / partialFee.toNumber() - 1);
  assert(off < 0.001, `the fee was ${actualFee}, foretold as ${partialFee}`);
  assert.equal(await freeBalance(atm), before[1] + BigInt(amount));
  assert.equal(await freeBalance(charlie), before[0] - BigInt(amount) - actualFee.toBigInt());
  ok(`balances before and after the transfer, to the last unit; its fee was foretold`);
}

async function checkRpc() {
  const health = (await api.rpc.specie.health()).toJSON();
  assert.deepEqual([health.able, health.reason, health.syncing], [true, null, false]);
  assert.equal(health.genesis, api.genesisHash.toHex());
  ok('specie_health: able, not syncing, this genesis');

  await assert.rejects(verdict({ address: eve.address }), { code: 9001, message: /no carrier is registered/ });
  ok('carrier_verdict: 9001 for an address where no carrier is');
  await assert.rejects(verdict({ address: 'Eve' }), { code: 9003, message: /malformed address/ });
  ok('carrier_verdict: 9003 for what is no address');
}

async function checkManufacturer() {
  const registered = { manufacturer: 0, account: bob.address, name: 'Foreign Cards', quota: 5_000 };
  const { account, name, quota } = registered;
  let events = await executeAsIssuer(api.tx.manufacturers.register(account, name, quota));
  expectEvent(events, 'manufacturers', 'ManufacturerRegistered', { ...registered, by: BY_ROOT });

  const { addBatch } = api.tx.manufacturers;
  const key = argument(addBatch, 'key', card.batchKey);
  const call = addBatch(card.batch, key, 1_000, 1_000_000, argument(addBatch, 'possession', card.possession));
  await assert.rejects(execute(call, dave), { message: 'manufacturers.NotManufacturer' });
  ok('manufacturers.NotManufacturer: a stranger adds a batch');
  events = await execute(call, bob);
  const added = { batch: card.batch, manufacturer: 0, key: key.toPrimitive(), capacity: 1_000, expires: 1_000_000, by: { account: bob.address } };
  expectEvent(events, 'manufacturers', 'BatchAdded', added);

  const stored = await api.query.manufacturers.batches(card.batch);
  assert.deepEqual([stored.unwrap().capacity.toNumber(), stored.unwrap().state.type], [1_000, 'Active']);
  assert.deepEqual((await api.call.carrierApi.batch(card.batch)).toJSON(), stored.toJSON());
  ok('the batch in the storage, and the same from the runtime API');
}

async function checkMachine() {
  const permissions = { initialise: true, fund: true, cashOut: true };
  const registered = { machine: atm.address, kind: 'Atm', operator: charlie.address, permissions };
  const call = api.tx.machines.register(...Object.values(registered), { flat: UNIT, partsPerMillion: 20_000 });
  expectEvent(await executeAsIssuer(call), 'machines', 'MachineRegistered', { ...registered, by: BY_ROOT });
  await assert.rejects(executeAsIssuer(call), { message: 'machines.MachineExists' });
  ok('machines.MachineExists: the issuer registers it again');

  const events = await executeAsIssuer(api.tx.machines.giveGrants(atm.address, 1));
  expectEvent(events, 'machines', 'GrantsGiven', { machine: atm.address, from: 0, count: 1, by: BY_ROOT });
}

async function checkCarrier() {
  const { initialise, fund } = api.tx.carriers;
  const at = { carrier: card.carrier };
  const currency = { native: null };
  const call = initialise(argument(initialise, 'registration', card.registration));
  const made = { ...at, batch: card.batch, machine: atm.address, grant: 0, generation: 1, currency, denomination: null };
  let events = await executeFinal(call, atm);
  expectEvent(events, 'carriers', 'CarrierInitialised', made);
  expectEvent(events, 'machines', 'GrantUsed', { machine: atm.address, index: 0 });
  assert.equal((await verdict(card.evidence)).short, 'blank/notFundedYet');
  ok('carrier_verdict: blank/notFundedYet for the card');

  events = await executeFinal(fund(card.carrier, FACE_VALUE), dave);
  const funded = { ...at, amount: FACE_VALUE, currency, by: dave.address, machine: null, fee: 0 };
  expectEvent(events, 'carriers', 'CarrierFunded', funded);
  const unproven = await verdict({ address: card.carrier });
  assert.deepEqual([unproven.short, unproven.proven], ['unproven/noEvidence', false]);
  assert.equal(unproven.balance.finalized, String(FACE_VALUE));
  assert.equal(unproven.certificate.manufacturerName, 'Foreign Cards');
  ok('carrier_verdict: unproven/noEvidence for the address alone, with its balance and its maker');
  const safe = await verdict(card.evidence);
  assert.deepEqual([safe.short, safe.proven], ['safe/sound', true]);
  ok('carrier_verdict: safe/sound for the card');
}

// The fields of CarrierSpent that the card has signed.
function signedFields(order) {
  const { sequence, purpose } = order;
  const [to, feeTo] = [order.to, order.feeTo].map((account) => api.createType('AccountId', account).toString());
  return { carrier: card.carrier, sequence: sequence.toNumber(), purpose: purpose.type, to, feeTo };
}

async function checkOrderInSignedExtrinsic() {
  const { spend } = api.tx.carriers;
  const { bytes, signature } = card.orders[0];
  const order = argument(spend, 'order', bytes);
  const events = await executeFinal(spend(order, argument(spend, 'signature', signature)), ferdie);
  const paid = { amount: order.amount.toNumber(), currency: { native: null }, fee: order.fee.toNumber(), networkFee: 0 };
  const by = { reference: null, submittedBy: ferdie.address };
  expectEvent(events, 'carriers', 'CarrierSpent', { ...signedFields(order), ...paid, ...by });
}

// The card's last order, for everything, in a bare extrinsic, which no account signs: the library makes it, and finds it in
// its block under the hash that the node has told.
async function checkOrderInBareExtrinsic() {
  const { spend } = api.tx.carriers;
  const order = argument(spend, 'order', card.orders[1].bytes);
  const before = await freeBalance(eve);
  let told;
  const { extrinsic, events } = await within(STEP_MILLIS_MAX, async (resolve) => {
    const unsubscribe = await api.derive.chain.subscribeFinalizedBlocks(({ extrinsics }) => {
      // The block of the first order may be seen as well.
      const found = extrinsics.find(({ extrinsic }) => spend.is(extrinsic.method) && !extrinsic.isSigned);
      if (found) resolve(found);
    });
    told = await provider.send('author_submitExtrinsic', [card.bare]);
    return unsubscribe;
  });
  assert.equal(extrinsic.hash.toHex(), told);
  assert.equal(extrinsic.toHex(), card.bare);
  ok(`the order in its block, under the hash that the node has told: ${told}`);
  assert.deepEqual(extrinsic.method.args[0].toJSON(), order.toJSON());
  const { networkFee } = fields(only(events, 'carriers', 'CarrierSpent'));
  assert(networkFee > 0, 'the network took nothing');
  const first = argument(spend, 'order', card.orders[0].bytes);
  const amount = FACE_VALUE - first.amount.toNumber() - first.fee.toNumber() - order.fee.toNumber();
  const paid = { amount, currency: { native: null }, fee: order.fee.toNumber() - networkFee, networkFee };
  const by = { reference: null, submittedBy: null };
  expectEvent(events, 'carriers', 'CarrierSpent', { ...signedFields(order), ...paid, ...by });
  assert.equal(await freeBalance(eve), before + BigInt(amount));
  ok('the card has paid everything in an extrinsic that no account has signed, as the block shows');

  const spent = await verdict(card.spentEvidence);
  assert.deepEqual([spent.short, spent.balance.finalized], ['withdrawn/spent', '0']);
  ok('carrier_verdict: withdrawn/spent for the card');
}

const CHECKS = {
  'check the metadata': checkMetadata,
  'check a transfer': checkTransfer,
  'check the RPC': checkRpc,
  'check manufacturer and batch': checkManufacturer,
  'check a machine': checkMachine,
  'check a carrier': checkCarrier,
  'check an order in a signed extrinsic': checkOrderInSignedExtrinsic,
  'check an order in a bare extrinsic': checkOrderInBareExtrinsic,
};

async function main() {
  const deadline = setTimeout(() => fail(new Error(`not done after ${ALL_MILLIS_MAX} ms`)), ALL_MILLIS_MAX);
  assert(url && cardJson, 'usage: node main.mjs URL CARD');
  card = JSON.parse(cardJson);

  doing = `connect to ${url}`;
  provider = new WsProvider(url);
  // Without `noInitWarn` it names each method and transaction extension that it has not heard of; they do no harm.
  api = await ApiPromise.create({ provider, rpc: METHODS, noInitWarn: true, throwOnConnect: true });
  [alice, bob, charlie, dave, eve, ferdie, atm] = [
    '//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie', card.atm,
  ].map((uri) => people.addFromUri(uri));

  for (const [what, check] of Object.entries(CHECKS)) {
    doing = what;
    await check();
  }
  doing = 'disconnect';
  await api.disconnect();
  clearTimeout(deadline);
}

main().catch(fail);
