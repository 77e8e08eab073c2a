// Automatic persisted queries: Apollo Client's link for them, and the protocol by hand.

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { ENDPOINT, post } from './souk.js';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash, version = 1) => ({ persistedQuery: { version, sha256Hash } });

const probe = await post(JSON.stringify({ extensions: persisted(sha256(randomUUID())) }));
const code = probe.errors?.[0]?.extensions?.code;
const skip = !String(code).startsWith('PERSISTED_QUERY') && 'the server has no persisted queries';

/** A document that nobody has sent before. */
const fresh = () => `query Fresh_${randomUUID().replaceAll('-', '')} { products(first: 1) { nodes { id } } }`;

function client(options) {
  const sent = [];
  const spy = (input, init) => {
    const { searchParams } = new URL(input);
    const body = init.body ? JSON.parse(init.body) : Object.fromEntries(searchParams);
    sent.push(`${init.method} ${body.query ? 'with' : 'without'} text`);
    return fetch(input, init);
  };
  const link = ApolloLink.from([new PersistedQueryLink({ sha256, ...options }), new HttpLink({ uri: ENDPOINT, fetch: spy })]);
  return { sent, apollo: new ApolloClient({ cache: new InMemoryCache(), link }) };
}

test('Apollo Client sends the text once, and then its hash alone', { skip }, async () => {
  const query = gql(fresh());
  const first = client();
  assert.equal((await first.apollo.query({ query })).data.products.nodes.length, 1);
  assert.deepEqual(first.sent, ['POST without text', 'POST with text']);
  const second = client();
  assert.equal((await second.apollo.query({ query })).data.products.nodes.length, 1);
  assert.deepEqual(second.sent, ['POST without text']);
});

test('Apollo Client asks by GET with the hash, so that answers can be cached', { skip }, async () => {
  const query = gql(fresh());
  await client().apollo.query({ query });
  const { apollo, sent } = client({ useGETForHashedQueries: true });
  assert.equal((await apollo.query({ query })).data.products.nodes.length, 1);
  assert.deepEqual(sent, ['GET without text']);
});

const send = (body) => post(JSON.stringify(body));
const told = ({ errors }) => errors.map(({ message, extensions }) => [message, extensions.code]);

test('a hash that is not known', { skip }, async () => {
  const answer = await send({ extensions: persisted(sha256(fresh())) });
  assert.deepEqual(told(answer), [['PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND']]);
  assert.equal(answer.data, undefined);
});

test('a text and its hash, and then the hash', { skip }, async () => {
  const query = fresh();
  for (const body of [{ query }, {}]) {
    const { status, data } = await send({ ...body, extensions: persisted(sha256(query)) });
    assert.equal(status, 200);
    assert.equal(data.products.nodes.length, 1);
  }
});

test('the hash of another text is refused, and nothing is kept under it', { skip }, async () => {
  const [query, other] = [fresh(), fresh()];
  const { status, errors } = await send({ query, extensions: persisted(sha256(other)) });
  assert.ok(status >= 400 && errors.length > 0);
  const after = await send({ extensions: persisted(sha256(other)) });
  assert.deepEqual(told(after), [['PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND']]);
});

test('a text that is not valid is not kept', { skip }, async () => {
  const query = `{ nope_${randomUUID().replaceAll('-', '')} }`;
  const { errors } = await send({ query, extensions: persisted(sha256(query)) });
  assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  const after = await send({ extensions: persisted(sha256(query)) });
  assert.deepEqual(told(after), [['PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND']]);
});

for (const [what, extensions] of [
  ['another version', persisted(sha256('{ __typename }'), 2)],
  ['no hash', { persistedQuery: { version: 1 } }],
  ['a hash that is none', persisted('nonsense')],
]) {
  test(`${what} is refused in words`, { skip }, async () => {
    const { status, errors, data } = await send({ extensions });
    assert.ok(status >= 400 && status < 500, String(status));
    assert.ok(errors[0].extensions.code);
    assert.equal(data, undefined);
  });
}
