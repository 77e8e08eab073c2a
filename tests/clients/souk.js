// The server under test, as the suites talk to it.

export const ENDPOINT = process.env.SOUK_URL ?? 'http://127.0.0.1:8000/graphql'; // where `cargo run` serves
export const PASSWORD = 'souk-demo-2026';

/** A request with a raw body; tells what came back. */
export async function post(body, token) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(ENDPOINT, { method: 'POST', headers, body });
  return { status: response.status, ...(await response.json()) };
}

/** An operation with its variables. */
export const ask = (query, variables, token, operationName) =>
  post(JSON.stringify({ query, variables, operationName }), token);

/** The data of an answer without errors. */
export async function read(query, variables, token) {
  const { data, errors } = await ask(query, variables, token);
  if (errors) throw new Error(`unexpected errors: ${JSON.stringify(errors)}`);
  return data;
}

/** The access token of a demo account. */
export async function signIn(login) {
  const query = `mutation SignIn($login: String!, $password: String!) {
    signIn(input: { login: $login, password: $password }) { accessToken userErrors { message } }
  }`;
  const { signIn: payload } = await read(query, { login, password: PASSWORD });
  if (!payload?.accessToken) throw new Error(`${login} could not sign in: ${JSON.stringify(payload)}`);
  return payload.accessToken;
}

/** The schema that is served to someone, as the server prints it. */
export async function sdl(token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await fetch(new URL('/schema.graphql', ENDPOINT), { headers });
  if (!response.ok) throw new Error(`no schema: ${response.status}`);
  return response.text();
}
