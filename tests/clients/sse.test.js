// Subscriptions over server-sent events: the client of graphql-sse, in its mode of distinct connections, and what is on
// the wire.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';
import { FEED, changeUntil, products, skip } from './feed.js';
import { ENDPOINT } from './souk.js';

const options = { skip, timeout: 30_000 };

test('a subscription sees changes', options, async () => {
  const [{ id }] = await products(1);
  const client = createClient({ url: ENDPOINT, fetchFn: fetch, retryAttempts: 0 });
  const seen = [];
  let failure;
  const stop = client.subscribe({ query: FEED, variables: { id } }, {
    next: (value) => seen.push(value),
    error: (error) => { failure = error; },
    complete: () => {},
  });
  await changeUntil(id, () => seen.length > 0 || failure);
  stop();
  client.dispose();
  assert.equal(failure, undefined);
  assert.equal(seen[0].data.productChanged.id, id);
});

test('two subscriptions see each its own', options, async () => {
  const both = await products(2);
  const client = createClient({ url: ENDPOINT, fetchFn: fetch, retryAttempts: 0 });
  const seen = [[], []];
  const stops = both.map(({ id }, index) => client.subscribe({ query: FEED, variables: { id } }, {
    next: ({ data }) => seen[index].push(data.productChanged.id),
    error: (error) => seen[index].push(String(error)),
    complete: () => {},
  }));
  for (const [index, { id }] of both.entries()) await changeUntil(id, () => seen[index].length > 0);
  for (const stop of stops) stop();
  client.dispose();
  for (const [index, { id }] of both.entries()) assert.ok(seen[index].every((it) => it === id), seen[index].join());
});

/** A request for a stream, by POST or GET. */
const ask = (body, method = 'POST') => {
  const headers = { Accept: 'text/event-stream', 'Content-Type': 'application/json' };
  if (method === 'POST') return fetch(ENDPOINT, { method, headers, body: JSON.stringify(body) });
  const { query, variables = {} } = body;
  return fetch(`${ENDPOINT}?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`, { headers });
};

for (const method of ['POST', 'GET']) {
  test(`a query by ${method} is one event and the end`, options, async () => {
    const response = await ask({ query: '{ __typename }' }, method);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    const events = (await response.text()).split(/\n\n/).map((event) => event.trim()).filter((event) => event && !event.startsWith(':'));
    assert.deepEqual(events.map((event) => /^event: ?(\w+)/m.exec(event)?.[1]), ['next', 'complete']);
    assert.deepEqual(JSON.parse(/^data: ?(.+)$/m.exec(events[0])[1]), { data: { __typename: 'Query' } });
  });

  test(`a subscription by ${method} is a stream`, options, async () => {
    const [{ id }] = await products(1);
    const response = await ask({ query: FEED, variables: { id } }, method);
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    let text = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const reading = (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    })();
    await changeUntil(id, () => /^event: ?next/m.test(text));
    await reader.cancel();
    await reading;
    assert.match(text, new RegExp(id));
  });
}

test('a document that is wrong is told, by status or in the stream', options, async () => {
  const response = await ask({ query: 'subscription { nope }' });
  assert.match(await response.text(), /GRAPHQL_VALIDATION_FAILED/);
  assert.ok([200, 400].includes(response.status));
});

test('what asks for nothing but a stream is not answered with JSON', options, async () => {
  const response = await ask({ query: '{ __typename }' });
  assert.doesNotMatch(response.headers.get('content-type'), /json/);
  await response.text();
});
