// A visit to the page, as a test sees it.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE = 15_000;

/** Here lie the screenshots, for whoever wants to look. */
export const PICTURES = mkdtempSync(join(tmpdir(), 'souk-graphiql-pictures-'));

/** Asks again until the answer holds, and gives it. */
export async function until(what, ask) {
  const begun = Date.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() - begun < PATIENCE, `waited in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

export class Visit {
  /** What the browser complained of, and what the page asked of others. There should be neither. */
  complaints = [];
  foreign = [];

  /** The WebSockets that it opened, the newest last. */
  sockets = [];

  static async begin(browser, url, options) {
    const visit = new Visit();
    visit.context = await browser.newContext({ viewport: { width: 1400, height: 850 }, ...options });
    const own = ({ href, host }) => host === new URL(url).host || href.startsWith('data:') || href.startsWith('blob:');
    await visit.context.route('**', (route) => {
      const asked = route.request().url();
      if (own(new URL(asked))) return route.continue();
      visit.foreign.push(asked);
      return route.abort();
    });
    await visit.context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        console.error(`the policy forbids ${effectiveDirective} ${blockedURI}`),
      );
    });
    visit.page = await visit.context.newPage();
    visit.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) visit.complaints.push(message.text());
    });
    visit.page.on('pageerror', (error) => visit.complaints.push(error.stack));
    visit.page.on('websocket', (socket) => {
      if (own(new URL(socket.url()))) visit.sockets.push(socket);
      else visit.foreign.push(socket.url());
    });
    await visit.page.goto(url);
    await visit.opened();
    return visit;
  }

  /** The editor is there, and the schema has been asked for and taken in. */
  async opened() {
    await this.page.waitForSelector('.graphiql-query-editor .view-line', { timeout: 60_000 });
    await this.page.waitForSelector('.graphiql-execute-button');
  }

  async end() {
    await this.context.close();
    assert.deepEqual(this.foreign, [], 'the page asks nobody but the store');
    assert.deepEqual(this.complaints, [], 'the browser has no complaints');
  }

  /** The browser itself tells of a status like this one in its console; whoever expects it says so. */
  expectStatus(status) {
    this.complaints = this.complaints.filter((text) => !text.includes(`status of ${status}`));
  }

  bar = () => this.page.innerText('#bar');

  barSays = (text) => until(`the bar says ${text}`, async () => (await this.bar()).includes(text));

  /** Signs in by one click on the name of a demo account. */
  async signIn(account) {
    await this.page.click(`#bar button:text-is("${account}")`);
    await this.barSays(`Signed in as ${account}`);
  }

  async signOut() {
    await this.page.click('#bar button:text-is("Sign out")');
    await this.barSays('Not signed in');
  }

  async tabs() {
    return this.page.locator('.graphiql-tab-button').allInnerTexts();
  }

  async changeTab(name) {
    await this.page.click(`.graphiql-tab-button:text-is("${name}")`);
    await until(`the tab ${name} shows`, async () => (await this.read('operation')).includes(` ${name}`));
  }

  /** The text of an editor: `operation`, `variables`, `request-headers` or `response`. */
  read(editor) {
    return this.page.evaluate((name) => {
      const model = globalThis.__MONACO.editor.getModels().find(({ uri }) => uri.path.includes(name));
      return model.getValue();
    }, editor);
  }

  async write(editor, text) {
    await this.page.evaluate(
      ([name, text]) => globalThis.__MONACO.editor.getModels().find(({ uri }) => uri.path.includes(name)).setValue(text),
      [editor, text],
    );
  }

  /** The one button that runs an operation and stops a subscription. */
  press = () => this.page.click('.graphiql-execute-button');

  async response() {
    const text = await this.read('response');
    return text ? JSON.parse(text) : null;
  }

  /** Runs what is in the editor, and gives the answer. */
  async run() {
    await this.press();
    return until('an answer', () => this.response());
  }

  /** Waits for a result that holds. */
  result = (what, holds) => until(what, async () => {
    const response = await this.response();
    return response && holds(response) && response;
  });

  /** A subscription has begun, and nothing of it has come yet. */
  async listens() {
    await this.press();
    await this.barSays('Live: 0 results');
  }

  /** No subscription runs, neither here nor on the server. */
  async isSilent() {
    await until('the subscription has ended', async () => (await this.page.locator('#live').count()) === 0);
    await until('its socket is closed', () => this.sockets.at(-1).isClosed());
  }

  picture = (name) => this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
