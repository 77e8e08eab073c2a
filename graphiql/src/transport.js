// GraphQL over HTTP, and over server-sent events for subscriptions. Knows nothing of signing in.

const JSON_ANSWER = 'application/graphql-response+json, application/json';
const EVENTS = 'text/event-stream';

/** Sends one operation. Gives `{ status, answer }`, or `{ status, events }` where the server streams. */
export async function send(params, { headers, stream = false, signal } = {}) {
  const merged = new Headers({ Accept: stream ? `${EVENTS}, ${JSON_ANSWER}` : JSON_ANSWER });
  for (const [name, value] of Object.entries(headers ?? {})) merged.set(name, value);
  merged.set('Content-Type', 'application/json');

  const response = await fetch('/graphql', { method: 'POST', headers: merged, body: JSON.stringify(params), signal });
  const { status } = response;
  if (response.headers.get('Content-Type')?.startsWith(EVENTS)) return { status, events: read(response.body) };
  try {
    return { status, answer: await response.json() };
  } catch {
    throw new Error(`The server answered ${status} without JSON.`);
  }
}

/** The results in an event stream, as the "distinct connections" mode of GraphQL over SSE has them. */
async function* read(body) {
  let pending = '';
  for await (const text of chunks(body)) {
    pending += text;
    const blocks = pending.split(/\r?\n\r?\n/);
    pending = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const field = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
      if (field('event')[0] === 'complete') return;
      if (field('event')[0] === 'next') yield JSON.parse(field('data').join('\n'));
    }
  }
}

// Safari can't yet iterate over a body itself.
async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}
