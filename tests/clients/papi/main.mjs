// Reads a chain with orders through polkadot-api (PAPI), without descriptors: everything comes from the chain's metadata.
//
// Usage: node main.mjs URL ORDERS, see orders.mjs.

import { getExtrinsicDecoder } from '@polkadot-api/tx-utils';
import { createWsClient } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { eventOf, extrinsicOf } from './decode.mjs';
import { ok, readFinalized, run } from './orders.mjs';

await run(async (url, orders) => {
  // Node 20 has no WebSocket of its own.
  const client = createWsClient(url, { websocketClass: WebSocket });
  const api = client.getUnsafeApi();
  const head = () => client.getFinalizedBlock();
  const decode = getExtrinsicDecoder(await client.getMetadata((await head()).hash));
  const { name } = await client.getChainSpecData();
  ok(`${name} through polkadot-api`);

  const parent = async (hash) => (await client.getBlockHeader(hash)).parentHash;
  const read = async (hash) => ({
    number: (await client.getBlockHeader(hash)).number,
    extrinsics: (await client.getBlockBody(hash)).map((bytes) => extrinsicOf(bytes, decode)),
    events: (await api.query.System.Events.getValue({ at: hash })).map(eventOf),
  });
  await readFinalized(orders, { head, parent, read });
});
