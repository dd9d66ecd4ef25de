// Reads a chain with orders through the light client smoldot, with PAPI on top of it: no node is asked or believed, blocks
// and storage come from the network with their proofs.
//
// The light client follows the chain from the finalized block that it finds when it starts. PAPI reads those blocks in its
// usual way; the blocks before them, which `chainHead` does not serve, come through smoldot's older methods, by their hashes,
// and PAPI decodes them just so. The script ends when some blocks were read in each way.
//
// Usage: node light.mjs URL ORDERS SPECIFICATION BOOT_NODE, see orders.mjs: a file with the chain's raw specification, and the
// multiaddress of a node: /ip4/127.0.0.1/tcp/PORT/p2p/PEER. The URL is where the others have it, and is not used.

import { readFile } from 'node:fs/promises';
import { getDynamicBuilder, getLookupFn } from '@polkadot-api/metadata-builders';
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings';
import { getExtrinsicDecoder } from '@polkadot-api/tx-utils';
import { Binary, createClient } from 'polkadot-api';
import { getSmProvider } from 'polkadot-api/sm-provider';
import { start } from 'smoldot';
import { eventOf, extrinsicOf } from './decode.mjs';
import { ok, readFinalized, run } from './orders.mjs';

// How many blocks must have been read as PAPI usually does.
const FOLLOWED_MIN = 3;

// Warnings. More says how the network is doing.
const LOG_LEVEL_MAX = 2;

await run(async (_url, orders, specification, bootNode) => {
  const smoldot = start({ maxLogLevel: LOG_LEVEL_MAX, logCallback: (_level, _target, message) => console.error(message) });
  const chainSpec = JSON.stringify({ ...JSON.parse(await readFile(specification, 'utf8')), bootNodes: [bootNode] });
  const client = createClient(getSmProvider(() => smoldot.addChain({ chainSpec })));
  const api = client.getUnsafeApi();
  const head = () => client.getFinalizedBlock();

  // The blocks that the light client follows. They stay available until they were read.
  const followed = new Map();
  client.blocks$.subscribe(({ hash, parent }) => followed.set(hash, { parent, release: client.hodlBlock(hash) }));

  const metadata = await client.getMetadata((await head()).hash);
  const decode = getExtrinsicDecoder(metadata);
  const events = getDynamicBuilder(getLookupFn(unifyMetadata(decAnyMetadata(metadata)))).buildStorage('System', 'Events');
  const { name } = await client.getChainSpecData();
  ok(`${name} through smoldot and polkadot-api`);

  const counts = { followed: 0, older: 0 };
  const readFollowed = async (hash) => {
    const block = {
      number: (await client.getBlockHeader(hash)).number,
      extrinsics: (await client.getBlockBody(hash)).map((bytes) => extrinsicOf(bytes, decode)),
      events: (await api.query.System.Events.getValue({ at: hash })).map(eventOf),
    };
    followed.get(hash).release();
    counts.followed += 1;
    return block;
  };

  const older = async (hash) => (await client._request('chain_getBlock', [hash])).block;
  const readOlder = async (hash) => {
    const { header, extrinsics } = await older(hash);
    const stored = await client._request('state_getStorage', [events.keys.enc(), hash]);
    counts.older += 1;
    return {
      number: Number(header.number),
      extrinsics: extrinsics.map((hex) => extrinsicOf(Binary.fromHex(hex), decode)),
      events: events.value.dec(stored).map(eventOf),
    };
  };

  const parent = async (hash) => followed.get(hash)?.parent ?? (await older(hash)).header.parentHash;
  const read = (hash) => (followed.has(hash) ? readFollowed(hash) : readOlder(hash));
  await readFinalized(orders, { head, parent, read }, () => orders.complete && counts.followed >= FOLLOWED_MIN);
  ok(`${counts.older} blocks by their hashes, ${counts.followed} as the light client followed them`);
});
