// A store with demo data: the program itself, with a database that goes away with it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPOSITORY = new URL('../../', import.meta.url).pathname;
const PROGRAM = process.env.SOUK ?? join(resolve(REPOSITORY, process.env.CARGO_TARGET_DIR ?? 'target'), 'debug/souk');
const PATIENCE = 120_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a store. Gives `{ url, stop }`. */
export async function startStore() {
  const folder = mkdtempSync(join(tmpdir(), 'souk-graphiql-'));
  chmodSync(folder, 0o755); // PostgreSQL has a user of its own where the tests run as root
  const url = `http://127.0.0.1:${await freePort()}`;
  const settings = { SOUK_LISTEN: new URL(url).host, SOUK_DATA_DIR: join(folder, 'data'), SOUK_DEMO: 'auto' };
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SOUK_') && name !== 'DATABASE_URL');
  const program = spawn(PROGRAM, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

  let said = '';
  for (const output of [program.stdout, program.stderr]) output.on('data', (data) => (said += data));
  const ended = once(program, 'exit');
  const stop = async () => {
    program.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  const begun = Date.now();
  while (!(await isReady(url))) {
    if (program.exitCode !== null || Date.now() - begun > PATIENCE) {
      await stop();
      throw new Error(`The store does not open.\n${said}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { url, stop };
}

const isReady = (url) => fetch(`${url}/health/ready`).then(({ ok }) => ok, () => false);

/** Asks a store without a browser, and takes no error for an answer. */
export async function ask(url, query, variables = {}, token) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const SIGN_IN = `mutation($login: String!) {
  signIn(input: { login: $login, password: "souk-demo-2026" }) { accessToken }
}`;

/** The token of a demo account. */
export async function tokenOf(url, login) {
  return (await ask(url, SIGN_IN, { login })).signIn.accessToken;
}
