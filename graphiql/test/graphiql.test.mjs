// The page in a browser that reaches nothing but the store.
//
// SOUK names the program, CHROMIUM the browser; SOUK_URL a store that runs already.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { ask, startStore, tokenOf } from './store.mjs';
import { PICTURES, until, Visit } from './visit.mjs';

/** The tabs of a first visit, and who runs each. */
const TABS = {
  Search: null,
  Me: 'studio',
  FillBag: 'customer',
  Order: 'customer',
  MyOrders: 'customer',
  Games: null,
  Play: 'customer',
  Popularity: 'studio',
  CheckIn: 'customer',
  Membership: 'customer',
  Invoices: 'customer',
  Reports: 'manager',
  Watch: null,
  Restock: 'manager',
};

let store, browser;

before(async () => {
  store = process.env.SOUK_URL ? { url: process.env.SOUK_URL, stop() {} } : await startStore();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
});

after(async () => {
  await browser?.close();
  await store?.stop();
  console.log(`Screenshots are in ${PICTURES}`);
});

/** A test with visits that end with it. */
function visiting(name, run) {
  test(name, async (context) => {
    const visits = [];
    const open = async (options) => {
      visits.push(await Visit.begin(browser, store.url, options));
      return visits.at(-1);
    };
    try {
      await run(open);
    } catch (error) {
      await Promise.all(visits.map((visit, number) => visit.picture(`failed-${number}`)));
      for (const { complaints } of visits) console.log(complaints);
      throw error;
    }
    for (const visit of visits) await visit.end();
  });
}

