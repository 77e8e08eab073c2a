// urql, as front ends use it: cache by documents, variables, errors, GET.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';
import { ENDPOINT, PASSWORD, signIn } from './souk.js';

const client = (token, options = {}) =>
  new Client({
    url: ENDPOINT,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
    fetchOptions: () => (token ? { headers: { Authorization: `Bearer ${token}` } } : {}),
    ...options,
  });

const PRODUCTS = gql`
  query Products($first: Int!, $after: String) {
    products(first: $first, after: $after, sort: NAME) {
      nodes { ...Line }
      pageInfo { hasNextPage endCursor }
    }
  }
  fragment Line on Product { id name price { amount currency } }
`;

test('a query with variables and a fragment', async () => {
  const { data, error } = await client().query(PRODUCTS, { first: 3 }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.products.nodes.length, 3);
  assert.equal(data.products.nodes[0].__typename, 'Product');
});

test('the next page is another one', async () => {
  const urql = client();
  const first = await urql.query(PRODUCTS, { first: 3 }).toPromise();
  const { endCursor } = first.data.products.pageInfo;
  const second = await urql.query(PRODUCTS, { first: 3, after: endCursor }).toPromise();
  const ids = [first, second].flatMap(({ data }) => data.products.nodes.map(({ id }) => id));
  assert.equal(new Set(ids).size, 6);
});

test('a query that is known comes from the cache', async () => {
  const urql = client();
  await urql.query(PRODUCTS, { first: 2 }).toPromise();
  const { data } = await urql.query(PRODUCTS, { first: 2 }, { requestPolicy: 'cache-only' }).toPromise();
  assert.equal(data.products.nodes.length, 2);
});

for (const method of [true, 'force', 'within-url-limit']) {
  test(`a query by GET: ${method}`, async () => {
    let asked;
    const spy = (input, init) => {
      asked = init.method;
      return fetch(input, init);
    };
    const urql = client(undefined, { preferGetMethod: method, fetch: spy });
    const { data, error } = await urql.query(PRODUCTS, { first: 1 }).toPromise();
    assert.equal(error, undefined);
    assert.equal(asked, 'GET');
    assert.equal(data.products.nodes.length, 1);
  });
}

test('a mutation by POST', async () => {
  const mutation = gql`
    mutation SignIn($login: String!, $password: String!) {
      signIn(input: { login: $login, password: $password }) { accessToken user { username } userErrors { code } }
    }
  `;
  const urql = client(undefined, { preferGetMethod: true });
  const { data, error } = await urql.mutation(mutation, { login: 'customer', password: PASSWORD }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.signIn.user.username, 'customer');
  const { data: own } = await client(data.signIn.accessToken).query(gql`query Me { viewer { username } }`, {}).toPromise();
  assert.equal(own.viewer.username, 'customer');
});

test('a mutation makes queries of the same types be asked again', async () => {
  const urql = client(await signIn('customer'));
  const bag = gql`query Bag { viewer { bag { id items { quantity } } } }`;
  const { data: { products: { nodes } } } = await urql.query(gql`{ products(first: 1, filter: { inStock: true }) { nodes { id } } }`, {}).toPromise();
  const fill = gql`mutation Fill($id: ID!, $quantity: Int!) {
    setBagItem(input: { productId: $id, quantity: $quantity }) { bag { id items { quantity } } userErrors { message } }
  }`;
  const seen = [];
  const { unsubscribe } = urql.query(bag, {}).subscribe(({ data }) => seen.push(data.viewer.bag?.items.length ?? 0));
  try {
    for (const quantity of [1, 0]) {
      const { data, error } = await urql.mutation(fill, { id: nodes[0].id, quantity }).toPromise();
      assert.equal(error, undefined);
      assert.deepEqual(data.setBagItem.userErrors, []);
    }
    for (let tries = 0; tries < 100 && seen.length < 2; tries += 1) await new Promise((done) => setTimeout(done, 50));
  } finally {
    unsubscribe();
  }
  assert.ok(seen.length >= 2, `seen ${JSON.stringify(seen)}`);
});

test('a field that is refused is null, and its error has path and code', async () => {
  const query = gql`query Owner { products(first: 1) { nodes { owner { username email } } } }`;
  const { data, error } = await client().query(query, {}).toPromise();
  assert.equal(data.products.nodes[0].owner.email, null);
  assert.equal(error.graphQLErrors[0].extensions.code, 'UNAUTHENTICATED');
  assert.deepEqual(error.graphQLErrors[0].path, ['products', 'nodes', 0, 'owner', 'email']);
});

test('a document that is wrong is told as GraphQL errors, not as one of the network', async () => {
  const { data, error } = await client().query('{ nope }', {}).toPromise();
  assert.equal(data, undefined);
  assert.equal(error.networkError, undefined);
  assert.equal(error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});
