// Bundles src/ into the few files that the souk binary embeds. The same sources give the same content.
// With --check it writes nothing, and fails if what is embedded comes from other sources.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
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
    loader: { '.ttf': 'dataurl', '.graphql': 'text' }, // Monaco's icons, and our samples
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

const html = readFileSync('src/index.html', 'utf8').replace(/\[\[(.+?)\]\]/g, (_, name) => address(name, files[name]));
const outputs = {
  ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`${name}.gz`, content])),
  'index.html': html,
  'THIRD-PARTY.txt': notices([page.metafile, worker.metafile]),
};

// The content is compared, since not every zlib packs it into the same bytes.
const packs = (name) => name.endsWith('.gz');
const check = process.argv.includes('--check');

for (const [name, output] of Object.entries(outputs)) {
  const file = new URL(name, OUT);
  const content = Buffer.from(output);
  if (check) {
    const embedded = readFileSync(file);
    if (content.equals(packs(name) ? gunzipSync(embedded) : embedded)) continue;
    console.error(`${file.pathname} does not come from these sources: npm run build`);
    process.exitCode = 1;
  } else {
    const bytes = packs(name) ? gzipSync(content, { level: 9 }) : content;
    writeFileSync(file, bytes);
    console.log(String(bytes.length).padStart(9), name);
  }
}
