// relay-compiler accepts the schema with fragments, connections, refetchable fragments and declarative mutations, and
// the server accepts every operation that it writes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, sdl, signIn } from './souk.js';

const here = import.meta.dirname;
const out = join(here, 'generated/relay');
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'artifacts'), { recursive: true });
cpSync(join(here, 'relay'), join(out, 'src'), { recursive: true });
writeFileSync(join(out, 'schema.graphql'), await sdl(await signIn('manager')));
writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }');
writeFileSync(
  join(out, 'relay.config.json'),
  JSON.stringify({
    src: './src',
    schema: './schema.graphql',
    language: 'javascript',
    artifactDirectory: './artifacts',
    eagerEsModules: false,
    customScalarTypes: { Date: 'string', DateTime: 'string', Decimal: 'string', JSON: 'mixed' },
  }),
);

let failure;
try {
  const compiler = join(here, 'node_modules/relay-compiler/cli.js');
  execFileSync(process.execPath, [compiler, 'relay.config.json'], { cwd: out, encoding: 'utf8', stdio: 'pipe' });
} catch ({ message, stdout, stderr }) {
  failure = [message, stdout, stderr].join('\n');
}

test('relay-compiler', () => assert.equal(failure, undefined));

const require = createRequire(join(out, 'package.json'));
const VARIABLES = { id: '0', ids: ['0'], connections: [], count: 2 };
const artifacts = readdirSync(join(out, 'artifacts')).filter((name) => /(Query|Mutation)\.graphql\.js$/.test(name));

test('it writes all operations', () => assert.equal(artifacts.length, 10, artifacts.join(' ')));

for (const name of artifacts) {
  test(`the server accepts ${name.replace('.graphql.js', '')}`, async () => {
    const source = readFileSync(join(out, 'artifacts', name), 'utf8');
    assert.ok(source.includes('"text"'), 'it has a text');
    const { params } = require(`./artifacts/${name}`);
    const { status, data, errors } = await ask(params.text, VARIABLES, await signIn('customer'));
    if (params.operationKind === 'query') {
      assert.equal(status, 200, JSON.stringify(errors));
      assert.ok(data);
    } else {
      // Without its input, nothing is changed: the document alone is looked at.
      assert.deepEqual(errors.map(({ extensions, message }) => [extensions.code, message.split(' ')[0]]), [['BAD_USER_INPUT', '$input']]);
    }
  });
}
