// What introspection tells is what the schema's text says, for everyone; and tools may ask for it as they do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertValidSchema, buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, isSpecifiedScalarType, printSchema, printType,
} from 'graphql';
import { read, sdl, signIn } from './souk.js';

const OPTIONS = ['descriptions', 'specifiedByUrl', 'directiveIsRepeatable', 'schemaDescription', 'inputValueDeprecation', 'oneOf'];
const ALL = Object.fromEntries(OPTIONS.map((name) => [name, true]));

const printed = (schema) => printSchema(lexicographicSortSchema(schema));

for (const who of ['visitor', 'customer', 'manager', 'admin']) {
  const token = who === 'visitor' ? undefined : await signIn(who);
  const text = await sdl(token);
  const built = buildSchema(text);
  const told = buildClientSchema(await read(getIntrospectionQuery(ALL), {}, token));

  test(`introspection equals the schema's text for a ${who}`, () => assert.equal(printed(told), printed(built)));

  test(`the schema is valid for a ${who}`, () => {
    assertValidSchema(built);
    assertValidSchema(told);
  });

  test(`staff's part is told to staff alone: ${who}`, () => {
    const isStaff = who === 'manager' || who === 'admin';
    assert.equal(told.getType('Reports') !== undefined, isStaff);
    assert.equal(text.includes('reports'), isStaff);
  });

  test(`every type by its name says the same for a ${who}`, async () => {
    const names = Object.keys(built.getTypeMap()).filter((name) => !name.startsWith('__') && !isSpecifiedScalarType({ name }));
    const fields = 'kind name description fields(includeDeprecated: true) { name } inputFields { name } enumValues { name }';
    for (const name of names) {
      const { __type: type } = await read(`query($name: String!) { __type(name: $name) { ${fields} } }`, { name }, token);
      assert.ok(type, name);
      assert.equal(type.description ?? undefined, built.getType(name).description ?? undefined, name);
      for (const { name: part } of [...type.fields ?? [], ...type.inputFields ?? [], ...type.enumValues ?? []]) {
        assert.match(printType(told.getType(name)), new RegExp(`\\b${part}\\b`));
      }
    }
  });
}

test('a type that does not exist is null', async () => {
  assert.deepEqual(await read('{ __type(name: "Nope") { name } }'), { __type: null });
});

const variants = [{}, ALL, ...OPTIONS.map((name) => ({ [name]: !['descriptions'].includes(name) })), { ...ALL, descriptions: false }];
for (const options of variants) {
  test(`the standard query with ${JSON.stringify(options)} stays below the limits`, async () => {
    buildClientSchema(await read(getIntrospectionQuery(options)));
  });
}
