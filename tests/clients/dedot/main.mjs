// Reads a chain with orders through dedot, without chain types: everything comes from the chain's metadata. Dedot says the
// hash of an extrinsic that it decoded; it makes it over what it encodes again.
//
// Usage: node main.mjs URL ORDERS, see orders.mjs.

import assert from 'node:assert/strict';
import { DedotClient, WsProvider } from 'dedot';
import { ok, readFinalized, run } from './orders.mjs';

// Dedot's names of calls begin with a capital.
function uncapitalised(name) {
  return name[0].toLowerCase() + name.slice(1);
}

function extrinsicOf(hex, registry) {
  const extrinsic = registry.$Extrinsic.tryDecode(hex);
  assert.equal(extrinsic.toHex(), hex, 'an extrinsic that was encoded again');
  const { pallet, palletCall } = extrinsic.call;
  return {
    hash: extrinsic.hash,
    unsigned: extrinsic.type === 'bare',
    call: `${pallet}.${uncapitalised(palletCall.name ?? palletCall)}`,
    order: palletCall.params?.order,
  };
}

function eventOf({ phase, event: { pallet, palletEvent } }) {
  return {
    extrinsic: phase.type === 'ApplyExtrinsic' ? phase.value : undefined,
    name: `${pallet}.${palletEvent.name ?? palletEvent}`,
    fields: palletEvent.data,
  };
}

await run(async (url, orders) => {
  // The newer RPC would serve the blocks before the last few from archive nodes alone.
  const client = await DedotClient.new({ provider: new WsProvider(url), rpcVersion: 'legacy' });
  ok(`${await client.chainSpec.chainName()} through dedot`);

  const head = () => client.block.finalized();
  const parent = async (hash) => (await client.block.header(hash)).parentHash;
  const read = async (hash) => {
    const at = await client.at(hash);
    return {
      number: (await client.block.header(hash)).number,
      extrinsics: (await client.block.body(hash)).map((hex) => extrinsicOf(hex, at.registry)),
      events: (await at.query.system.events()).map(eventOf),
    };
  };
  await readFinalized(orders, { head, parent, read });
});
