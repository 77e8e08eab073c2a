// Who is signed in. Kept in sessionStorage: it survives a reload and ends with the browser tab.

import { createStore } from './store.js';

const KEY = 'souk:session';
const { get, set, subscribe } = createStore(JSON.parse(sessionStorage.getItem(KEY)));

function keep(next) {
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEY);
  set(next);
}

export const session = {
  /** `null`, or `{ accessToken, refreshToken, expiresAt, since, viewer }`; `viewer` is not known at once. */
  get,
  subscribe,

  /** Takes the tokens of an AuthPayload, of which the user may have selected a part only. */
  begin({ accessToken, refreshToken, expiresAt }) {
    keep({ accessToken, refreshToken, expiresAt, since: Date.now() });
  },

  /** New tokens for the same person. */
  renew({ accessToken, refreshToken, expiresAt }) {
    keep({ ...get(), accessToken, refreshToken, expiresAt });
  },

  /** Learns whose the tokens are. */
  introduce(viewer) {
    keep({ ...get(), viewer });
  },

  end: () => keep(null),
};
