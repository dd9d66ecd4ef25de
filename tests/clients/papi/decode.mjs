// How PAPI decodes a block's extrinsics and events, in the words of orders.mjs.
//
// PAPI decodes calls and events; what an extrinsic is wrapped in, its companion `tx-utils` decodes. Neither says the hash of
// an extrinsic in a block: it is PAPI's own BLAKE2b-256 over the bytes of the block's body.

import { Blake2256 } from '@polkadot-api/substrate-bindings';
import { Binary } from 'polkadot-api';

// `decode` is what `getExtrinsicDecoder` of `tx-utils` made.
export function extrinsicOf(bytes, decode) {
  const { type, call } = decode(bytes);
  return {
    hash: Binary.toHex(Blake2256(bytes)),
    unsigned: type === 'bare',
    call: `${call.type}.${call.value.type}`,
    order: call.value.value?.order,
  };
}

export function eventOf({ phase, event }) {
  return {
    extrinsic: phase.type === 'ApplyExtrinsic' ? phase.value : undefined,
    name: `${event.type}.${event.value.type}`,
    fields: event.value.value,
  };
}
