// What GraphiQL calls to run an operation: sends it as whoever is signed in, and keeps them signed in.

import { getOperationAST, parse } from 'graphql';
import { bearer, namesToken, noticeSignOut, noticeTokens, renew, renewIfDue } from './auth.js';
import { results } from './live.js';
import { session } from './session.js';
import { send } from './transport.js';

export function fetcher(asked, { headers } = {}) {
  const params = withRightName(asked);
  return kindOf(params) === 'subscription' ? results(params, headers) : sendSignedIn(params, headers);
}

async function sendSignedIn(params, headers) {
  // A token from the headers editor wins: it goes out as it is, and what it brings about is not ours.
  const own = namesToken(headers);
  const { answer } = own ? await send(params, { headers }) : await sendWithSession(params, headers);
  noticeTokens(answer.data);
  if (!own) noticeSignOut(answer.data);
  return answer;
}

async function sendWithSession(params, headers) {
  const attempt = () => send(params, { headers: { ...headers, ...bearer() } });

  await renewIfDue();
  const used = session.get()?.accessToken;
  const result = await attempt();
  if (!used || !isRefused(result)) return result;

  // Another request may have renewed the tokens meanwhile; then they only need to be used.
  if (session.get()?.accessToken === used) await renewOrEnd(result.status);
  const renewed = session.get() !== null && session.get().accessToken !== used;
  const again = renewed ? mayRepeat(params, result.status) : isIntrospection(params);
  return again ? attempt() : result;
}

/** A token that is refused with 401 and can't be renewed is good for nothing; under 200 one field alone refused. */
async function renewOrEnd(status) {
  if (session.get().refreshToken) await renew();
  else if (status === 401) session.end();
}

const isRefused = ({ answer }) => answer?.errors?.some((error) => error.extensions?.code === 'UNAUTHENTICATED') ?? false;

/** 401 is said before anything runs. Any other answer of a mutation may have changed something already. */
const mayRepeat = (params, status) => status === 401 || kindOf(params) !== 'mutation';

/** After a session has died the docs are still wanted, as a visitor sees them. */
const isIntrospection = (params) => params.operationName === 'IntrospectionQuery';

function operationOf({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName);
  } catch {
    return null; // does not parse: the server will say so
  }
}

/** What can't be told apart counts as a mutation, since of those least is allowed. */
const kindOf = (params) => operationOf(params)?.operation ?? 'mutation';

/** GraphiQL learns half a second late how the operation in its editor is called, for example after a change of tab. */
const withRightName = (params) => (operationOf(params) ? params : { ...params, operationName: undefined });
