// The licences of everything that went into the bundles: who holds what, and each licence's text once.

import { existsSync, readdirSync, readFileSync } from 'node:fs';

const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

const MIT = readFileSync('node_modules/react/LICENSE', 'utf8');

/** The folders of the packages that left at least a byte in an output. */
function bundledFolders(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return [...new Set(used.map(([path]) => PACKAGE_FOLDER.exec(path)?.[1]).filter(Boolean))].sort();
}

function licenceOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file) return { name: `${name} ${version}`, text: readFileSync(`${folder}/${file}`, 'utf8') };
  if (license !== 'MIT') throw new Error(`${name} has no licence file and is not MIT`);
  const holder = author?.name ?? author ?? `the authors of ${name}`;
  return { name: `${name} ${version}`, text: MIT.replace(/^Copyright.*$/m, `Copyright (c) ${holder}`) };
}

/** Prettier's files have other packages inside, which its own notice lists a section each, the text quoted. */
function licencesInPrettier() {
  const sections = readFileSync('node_modules/prettier/THIRD-PARTY-NOTICES.md', 'utf8').split(/^## /m).slice(1);
  return sections.map((section) => {
    const [heading, ...lines] = section.split('\n');
    const body = lines.slice(lines.findIndex((line) => line.startsWith('License: ')));
    const quoted = body.filter((line) => line.startsWith('>')).map((line) => line.replace(/^> ?/, ''));
    return { name: `${heading.trim()} (in prettier)`, text: quoted.join('\n') || body[0] };
  });
}

/** Most texts differ only in who holds the copyright and where lines break. */
function split(text) {
  const paragraphs = text.split(/\n\s*\n/).map((paragraph) => paragraph.replace(/\s+/g, ' ').trim()).filter(Boolean);
  const isTitle = (paragraph) => /^[(#]*(the )?(mit|isc)\b.{0,20}$/i.test(paragraph);
  const isHolder = (paragraph) => /^copyright /i.test(paragraph) && paragraph.length < 400;
  return {
    holders: paragraphs.filter(isHolder).join('; '),
    terms: paragraphs.filter((paragraph) => !isTitle(paragraph) && !isHolder(paragraph)).join('\n\n'),
  };
}

export function notices(metafiles) {
  const groups = new Map();
  for (const { name, text } of [...bundledFolders(metafiles).map(licenceOf), ...licencesInPrettier()]) {
    const { holders, terms } = split(text);
    const key = terms.toLowerCase().replace(/[^a-z]/g, '');
    if (!groups.has(key)) groups.set(key, { terms, names: [] });
    groups.get(key).names.push(holders ? `${name}: ${holders}` : name);
  }
  const parts = [...groups.values()].map(({ terms, names }) => `${names.join('\n')}\n\n${terms}`);
  const monaco = readFileSync('node_modules/monaco-editor/ThirdPartyNotices.txt', 'utf8').replaceAll('\r', '');
  return [
    'Souk serves GraphiQL from inside its binary. These are the parts in it that others wrote, and their licences.',
    ...parts,
    "The icons in graphiql.css are Microsoft's Codicons (https://github.com/microsoft/vscode-codicons), unchanged, under\nthe Creative Commons Attribution 4.0 International Public License (https://creativecommons.org/licenses/by/4.0/).",
    `monaco-editor includes further parts. Its notice:\n\n${monaco}`,
  ].join(`\n\n${'-'.repeat(80)}\n\n`);
}
