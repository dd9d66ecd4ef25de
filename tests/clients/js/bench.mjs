// Measures what @polkadot/api does where Specie has an index: reading a carrier's record and balance, and decoding the
// events of blocks. Prints JSON: `micros` of each reading, how many `events` in how many `seconds`.
//
// Usage: node bench.mjs URL ADDRESS,ADDRESS… FROM TO, with addresses in hex and the numbers of the first and last block.

import process from 'node:process';
import { ApiPromise, WsProvider } from '@polkadot/api';

const [url, addresses, from, to] = process.argv.slice(2);
const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
const now = () => Number(process.hrtime.bigint()) / 1_000;

const micros = [];
for (const address of addresses.split(',')) {
  const begun = now();
  const [record, account] = await Promise.all([api.query.carriers.carriers(address), api.query.system.account(address)]);
  micros.push(now() - begun);
  if (record.isNone || account.data.free.isZero()) throw new Error(`${address} is no carrier`);
}

let events = 0;
const begun = now();
for (let number = Number(from); number <= Number(to); number += 1) {
  const at = await api.at(await api.rpc.chain.getBlockHash(number));
  const records = await at.query.system.events();
  events += records.length;
}
console.log(JSON.stringify({ micros, events, seconds: (now() - begun) / 1_000_000 }));
process.exit(0);
