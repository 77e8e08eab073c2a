// The tabs of a first visit: a walk through the store that runs as it stands.

import { send } from './transport.js';

/** Words and ids of this very store, so that the samples find something whatever it sells. */
async function sampleProduct() {
  const query = '{ products(first: 1, filter: { inStock: true }) { nodes { id name } } }';
  try {
    const { answer } = await send({ query }, { signal: AbortSignal.timeout(2000) });
    return answer.data.products.nodes[0];
  } catch {
    return undefined; // an empty or sleeping store must not keep the page shut
  }
}

export async function sampleTabs() {
  const { id, name } = (await sampleProduct()) ?? { id: 'put the id of a product here', name: 'lamp' };
  const word = name.match(/\p{L}+/gu)?.reduce((a, b) => (b.length > a.length ? b : a)) ?? '';
  return [products(word.toLowerCase()), fillBag(id), checkOut(`graphiql-${Date.now()}`), myOrders].map((query) => ({ query }));
}

const products = (word) => `# Welcome to Souk, a shop behind one GraphQL endpoint.
#
# Ctrl-Enter runs this, Ctrl-Space completes,
# hovering over a field tells what it means.
# The next tabs fill a bag, order it and show the orders;
# the bar above signs you in.

query Products {
  products(
    first: 10
    filter: { search: "${word}" }
    sort: RELEVANCE
  ) {
    nodes {
      id
      name
      price { amount currency }
      stock
      tags { name }
      owner { username }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const fillBag = (id) => `# Customers have a bag: sign in as one first.
# A quantity of 0 takes the product out again.

mutation FillBag {
  setBagItem(input: {
    productId: "${id}"
    quantity: 2
  }) {
    bag {
      items {
        quantity
        product { name stock }
        total { amount currency }
      }
      total { amount currency }
    }
    userErrors { code message path }
  }
}
`;

const checkOut = (key) => `# Orders everything in the bag, or nothing.
# The same key never orders twice: run this again,
# and the same order comes back.

mutation CheckOut {
  checkoutBag(input: {
    idempotencyKey: "${key}"
  }) {
    order {
      number
      status
      total { amount currency }
      lines { productName quantity }
    }
    userErrors {
      code
      message
      path
      ... on OutOfStock { available }
    }
  }
}
`;

const myOrders = `# The viewer is whoever is signed in, and null for a visitor.

query MyOrders {
  viewer {
    username
    orders(first: 5) {
      nodes {
        number
        status
        total { amount currency }
        history { at to }
      }
    }
  }
}
`;
