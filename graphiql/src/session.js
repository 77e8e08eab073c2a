// Who is signed in. Kept in sessionStorage: it survives a reload and ends with the browser tab.

const KEY = 'souk:session';
const listeners = new Set();
let current = JSON.parse(sessionStorage.getItem(KEY));

function set(next) {
  current = next;
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
  else sessionStorage.removeItem(KEY);
  listeners.forEach((listener) => listener());
}

export const session = {
  /** `null`, or `{ accessToken, refreshToken, expiresAt, username, since }`. */
  get: () => current,

  /** Takes the tokens of an AuthPayload, of which the user may have selected a part only. */
  begin({ accessToken, refreshToken, expiresAt, user }) {
    set({ accessToken, refreshToken, expiresAt, username: user?.username, since: Date.now() });
  },

  /** New tokens for the same person. */
  renew({ accessToken, refreshToken, expiresAt }) {
    set({ ...current, accessToken, refreshToken, expiresAt });
  },

  end: () => set(null),

  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
