// graphql-codegen reads the schema's text and operations of every domain, and `tsc --strict` what it makes of them.
// The same operations are answered by the server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { codegen } from '@graphql-codegen/core';
import { preset } from '@graphql-codegen/client-preset';
import { buildSchema, parse, validate, visit } from 'graphql';
import { ask, read, sdl, signIn } from './souk.js';

const here = import.meta.dirname;
const names = readdirSync(join(here, 'operations')).filter((name) => name.endsWith('.graphql'));
const documents = names.map((location) => {
  const rawSDL = readFileSync(join(here, 'operations', location), 'utf8');
  return { location, rawSDL, document: parse(rawSDL) };
});
const served = await sdl(await signIn('manager'));

test('the file in the repository is what staff are served', () => {
  assert.equal(readFileSync(join(here, '../../schema.graphql'), 'utf8'), served);
});

test('client preset, then tsc --strict', async () => {
  const out = join(here, 'generated/codegen');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const files = await preset.buildGeneratesSection({
    baseOutputDir: `${out}/`,
    schema: parse(served),
    schemaAst: buildSchema(served),
    documents,
    plugins: [],
    pluginMap: {},
    pluginContext: {},
    presetConfig: { fragmentMasking: false },
    config: {
      strictScalars: true,
      scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', JSON: 'unknown' },
      nonOptionalTypename: true,
      useTypeImports: true,
    },
    documentTransforms: [],
    profiler: { run: (work) => work(), collect: () => [] },
  });
  for (const file of files) writeFileSync(file.filename, await codegen(file));
  assert.ok(files.some(({ filename }) => filename.endsWith('graphql.ts')), 'it makes graphql.ts');
  copyFileSync(join(here, 'operations/usage.ts'), join(out, 'usage.ts'));
  const options = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'];
  const tsc = join(here, 'node_modules/typescript/bin/tsc');
  const inputs = readdirSync(out).map((name) => join(out, name));
  try {
    execFileSync(process.execPath, [tsc, ...options, ...inputs], { encoding: 'utf8', stdio: 'pipe' });
  } catch ({ stdout }) {
    assert.fail(stdout);
  }
});

const schema = buildSchema(served);
const all = { kind: 'Document', definitions: documents.flatMap(({ document }) => document.definitions) };

test('graphql-js finds nothing wrong with the operations', () => assert.deepEqual(validate(schema, all), []));

/** An operation with the fragments that it uses. */
function alone(operation) {
  const fragments = new Map(all.definitions.filter(({ kind }) => kind === 'FragmentDefinition').map((it) => [it.name.value, it]));
  const used = new Set();
  const look = (node) => visit(node, {
    FragmentSpread({ name: { value } }) {
      if (!used.has(value)) {
        used.add(value);
        look(fragments.get(value));
      }
    },
  });
  look(operation);
  const text = ({ loc }) => loc.source.body.slice(loc.start, loc.end);
  return [operation, ...[...used].map((name) => fragments.get(name))].map(text).join('\n');
}

const VARIABLES = {
  ProductPage: { id: 'x' },
  Anything: { ids: [] },
  OwnGames: { since: '2026-01-01T00:00:00Z' },
  Figures: { from: '2026-01-01', to: '2026-03-31' },
};
const MANAGERS = ['People', 'Orders', 'Invoices', 'Figures'];

for (const operation of all.definitions.filter(({ operation }) => operation === 'query')) {
  const name = operation.name.value;
  test(`the server answers ${name}`, async () => {
    const token = await signIn(MANAGERS.includes(name) ? 'manager' : name === 'OwnGames' ? 'studio' : 'customer');
    assert.ok(await read(alone(operation), VARIABLES[name], token));
  });
}

for (const operation of all.definitions.filter(({ operation }) => operation === 'mutation')) {
  test(`the server knows ${operation.name.value}, and what its variables are`, async () => {
    const { status, errors } = await ask(alone(operation), {}, await signIn('customer'));
    assert.equal(status, 400);
    assert.deepEqual(errors.map(({ extensions }) => extensions.code), ['BAD_USER_INPUT']);
  });
}
