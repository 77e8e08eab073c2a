// GraphQL over HTTP. Knows nothing of signing in.

/** Sends one operation. Gives `{ status, answer }`. */
export async function send(params, { headers, signal } = {}) {
  const merged = new Headers({ Accept: 'application/graphql-response+json, application/json' });
  for (const [name, value] of Object.entries(headers ?? {})) merged.set(name, value);
  merged.set('Content-Type', 'application/json');

  const response = await fetch('/graphql', { method: 'POST', headers: merged, body: JSON.stringify(params), signal });
  const { status } = response;
  try {
    return { status, answer: await response.json() };
  } catch {
    throw new Error(`The server answered ${status} without JSON.`);
  }
}
