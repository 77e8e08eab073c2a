// Subscriptions over WebSocket: the client of graphql-ws, urql with it, and the protocol's own rules, by which a server
// closes what breaks them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { FEED, changeUntil, products, skip } from './feed.js';
import { ENDPOINT } from './souk.js';

const url = ENDPOINT.replace(/^http/, 'ws');
const options = { skip, timeout: 30_000 };
const connect = (more) => createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, ...more });

/** Collects what an operation gives until it ends. */
function watch(client, payload) {
  const seen = [];
  let stop;
  const ended = new Promise((resolve, reject) => {
    stop = client.subscribe(payload, { next: (value) => seen.push(value), error: reject, complete: resolve });
  });
  return { seen, ended, stop };
}

test('a subscription sees changes', options, async () => {
  const [{ id, name }] = await products(1);
  const client = connect();
  const { seen, ended, stop } = watch(client, { query: FEED, variables: { id } });
  await changeUntil(id, () => seen.length > 0);
  stop();
  await ended;
  await client.dispose();
  assert.equal(seen[0].errors, undefined);
  assert.deepEqual(Object.keys(seen[0].data.productChanged), ['id', 'name', 'stock']);
  assert.equal(seen[0].data.productChanged.name, name);
  assert.ok(seen[0].data.productChanged.stock > 1000);
});

test('two subscriptions share a socket, and each sees its own', options, async () => {
  const [one, other] = await products(2);
  let sockets = 0;
  const client = connect({ on: { connected: () => { sockets += 1; } } });
  const watched = [one, other].map(({ id }) => watch(client, { query: FEED, variables: { id } }));
  for (const [index, { id }] of [one, other].entries()) await changeUntil(id, () => watched[index].seen.length > 0);
  for (const { stop } of watched) stop();
  await client.dispose();
  assert.equal(sockets, 1);
  for (const [index, { id }] of [one, other].entries()) {
    assert.ok(watched[index].seen.every(({ data }) => data.productChanged.id === id));
  }
});

test('a document that is wrong is an error of its operation, and the socket stays', options, async () => {
  const client = connect();
  const [{ id }] = await products(1);
  const feed = watch(client, { query: FEED, variables: { id } });
  await assert.rejects(watch(client, { query: 'subscription { nope }' }).ended, ([{ extensions }]) => {
    assert.equal(extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    return true;
  });
  await changeUntil(id, () => feed.seen.length > 0);
  feed.stop();
  await client.dispose();
});

test('urql subscribes through graphql-ws', options, async () => {
  const [{ id }] = await products(1);
  const sockets = connect();
  const urql = new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  const seen = [];
  const { unsubscribe } = urql.subscription(FEED, { id }).subscribe(({ data }) => seen.push(data));
  await changeUntil(id, () => seen.length > 0);
  unsubscribe();
  await sockets.dispose();
  assert.equal(seen[0].productChanged.id, id);
});

/** A bare socket that has said these messages. */
async function say(...messages) {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const heard = [];
  socket.on('message', (data) => heard.push(JSON.parse(data)));
  const closed = once(socket, 'close').then(([code]) => code);
  await once(socket, 'open');
  for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { socket, heard, closed };
}

const INIT = { type: 'connection_init' };
const subscribe = (id, payload) => ({ id, type: 'subscribe', payload });
// Of a product that is there: what is refused is over at once, and its id free.
const [{ id: product }] = await products(1);
const feed = { query: FEED, variables: { id: product } };

for (const [what, code, ...messages] of [
  ['subscribing before connection_init', 4401, subscribe('1', feed)],
  ['connection_init twice', 4429, INIT, INIT],
  ['one id for two operations', 4409, INIT, subscribe('1', feed), subscribe('1', feed)],
  ['no JSON', 4400, 'nonsense'],
  ['a message of no type', 4400, { id: '1' }],
  ['a message of an unknown type', 4400, INIT, { type: 'start', id: '1' }],
  ['subscribing without an id', 4400, INIT, { type: 'subscribe', payload: feed }],
  ['subscribing without a document', 4400, INIT, subscribe('1', {})],
  ['no connection_init in time', 4408],
]) {
  test(`${what} closes with ${code}`, options, async () => {
    const { closed } = await say(...messages);
    assert.equal(await closed, code);
  });
}

/** Waits until a message of this type was heard. */
async function hear({ heard, socket }, type) {
  for (let tries = 0; tries < 400; tries += 1) {
    const message = heard.find((message) => message.type === type);
    if (message) return message;
    assert.equal(socket.readyState, WebSocket.OPEN, `closed before ${type}: ${JSON.stringify(heard)}`);
    await new Promise((done) => setTimeout(done, 25));
  }
  return assert.fail(`no ${type} within 10 s: ${JSON.stringify(heard)}`);
}

test('connection_init is acknowledged, ping answered', options, async () => {
  const said = await say(INIT, { type: 'ping' });
  await hear(said, 'connection_ack');
  await hear(said, 'pong');
  said.socket.close();
});

test('completing an operation makes its id free', options, async () => {
  const said = await say(INIT, subscribe('1', feed), { id: '1', type: 'complete' }, subscribe('1', { query: '{ nope }' }));
  assert.equal((await hear(said, 'error')).id, '1');
  said.socket.close();
});

test('another protocol is not taken', options, async () => {
  const socket = new WebSocket(url, 'graphql-ws-of-old');
  const [event] = await Promise.race([once(socket, 'close'), once(socket, 'error').catch((error) => [error])]);
  assert.ok(event instanceof Error || [4406, 1002, 1006].includes(event), String(event));
});
