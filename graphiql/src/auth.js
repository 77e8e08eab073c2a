// Signing in, staying signed in, signing out.

import { session } from './session.js';
import { send } from './transport.js';

const SIGN_IN = `mutation($input: SignInInput!) {
  signIn(input: $input) { accessToken refreshToken expiresAt userErrors { message } }
}`;
const REFRESH = `mutation($input: RefreshSessionInput!) {
  refreshSession(input: $input) { accessToken refreshToken expiresAt userErrors { message } }
}`;
const VIEWER = '{ viewer { username role } }';
const SIGN_OUT = 'mutation { signOut { signedOut } }';

// Long enough for a request to arrive before the token ends.
const MARGIN = 30_000;

export const bearer = () => (session.get() ? { Authorization: `Bearer ${session.get().accessToken}` } : {});

/** Whether these headers bring a token of their own. */
export const namesToken = (headers) => Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'authorization');

export async function signIn(login, password) {
  const { answer } = await send({ query: SIGN_IN, variables: { input: { login, password } } });
  const payload = answer.data?.signIn;
  if (!payload?.accessToken) {
    const problem = payload?.userErrors?.[0] ?? answer.errors?.[0];
    throw new Error(problem?.message ?? 'Signing in did not work.');
  }
  begin(payload);
}

function begin(payload) {
  session.begin(payload);
  const { since } = session.get();
  // Nothing is lost without the name.
  send({ query: VIEWER }, { headers: bearer() }).then(
    ({ answer }) => session.get()?.since === since && session.introduce(answer.data?.viewer),
    () => {},
  );
}

/** Forgets the tokens even where the server can't be told: whoever signs out wants to be out. */
export async function signOut() {
  try {
    await renewIfDue();
    if (session.get()) await send({ query: SIGN_OUT }, { headers: bearer() });
  } finally {
    session.end();
  }
}

/** Takes up the tokens of an AuthPayload (of signIn, register, refreshSession, under whatever alias) in what came back. */
export function noticeTokens(data) {
  for (const payload of Object.values(data ?? {})) {
    if (typeof payload?.accessToken === 'string') begin(payload);
  }
}

export function noticeSignOut(data) {
  if (Object.values(data ?? {}).some((payload) => payload?.signedOut === true)) session.end();
}

export async function renewIfDue() {
  const { refreshToken, expiresAt } = session.get() ?? {};
  if (refreshToken && expiresAt && Date.parse(expiresAt) - Date.now() < MARGIN) await renew();
}

let renewing = null;

/**
 * Changes the refresh token for new tokens, or forgets them. A refresh token works once and using it twice ends the
 * session, so whoever comes while one exchange is under way waits for that one. Without an answer nothing is known and
 * nothing forgotten.
 */
export function renew() {
  renewing ??= exchange(session.get()).finally(() => (renewing = null));
  return renewing;
}

async function exchange(held) {
  if (!held?.refreshToken) return session.end();
  const { answer } = await send({ query: REFRESH, variables: { input: { refreshToken: held.refreshToken } } });
  if (session.get() !== held) return; // signed out or in as somebody else meanwhile
  const payload = answer.data?.refreshSession;
  if (payload?.accessToken) session.renew(payload);
  else session.end();
}
