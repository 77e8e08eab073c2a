// The tabs of a first visit: a walk through the store that runs as it stands.

import { send } from '../transport.js';
import checkIn from './check_in.graphql';
import fillBag from './fill_bag.graphql';
import games from './games.graphql';
import invoices from './invoices.graphql';
import me from './me.graphql';
import membership from './membership.graphql';
import myOrders from './my_orders.graphql';
import order from './order.graphql';
import play from './play.graphql';
import popularity from './popularity.graphql';
import reports from './reports.graphql';
import restock from './restock.graphql';
import search from './search.graphql';
import watch from './watch.graphql';

const NO_PRODUCT = { id: 'the id of a product', name: 'lamp', stock: 0, tags: [] };
const NO_GAME = { id: 'the id of a game' };

/** A product and a game of this very store, so that the samples find something whatever it has. */
async function found() {
  const query = `{
    products(first: 1, filter: { inStock: true }) { nodes { id name stock tags { name } } }
    games(first: 1) { nodes { id } }
  }`;
  try {
    const { answer } = await send({ query }, { signal: AbortSignal.timeout(2000) });
    return { product: answer.data.products.nodes[0], game: answer.data.games.nodes[0] };
  } catch {
    return {}; // a sleeping store must not keep the page shut
  }
}

const day = (time) => new Date(time).toISOString().slice(0, 10);
const MONTH = 30 * 24 * 60 * 60 * 1000;

export async function sampleTabs() {
  const { product = NO_PRODUCT, game = NO_GAME } = await found();
  const now = Date.now();
  const tab = (query, variables) => ({ query, variables: variables && JSON.stringify(variables, null, 2) });
  return [
    tab(search, { text: product.tags[0]?.name ?? product.name }),
    tab(me),
    tab(fillBag, { product: product.id }),
    tab(order, { key: `order-${now}` }),
    tab(myOrders),
    tab(games),
    tab(play, { game: game.id }),
    tab(popularity, { since: new Date(now - MONTH).toISOString() }),
    tab(checkIn, { key: `check-in-${now}` }),
    tab(membership),
    tab(invoices),
    tab(reports, { from: day(now - MONTH), to: day(now) }),
    tab(watch, { product: product.id }),
    tab(restock, { product: product.id, stock: product.stock + 10 }),
  ];
}
