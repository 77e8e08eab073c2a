// Subscriptions, over a WebSocket each: its first message bears the headers of the tab that it belongs to.

import { createClient } from 'graphql-ws';
import { bearer, namesToken, renew, renewIfDue } from './auth.js';
import { session } from './session.js';
import { createStore } from './store.js';

/** The codes with which the server closes a socket whose token is not, or no longer, good. */
const REFUSED = [4401, 4403];

/** `null`, or `{ connected, results }` of the subscription that runs: GraphiQL runs one at a time. */
export const live = createStore(null);

/** The results of a subscription, as the part of an Observable that GraphiQL needs. */
export const results = (params, headers) => ({
  subscribe(observer) {
    const stop = new AbortController();
    live.set({ connected: false, results: 0 });
    follow(params, headers, observer, stop.signal)
      .catch(({ message }) => stop.signal.aborted || observer.next({ errors: [{ message }] }))
      .then(() => {
        if (stop.signal.aborted) return;
        end();
        observer.complete();
      });
    return { unsubscribe: end };

    function end() {
      stop.abort();
      live.set(null);
    }
  },
});

/** Listens until the subscription completes, with a new token whenever the server has had enough of the old one. */
async function follow(params, headers, observer, signal) {
  const since = session.get()?.since;
  const isOver = () => session.get()?.since !== since;
  for (let token, refused = false; !signal.aborted; ) {
    const credentials = async () => {
      if (namesToken(headers)) return headers;
      await renewIfDue();
      if (isOver()) throw new Error('Somebody else is signed in by now, or nobody: run it again.');
      token = session.get()?.accessToken;
      return { ...headers, ...bearer() };
    };
    const connected = () => (refused = false);
    const end = await listen(params, { credentials, connected, observer, signal });

    if (signal.aborted || !end) return;
    if (Array.isArray(end)) return observer.next({ errors: end });
    // A new token that is refused at once was not what was missing.
    if (!token || refused || !REFUSED.includes(end.code)) throw new Error(reasonOf(end));
    refused = true;
    if (session.get()?.accessToken === token) await renew();
    if (isOver()) throw new Error(reasonOf(end));
  }
}

/** One client's life: resolves with what ended it, which is nothing when the subscription has completed. */
function listen(params, { credentials, connected, observer, signal }) {
  return new Promise((resolve) => {
    const client = createClient({
      url: location.origin.replace(/^http/, 'ws') + '/graphql',
      connectionParams: credentials,
      // Also where there was no connection at all, but not without credentials.
      shouldRetry: (end) => !(end instanceof Error) && !REFUSED.includes(end.code),
      on: {
        connected() {
          connected();
          update(signal, { connected: true });
        },
        closed: () => update(signal, { connected: false }),
      },
    });
    const stop = client.subscribe(params, {
      next(result) {
        update(signal, { results: live.get().results + 1 });
        observer.next(result);
      },
      error: resolve,
      complete: resolve,
    });
    signal.addEventListener('abort', () => {
      stop();
      resolve();
    });
  });
}

/** What ends after it was stopped tells nothing of the one that may run by now. */
function update({ aborted }, change) {
  if (!aborted) live.set({ ...live.get(), ...change });
}

function reasonOf(end) {
  if (end instanceof Error) return end.message;
  if (!end.code || end.code === 1006) return "The server takes no WebSocket from here, or can't be reached.";
  return `The server closed the WebSocket: ${end.reason || 'it gave no reason'} (${end.code}).`;
}
