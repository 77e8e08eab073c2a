// Apollo Client, as front ends use it: normalised cache, paging, error policies.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { ENDPOINT, signIn } from './souk.js';

const client = (token, options = {}) => {
  const cache = new InMemoryCache({
    possibleTypes: { Node: ['Product', 'User', 'Tag'] },
    typePolicies: { Query: { fields: { products: relayStylePagination(['filter', 'sort']) } } },
  });
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return new ApolloClient({ cache, link: new HttpLink({ uri: ENDPOINT, fetch, headers, ...options }) });
};

const PRODUCTS = gql`
  query Products($first: Int!, $after: String) {
    products(first: $first, after: $after, sort: NAME) {
      edges { cursor node { ...Line } }
      pageInfo { hasNextPage endCursor }
    }
  }
  fragment Line on Product { id name price { amount currency } }
`;

test('a query with variables and a fragment', async () => {
  const { data } = await client().query({ query: PRODUCTS, variables: { first: 3 } });
  assert.equal(data.products.edges.length, 3);
});

test('pages are joined by fetchMore', async () => {
  const apollo = client();
  const page = { query: PRODUCTS, variables: { first: 2 } };
  const { data } = await apollo.query(page);
  const watched = apollo.watchQuery(page);
  const subscription = watched.subscribe({});
  await watched.fetchMore({ variables: { after: data.products.pageInfo.endCursor } });
  subscription.unsubscribe();
  const { edges } = apollo.readQuery(page).products;
  assert.equal(edges.length, 4);
  assert.equal(new Set(edges.map(({ node }) => node.id)).size, 4);
});

test('things are kept by their ids, whichever way they came', async () => {
  const apollo = client();
  const { data } = await apollo.query({ query: PRODUCTS, variables: { first: 1 } });
  const { id, name } = data.products.edges[0].node;
  assert.ok(apollo.cache.extract()[`Product:${id}`]);
  const again = await apollo.query({ query: gql`query Again($id: ID!) { node(id: $id) { id ... on Product { name stock } } }`, variables: { id } });
  assert.equal(again.data.node.name, name);
  assert.equal(typeof apollo.cache.extract()[`Product:${id}`].stock, 'number');
});

test('a query by GET', async () => {
  const apollo = client(undefined, { useGETForQueries: true });
  const { data } = await apollo.query({ query: PRODUCTS, variables: { first: 1 } });
  assert.equal(data.products.edges.length, 1);
});

test('a mutation is written into the cache', async () => {
  const apollo = client(await signIn('customer'));
  const viewer = gql`query Viewer { viewer { id displayName version } }`;
  const { data: { viewer: { id, displayName, version } } } = await apollo.query({ query: viewer });
  const mutation = gql`mutation Rename($name: String!) {
    updateProfile(input: { displayName: $name }) { user { id displayName version } userErrors { message } }
  }`;
  const { data } = await apollo.mutate({ mutation, variables: { name: `${displayName}!` } });
  assert.deepEqual(data.updateProfile.userErrors, []);
  const kept = apollo.cache.extract()[`User:${id}`];
  assert.equal(kept.displayName, `${displayName}!`);
  assert.equal(kept.version, version + 1);
  await apollo.mutate({ mutation, variables: { name: displayName } });
});

const REFUSED = gql`query Owner { products(first: 1) { edges { node { id owner { id email } } } } }`;

test('errorPolicy all: data and errors', async () => {
  const { data, error } = await client().query({ query: REFUSED, errorPolicy: 'all' });
  assert.equal(data.products.edges[0].node.owner.email, null);
  assert.ok(CombinedGraphQLErrors.is(error));
  assert.equal(error.errors[0].extensions.code, 'UNAUTHENTICATED');
});

test('errorPolicy none: the errors alone', async () => {
  await assert.rejects(client().query({ query: REFUSED }), (error) => CombinedGraphQLErrors.is(error));
});

test('a document that is wrong is told as GraphQL errors, not as one of the network', async () => {
  await assert.rejects(client().query({ query: gql`query Nope { nope }` }), (error) => {
    assert.ok(CombinedGraphQLErrors.is(error), String(error));
    assert.equal(error.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    return true;
  });
});

test('a token that is not good is told as such', async () => {
  await assert.rejects(client('nonsense').query({ query: PRODUCTS, variables: { first: 1 } }), (error) => {
    const told = CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : error.statusCode;
    assert.ok(told === 'UNAUTHENTICATED' || told === 401, String(told));
    return true;
  });
});
