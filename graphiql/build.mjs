// Bundles src/ into the few files that the souk binary embeds. The same sources give the same bytes.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { notices } from './notices.mjs';

const OUT = new URL('../src/http/graphiql/', import.meta.url);

/** The address carries the content's hash, so that the server may let browsers keep the file for good. */
const address = (name, content) => `/graphiql/${name}?v=${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;

async function bundle(entry, options) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: 'out',
    target: 'es2022',
    format: 'esm',
    jsx: 'automatic',
    legalComments: 'none', // THIRD-PARTY.txt has them all
    loader: { '.ttf': 'dataurl' }, // Monaco's icons
    define: { 'process.env.NODE_ENV': '"production"', ...options?.define },
    alias: {
      'prettier/parser-graphql': 'prettier/plugins/graphql', // two builds of the same, asked for under both names
      'prettier/parser-babel': './src/jsonc-format.js',
      'prettier/plugins/estree': './src/jsonc-format.js',
    },
  });
  const output = (extension) => outputFiles.find(({ path }) => path.endsWith(extension))?.contents;
  return { js: output('.js'), css: output('.css'), metafile };
}

const worker = await bundle('src/worker.js');
const page = await bundle('src/main.jsx', { define: { WORKER_URL: JSON.stringify(address('worker.js', worker.js)) } });
const files = { 'graphiql.js': page.js, 'graphiql.css': page.css, 'worker.js': worker.js };

mkdirSync(OUT, { recursive: true });
const write = (name, content) => {
  writeFileSync(new URL(name, OUT), content);
  console.log(String(content.length).padStart(9), name);
};

for (const [name, content] of Object.entries(files)) write(`${name}.gz`, gzipSync(content, { level: 9 }));
write('index.html', readFileSync('src/index.html', 'utf8').replace(/\[\[(.+?)\]\]/g, (_, name) => address(name, files[name])));
write('THIRD-PARTY.txt', notices([page.metafile, worker.metafile]));