describe('GraphiQL', { concurrency: false }, () => {
  visiting('opens with the tabs of every domain', async (open) => {
    const visit = await open();
    assert.equal(await visit.page.title(), 'Souk');
    assert.deepEqual(await visit.tabs(), Object.keys(TABS));
    await visit.barSays('Not signed in');
    await visit.picture('light');
  });

  visiting('shows tabs that run as they stand', async (open) => {
    const visit = await open();
    let account = null;
    for (const [tab, needed] of Object.entries(TABS)) {
      if (tab === 'Watch') continue; // it does not end
      if (needed !== account) {
        if (account) await visit.signOut();
        if (needed) await visit.signIn(needed);
        account = needed;
      }
      await visit.changeTab(tab);
      const { data, errors } = await visit.run();
      assert.equal(errors, undefined, `${tab}: ${JSON.stringify(errors)}`);
      for (const field of Object.values(data)) {
        assert.notEqual(field, null, `${tab} finds something`);
        assert.deepEqual(field.userErrors ?? [], [], tab);
      }
      if (tab === 'Reports') await visit.picture('reports');
    }
  });

  visiting('lets the page reach nothing else, whatever it is asked to', async (open) => {
    const visit = await open();
    const reached = await visit.page.evaluate(async () => {
      const tries = {
        fetch: fetch('https://example.org/'),
        socket: new Promise((done, failed) => Object.assign(new WebSocket('wss://example.org/'), { onopen: done, onerror: failed })),
        script: new Promise((done, failed) => {
          document.head.append(Object.assign(document.createElement('script'), { src: 'https://example.org/a.js', onload: done, onerror: failed }));
        }),
        inline: new Promise((done, failed) => {
          document.head.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = true' }));
          globalThis.ran ? done() : failed();
        }),
        image: new Promise((done, failed) => Object.assign(new Image(), { src: 'https://example.org/a.png', onload: done, onerror: failed })),
      };
      const ends = await Promise.allSettled(Object.values(tries));
      return Object.keys(tries).filter((_, number) => ends[number].status === 'fulfilled');
    });
    assert.deepEqual(reached, []);
    for (const directive of ['connect-src https', 'connect-src wss', 'script-src-elem https', 'script-src-elem inline', 'img-src https']) {
      assert.ok(visit.complaints.some((text) => text.includes(`the policy forbids ${directive}`)), directive);
    }
    visit.complaints.length = 0;
  });

  visiting('signs in as a demo account, with a password, and out again', async (open) => {
    const visit = await open();
    await visit.changeTab('Me');
    assert.deepEqual((await visit.run()).data, { viewer: null });
    await visit.signIn('customer');
    assert.equal((await visit.run()).data.viewer.username, 'customer');

    await visit.page.reload();
    await visit.opened();
    await visit.barSays('Signed in as customer');
    assert.deepEqual(await visit.tabs(), Object.keys(TABS));
    await visit.signOut();

    await visit.page.click('#bar button:has-text("Other account")');
    await visit.page.fill('#bar [name=login]', 'larder-lane');
    await visit.page.fill('#bar [name=password]', 'not this one');
    await visit.page.click('#bar button:text-is("Sign in")');
    await until('the refusal is told', () => visit.page.locator('#bar [role=alert]').isVisible());
    await visit.picture('refused');
    await visit.page.fill('#bar [name=password]', 'souk-demo-2026');
    await visit.page.click('#bar button:text-is("Sign in")');
    await visit.barSays('Signed in as larder-lane (customer)');
    assert.equal(await visit.page.locator('#bar [role=alert]').count(), 0);
  });

  visiting('shows staff the reports, in the docs too, and nobody else', async (open) => {
    const visit = await open();
    const { page } = visit;
    const docs = '.graphiql-doc-explorer-content';
    await page.click('button[aria-label="Show Documentation Explorer"]');
    await page.click(`${docs} a:text-is("Query")`);
    const told = async () => (await page.locator(`${docs} a:text-is("reports")`).count()) > 0;
    await until('the fields are there', () => page.locator(`${docs} a:text-is("products")`).isVisible());
    assert.equal(await told(), false);
    await visit.changeTab('Reports');
    const { errors } = await visit.run();
    assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    visit.expectStatus(400);

    await visit.signIn('manager');
    await until('staff find the reports', told);
    assert.ok((await visit.run()).data.reports.sales.length > 0);
    await visit.picture('docs');
    await visit.signOut();
    await until('the reports are gone', async () => !(await told()));
  });

  visiting('explores, completes, checks, and remembers', async (open) => {
    const visit = await open({ colorScheme: 'dark' });
    const { page } = visit;
    await visit.write('operation', 'query Explored { tags(first: 1) { nodes { name } } }');
    await page.click('button[aria-label="Show GraphiQL Explorer"]');
    await page.click('.graphiql-explorer-root >> text="totalCount"');
    await until('the explorer adds a field', async () => (await visit.read('operation')).includes('totalCount'));
    await visit.picture('explorer-dark');
    assert.ok((await visit.run()).data.tags.totalCount > 0);

    await visit.write('operation', 'query Wrong { nonsense }');
    const marks = () => page.evaluate(() => globalThis.__MONACO.editor.getModelMarkers({}).map(({ message }) => message));
    await until('a mistake is marked', async () => (await marks()).some((message) => message.includes('nonsense')));
    await visit.write('operation', 'query Complete { prod }');
    await page.evaluate(() => {
      const editor = globalThis.__MONACO.editor.getEditors().find((editor) => editor.getModel().uri.path.includes('operation'));
      editor.focus();
      editor.setPosition({ lineNumber: 1, column: 22 });
      editor.trigger('test', 'editor.action.triggerSuggest', {});
    });
    await until('completions are offered', async () => (await page.locator('.suggest-widget').allInnerTexts()).join().includes('products'));
    await page.keyboard.press('Escape');

    await page.click('button[aria-label="Show History"]');
    await until('the run is remembered', async () => (await page.innerText('.graphiql-history')).includes('Explored'));
    await visit.picture('history-dark');
  });

  visiting('shows a change that is made in another window, until it is stopped', async (open) => {
    const [visit, other] = [await open(), await open()];
    await other.signIn('manager');
    await other.changeTab('Restock');
    const { product } = JSON.parse(await other.read('variables'));
    const restock = async (stock) => {
      await other.write('variables', JSON.stringify({ product, stock }));
      assert.equal((await other.run()).data.updateProduct.product.stock, stock);
    };

    await visit.changeTab('Watch');
    await visit.listens();
    await visit.picture('listening');
    for (const stock of [71, 72]) {
      await restock(stock);
      await visit.result(`a stock of ${stock}`, ({ data }) => data.productChanged.stock === stock);
    }
    await visit.barSays('Live: 2 results');
    await visit.picture('live');

    await visit.press();
    await visit.isSilent();
    assert.equal((await visit.response()).data.productChanged.stock, 72);

    await visit.listens();
    await restock(73);
    await visit.barSays('Live: 1 result');
    await visit.changeTab('Search');
    await visit.isSilent();
    assert.equal(visit.sockets.length, 2);
  });

  visiting('shows an order that moves, and the stock that it takes', async (open) => {
    const [buyer, watcher] = [await open(), await open()];
    const [customer, manager] = [await tokenOf(store.url, 'customer'), await tokenOf(store.url, 'manager')];
    const product = await someProduct();
    await ask(store.url, `mutation { updateProduct(input: { id: "${product}", stock: 50 }) { product { stock } } }`, {}, manager);

    await watcher.write('operation', `subscription { productChanged(id: "${product}") { stock } }`);
    await watcher.listens();
    await buyer.signIn('customer');
    await buyer.write('operation', 'subscription { orderChanged { number status nextStatuses } }');
    await buyer.listens();

    const { placeOrder } = await ask(store.url, `mutation {
      placeOrder(input: { items: [{ productId: "${product}", quantity: 3 }] }) { order { id number } userErrors { message } }
    }`, {}, customer);
    assert.deepEqual(placeOrder.userErrors, []);
    await watcher.result('a stock of 47', ({ data }) => data.productChanged.stock === 47);
    await watcher.picture('stock');
    for (const status of ['PAID', 'SHIPPED']) {
      await ask(store.url, `mutation { changeOrderStatus(input: { id: "${placeOrder.order.id}", status: ${status} }) {
        userErrors { message } } }`, {}, manager);
      await buyer.result(`an order that is ${status}`, ({ data, extensions }) =>
        data.orderChanged.status === status && data.orderChanged.number === placeOrder.order.number
        && extensions.event.type === 'ORDER_CHANGED');
    }
    await buyer.picture('order');
  });

  visiting('shows why a subscription is refused', async (open) => {
    const visit = await open();
    await visit.changeTab('Watch');
    await visit.write('variables', '{ "product": "no id" }');
    const { errors } = await visit.run();
    assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT');
    await visit.isSilent();

    await visit.write('variables', JSON.stringify({ product: await someProduct() }));
    await visit.write('request-headers', '{ "Authorization": "Bearer nonsense" }');
    const refused = await visit.run();
    assert.match(refused.errors[0].message, /4403/);
    await visit.isSilent();
  });

  visiting('ends a subscription with the session that it belongs to', async (open) => {
    const visit = await open();
    await visit.signIn('customer');
    await visit.changeTab('Watch');
    await visit.listens();
    await visit.signOut();
    await visit.result('the end is told', ({ errors }) => /4401/.test(errors[0].message));
    await visit.isSilent();
    assert.equal(visit.sockets.length, 1);
  });

  visiting('goes on with new tokens when the old ones end', async (open) => {
    const visit = await open();
    const admin = await tokenOf(store.url, 'admin');
    const product = await someProduct();
    const username = `visitor-${Date.now() % 1e9}`;
    await visit.write('operation', `mutation { register(input: {
      username: "${username}", email: "${username}@example.org", password: "seven quiet lanterns"
    }) { accessToken refreshToken expiresAt user { id } userErrors { message } } }`);
    const { user } = (await visit.run()).data.register;
    await visit.barSays(`Signed in as ${username} (customer)`);

    await visit.write('operation', `subscription { productChanged(id: "${product}") { stock } }`);
    await visit.listens();
    const tokens = () => visit.page.evaluate(() => JSON.parse(sessionStorage.getItem('souk:session')));
    const { accessToken } = await tokens();
    await ask(store.url, `mutation { setUserRole(input: { userId: "${user.id}", role: STUDIO }) { user { role } } }`, {}, admin);

    await until('the tokens are new', async () => (await tokens()).accessToken !== accessToken);
    await visit.barSays('Live: 0 results');
    await ask(store.url, `mutation { updateProduct(input: { id: "${product}", stock: 81 }) { product { stock } } }`, {}, admin);
    await visit.result('a stock of 81', ({ data }) => data.productChanged.stock === 81);
    await visit.press();
    await visit.write('operation', '{ viewer { role } }');
    assert.deepEqual((await visit.run()).data, { viewer: { role: 'STUDIO' } });
    assert.notEqual((await tokens()).accessToken, accessToken);
    visit.expectStatus(401);
  });

  visiting('fits a narrow window', async (open) => {
    const visit = await open({ viewport: { width: 390, height: 780 }, colorScheme: 'dark' });
    await visit.run();
    await visit.picture('narrow-dark');
    const wide = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    await visit.page.click('button[aria-label="Show Documentation Explorer"]');
    await visit.picture('narrow-docs-dark');
  });
});

async function someProduct() {
  return (await ask(store.url, '{ products(first: 1) { nodes { id } } }')).products.nodes[0].id;
}
