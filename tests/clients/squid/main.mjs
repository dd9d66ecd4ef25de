// Reads a chain with orders through the Squid SDK, as a squid that takes everything: its processor fetches every block from a
// node (no gateway is involved), decodes it, and says the hash of every extrinsic.
//
// Usage: node main.mjs URL ORDERS, see orders.mjs. What the processor says about itself is on the standard error.

import { SubstrateBatchProcessor } from '@subsquid/substrate-processor';
import { ok, run } from './orders.mjs';

// A squid stores what it was told; this one only takes finalized blocks, from the first on.
const NO_STORE = {
  connect: async () => ({ height: -1, hash: '0x' }),
  transact: (_heads, handle) => handle(undefined),
};

// The SDK shows a call's arguments and an event's fields as JSON.
function blockOf({ header, extrinsics, events }) {
  return {
    number: header.height,
    extrinsics: extrinsics.map((extrinsic) => ({
      hash: extrinsic.hash,
      unsigned: extrinsic.signature === undefined,
      call: extrinsic.getCall().name,
      order: extrinsic.getCall().args?.order,
    })),
    events: events.map(({ extrinsicIndex, name, args }) => ({ extrinsic: extrinsicIndex, name, fields: args })),
  };
}

await run((url, orders) => {
  const processor = new SubstrateBatchProcessor()
    .setRpcEndpoint(url)
    .setBlockRange({ from: 1 })
    .setFields({ extrinsic: { hash: true, signature: true }, event: { extrinsicIndex: true, phase: true } })
    .includeAllBlocks()
    .addCall({ extrinsic: true })
    .addEvent({ extrinsic: true });
  let named = false;
  return new Promise((resolve) => {
    // It runs until the process ends, and ends it when it fails.
    processor.run(NO_STORE, async ({ blocks, isHead }) => {
      const { specName } = blocks[0].header._runtime;
      if (!named) ok(`${specName} through the Squid SDK`);
      named = true;
      for (const block of blocks) orders.add(blockOf(block));
      if (isHead && orders.complete) resolve();
    });
  });
});
