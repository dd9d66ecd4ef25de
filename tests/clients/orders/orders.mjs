// What every client must find in a chain: orders that entered it as bare extrinsics, under the hashes that the node told.
//
// A client's script reads the blocks and hands them over as its library decoded them; what is compared is compared here.
// It prints a line for each check and ends with 0, or says what differs and ends with 1.
//
// Usage of such a script: node main.mjs URL ORDERS, where ORDERS is a file with a JSON list of
// { hash, carrier, sequence }: hex, hex, number. The node must have the states of all blocks: those of the last 256, unless
// it is an archive.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

// Below the limit of those who run the scripts, since this one knows what was not found.
const ALL_MILLIS_MAX = 240_000;
const POLL_MILLIS = 500;

const OUTCOMES = ['System.ExtrinsicSuccess', 'System.ExtrinsicFailed'];

export function ok(what) {
  console.log(`ok ${what}`);
}

function fail(error) {
  console.error(error.stack ?? error);
  process.exit(1);
}

function who({ carrier, sequence } = {}) {
  return { carrier, sequence };
}

// Runs `script(url, orders, ...rest)` with what the command line says, and ends the process.
export async function run(script) {
  const [url, file, ...rest] = process.argv.slice(2);
  try {
    const orders = new Orders(JSON.parse(await readFile(file, 'utf8')));
    const late = () => fail(new Error(`not done after ${ALL_MILLIS_MAX} ms: ${orders.progress()}`));
    setTimeout(late, ALL_MILLIS_MAX);
    await script(url, orders, ...rest);
    orders.check();
    process.exit(0);
  } catch (error) {
    fail(error);
  }
}

// Reads every block up to the finalized one, again and again until `done`.
//
// `head()` says which block is finalized: { number, hash }. `parent(hash)` is the hash of the block before. `read(hash)` is
// the block as `Orders.add` takes it.
export async function readFinalized(orders, { head, parent, read }, done = () => orders.complete) {
  for (let last; ; await sleep(POLL_MILLIS)) {
    const { number, hash } = await head();
    const hashes = [];
    let at = hash;
    for (let height = number; height > orders.height; height -= 1) {
      hashes.unshift(at);
      at = await parent(at);
    }
    assert(last === undefined || at === last, `a finalized block has gone: ${last}`);
    for (const next of hashes) orders.add(await read(next));
    last = hash;
    if (done()) return;
  }
}

export class Orders {
  // What is expected: { hash, carrier, sequence } each.
  #expected;
  // How many blocks, extrinsics and events were read.
  #blocks = 0;
  #extrinsics = 0;
  #events = 0;
  // By the hash of an expected order: the extrinsics that have it.
  #found;

  constructor(expected) {
    assert(expected.length > 0, 'no order is expected');
    this.#expected = expected;
    this.#found = new Map(expected.map(({ hash }) => [hash, []]));
  }

  get expected() {
    return this.#expected;
  }

  // The block that was read last.
  get height() {
    return this.#blocks;
  }

  get complete() {
    return [...this.#found.values()].every((extrinsics) => extrinsics.length > 0);
  }

  progress() {
    const missing = [...this.#found].filter(([, extrinsics]) => extrinsics.length === 0).map(([hash]) => hash);
    return `read up to block ${this.height}, not found: ${missing.join(', ') || 'none'}`;
  }

  // Takes the next block:
  //
  // * `number`,
  // * `extrinsics`, all of them: { hash, unsigned, call: 'Pallet.call', order: the call's argument of this name, if any },
  // * `events`, all of them: { extrinsic: index or undefined, name: 'Pallet.Event', fields }.
  add({ number, extrinsics, events }) {
    assert.equal(number, this.height + 1, 'a block was left out');
    extrinsics.forEach((extrinsic, index) => {
      const caused = events.filter((event) => event.extrinsic === index);
      const outcomes = caused.filter(({ name }) => OUTCOMES.includes(name));
      assert.equal(outcomes.length, 1, `extrinsic ${index} of block ${number} has ${outcomes.length} outcomes`);
      this.#found.get(extrinsic.hash)?.push({ ...extrinsic, events: caused, at: `extrinsic ${index} of block ${number}` });
    });
    this.#blocks = number;
    this.#extrinsics += extrinsics.length;
    this.#events += events.length;
  }

  check() {
    ok(`blocks 1 to ${this.#blocks}: ${this.#extrinsics} extrinsics, ${this.#events} events`);
    for (const expected of this.#expected) this.#checkOrder(expected);
  }

  #checkOrder({ hash, carrier, sequence }) {
    const found = this.#found.get(hash);
    assert.equal(found.length, 1, `${hash} is there ${found.length} times`);
    const [{ at, call, unsigned, order, events }] = found;
    assert.deepEqual({ call, unsigned, ...who(order) }, { call: 'Carriers.spend', unsigned: true, carrier, sequence }, at);
    ok(`${hash}: ${at}, ${call}, unsigned, of ${carrier}, sequence ${sequence}`);

    assert(events.some(({ name }) => name === 'System.ExtrinsicSuccess'), `${at} failed`);
    const spent = events.filter(({ name }) => name === 'Carriers.CarrierSpent');
    assert.equal(spent.length, 1, `${at} has ${spent.length} times CarrierSpent`);
    assert.deepEqual(who(spent[0].fields), { carrier, sequence }, at);
    ok(`${hash}: CarrierSpent of ${carrier}, sequence ${sequence}, in the same extrinsic`);
  }
}
