// Validation, rule by rule, with graphql-js as the oracle: what breaks exactly one rule is refused by both, and its
// valid twin runs in both.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSchema, execute, parse, specifiedRules, validate } from 'graphql';
import cases from './rules.cases.js';
import { ask, sdl } from './souk.js';

const schema = buildSchema(await sdl());
const names = specifiedRules.map((rule) => rule.name.replace(/Rule$/, ''));

/** What some rule's cases break as well, since a variable that holds no input fits nowhere. */
const ALSO = { VariablesAreInputTypes: ['VariablesInAllowedPosition'] };

/** The rules that a document breaks. */
const broken = (document) =>
  specifiedRules.filter((rule) => validate(schema, document, [rule]).length > 0).map((rule) => rule.name.replace(/Rule$/, ''));

test('every rule of graphql-js has its cases', () => {
  assert.deepEqual(Object.keys(cases).sort(), names.toSorted());
});

for (const [rule, pairs] of Object.entries(cases)) {
  const skip = rule === 'SingleFieldSubscriptions' && !schema.getSubscriptionType() && 'the schema has no subscriptions';
  for (const [bad, good] of pairs) {
    test(`${rule}: ${bad}`, { skip }, async () => {
      assert.deepEqual(broken(parse(bad)), [rule, ...(ALSO[rule] ?? [])], 'what graphql-js finds');
      const { status, data, errors } = await ask(bad);
      assert.equal(status, 400, 'the server refuses it');
      assert.equal(data, undefined);
      for (const { extensions, locations, message } of errors) {
        assert.match(extensions.code, /^(GRAPHQL_VALIDATION_FAILED|GRAPHQL_PARSE_FAILED|QUERY_TOO_COMPLEX)$/, message);
        assert.ok(locations?.length || rule === 'MaxIntrospectionDepth', `${message}: no place`);
      }
    });
    test(`${rule} is kept: ${good}`, { skip: skip || good.startsWith('subscription') && 'a subscription is no single request' }, async () => {
      const document = parse(good);
      assert.deepEqual(broken(document), [], 'what graphql-js finds');
      const operationName = document.definitions.find(({ kind, name }) => kind === 'OperationDefinition' && name)?.name.value;
      const there = await execute({ schema, document, operationName });
      assert.ok('data' in there, JSON.stringify(there.errors));
      const { status, data } = await ask(good, undefined, undefined, operationName);
      assert.equal(status, 200, 'the server answers it');
      assert.notEqual(data, undefined);
    });
  }
}
