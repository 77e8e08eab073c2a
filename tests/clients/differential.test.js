// Random documents, valid and changed a little: graphql-js and the server have to agree about each. The seeds are
// fixed; SOUK_SEED and SOUK_RANDOM_DOCUMENTS choose others, and more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { Writer, dice, mutated } from './differential.js';
import { ask, sdl } from './souk.js';

const SEED = Number(process.env.SOUK_SEED ?? 1);
const DOCUMENTS = Number(process.env.SOUK_RANDOM_DOCUMENTS ?? 1000);
const PARTS = 20;

const schema = buildSchema(await sdl());
const words = [...new Set(Object.values(schema.getTypeMap()).flatMap((type) => [type.name, ...Object.keys(type.getFields?.() ?? {})]))];

/** What graphql-js says: nothing is wrong, the text can't be read, or a rule is broken. */
function oracle(text) {
  let document;
  try {
    document = parse(text);
  } catch ({ message }) {
    return { verdict: 'unreadable', why: message };
  }
  const errors = validate(schema, document);
  return errors.length ? { verdict: 'invalid', why: errors[0].message } : { verdict: 'valid' };
}

/** What the server says of the document. Whether variables are missing is a later question. */
async function server(text) {
  const { status, data, errors = [] } = await ask(text);
  const why = errors[0]?.message;
  if (status === 200 && data !== undefined) return { verdict: 'valid', why };
  const { code } = errors[0]?.extensions ?? {};
  switch (status === 400 && code) {
    case 'BAD_USER_INPUT': return { verdict: 'valid', why };
    case 'QUERY_TOO_COMPLEX': return { verdict: 'limit', why };
    case 'GRAPHQL_PARSE_FAILED': return { verdict: 'unreadable', why };
    case 'GRAPHQL_VALIDATION_FAILED': return { verdict: 'invalid', why };
    default: return { verdict: `broken: ${status} ${code}`, why };
  }
}

/** The server knows what a scalar's text must be, graphql-js does not. */
const isOfScalar = (why) => /\b(Decimal|DateTime|Date)\b/.test(why ?? '');

const verdicts = { valid: 0, unreadable: 0, invalid: 0, limit: 0, scalar: 0 };

async function compare(text, seed) {
  const [expected, found] = [oracle(text), await server(text)];
  if (found.verdict === 'limit') verdicts.limit += 1;
  else if (expected.verdict === 'valid' && found.verdict === 'invalid' && isOfScalar(found.why)) verdicts.scalar += 1;
  else if (expected.verdict === found.verdict) verdicts[found.verdict] += 1;
  else return `seed ${seed}: graphql-js: ${expected.verdict} (${expected.why}); server: ${found.verdict} (${found.why})\n${text}`;
}

for (let part = 0; part < PARTS; part += 1) {
  const from = SEED + (part * DOCUMENTS) / PARTS;
  const to = SEED + ((part + 1) * DOCUMENTS) / PARTS;
  test(`both agree about the documents of seeds ${from} to ${to - 1}`, async () => {
    const differences = [];
    for (let seed = from; seed < to; seed += 1) {
      const [text, other] = [new Writer(schema, seed).document(), new Writer(schema, seed + 1_000_000).document()];
      assert.deepEqual(oracle(text), { verdict: 'valid' }, `seed ${seed} writes what is valid: ${text}`);
      const chance = dice(seed);
      for (const document of [text, mutated(text, [text, other], chance, words), mutated(text, [text, other], chance, words)]) {
        const difference = await compare(document, seed);
        if (difference) differences.push(difference);
      }
    }
    assert.equal(differences.length, 0, differences.join('\n\n'));
  });
}

test('there were enough of each', (context) => {
  context.diagnostic(`note: verdicts ${JSON.stringify(verdicts)}`);
  for (const verdict of ['valid', 'unreadable', 'invalid']) assert.ok(verdicts[verdict] > DOCUMENTS / 4, JSON.stringify(verdicts));
  assert.ok(verdicts.limit < DOCUMENTS / 20, 'most documents stay below the limits');
});
