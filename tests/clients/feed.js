// The feed of changes that the suites of both transports watch.

import { buildSchema } from 'graphql';
import { read, sdl, signIn } from './souk.js';

/** Why the suites of subscriptions are skipped, if they are. */
export const skip = !buildSchema(await sdl()).getSubscriptionType() && 'the schema has no subscriptions';

export const FEED = 'subscription Feed($id: ID!) { productChanged(id: $id) { id name stock } }';

/** Some products by their ids. */
export async function products(count) {
  const { products: { nodes } } = await read('query($n: Int!) { products(first: $n) { nodes { id name } } }', { n: count });
  return nodes;
}

let stock = 1000;

/** Changes a product, and tells its new stock. */
export async function change(id) {
  const token = await signIn('manager');
  const mutation = 'mutation($input: UpdateProductInput!) { updateProduct(input: $input) { product { stock } userErrors { message } } }';
  stock += 1;
  const { updateProduct } = await read(mutation, { input: { id, stock } }, token);
  if (updateProduct.userErrors.length) throw new Error(JSON.stringify(updateProduct.userErrors));
  return stock;
}

/** Changes a product until somebody has seen it: no transport tells when a subscription has begun. */
export async function changeUntil(id, isSeen) {
  for (let tries = 0; tries < 40; tries += 1) {
    await change(id);
    for (let waits = 0; waits < 10; waits += 1) {
      if (isSeen()) return;
      await new Promise((done) => setTimeout(done, 25));
    }
  }
  throw new Error('nobody saw the changes within 10 s');
}
