// Reads a chain with orders out of the database that SubQuery makes of it: starts SubQuery's indexer on the project in this
// folder, reads the blocks and the orders that it stores, and compares them with what is expected. run.sh brings the database.
//
// Usage: node main.mjs URL ORDERS, see orders.mjs. The database is where the variables say that SubQuery knows: DB_HOST,
// DB_PORT, DB_USER, DB_PASS, DB_DATABASE. What SubQuery says about itself is on the standard error.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { ok, run } from './orders.mjs';

const POLL_MILLIS = 500;
const SCHEMA = 'specie';

// SubQuery asks a registry on the internet for indexes of well-known chains. This one lists none.
const NO_DICTIONARIES = 'data:application/json,{"substrate":{}}';

// The error of PostgreSQL for a table that is not there yet.
const UNDEFINED_TABLE = '42P01';

function here(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function genesisOf(url) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chain_getBlockHash', params: [0] });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url.replace(/^ws/, 'http'), { method: 'POST', headers, body });
  return (await answer.json()).result;
}

// A copy of the project for this chain.
async function projectFor(genesis) {
  const folder = await mkdtemp(join(tmpdir(), 'specie-subquery-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['schema.graphql', 'mapping.cjs']) await copyFile(here(name), join(folder, name));
  const project = await readFile(here('project.yaml'), 'utf8');
  await writeFile(join(folder, 'project.yaml'), project.replace('GENESIS', `"${genesis}"`));
  return folder;
}

// Starts the indexer. It ends with this process; when it ends by itself, `ended` is rejected.
function index(project, url) {
  const options = {
    subquery: project,
    'network-endpoint': url,
    'db-schema': SCHEMA,
    'dictionary-registry': NO_DICTIONARIES,
    historical: 'false',
    'unfinalized-blocks': 'false',
    'store-flush-interval': '1',
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const program = here('node_modules/@subql/node/bin/run');
  // It must run in UTC, and is not to look for a newer version of itself.
  const env = { ...process.env, TZ: 'UTC', NO_UPDATE_NOTIFIER: '1' };
  const indexer = spawn(process.execPath, [program, ...flags], { env, stdio: ['ignore', process.stderr, process.stderr] });
  process.on('exit', () => indexer.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  return new Promise((_resolve, reject) => {
    indexer.on('error', reject);
    indexer.on('exit', (code, signal) => reject(new Error(`the indexer has ended: ${code ?? signal}`)));
  });
}

// The rows of a table that SubQuery makes when it starts.
async function rows(database, query, values) {
  try {
    return (await database.query(query, values)).rows;
  } catch (error) {
    if (error.code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

async function readBlocks(database, orders) {
  for (; !orders.complete; await sleep(POLL_MILLIS)) {
    const query = `SELECT number, extrinsics, events FROM ${SCHEMA}.blocks WHERE number > $1 ORDER BY number`;
    for (const block of await rows(database, query, [orders.height])) orders.add(block);
  }
}

async function readOrders(database, orders) {
  const stored = await rows(database, `SELECT id AS hash, carrier, sequence FROM ${SCHEMA}.orders ORDER BY block, id`);
  for (const order of orders.expected) {
    assert.deepEqual(stored.filter(({ hash }) => hash === order.hash), [order], 'of the table of orders');
  }
  ok(`the table of orders has the ${orders.expected.length} that are expected`);
}

await run(async (url, orders) => {
  const { DB_HOST: host, DB_PORT: port, DB_USER: user, DB_PASS: password, DB_DATABASE: name } = process.env;
  const database = new pg.Client({ host, port: Number(port), user, password, database: name });
  await database.connect();
  const genesis = await genesisOf(url);
  const ended = index(await projectFor(genesis), url);
  ok(`the chain of genesis ${genesis} through SubQuery`);
  await Promise.race([ended, readBlocks(database, orders)]);
  await readOrders(database, orders);
});
