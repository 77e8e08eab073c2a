// A reporter for `node --test`: what failed and why, then one line of figures for each suite.

import { basename } from 'node:path';

export default async function* figures(events) {
  const suites = new Map();
  for await (const { type, data } of events) {
    if (type === 'test:diagnostic' && data.message.startsWith('note: ')) yield `${basename(data.file)}: ${data.message}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // What holds other tests is not one itself, and a file that could not be run has failed as one.
    if (data.details.type === 'suite') continue;
    const name = basename(data.file ?? data.name);
    const suite = suites.get(name) ?? { passed: 0, skipped: 0, total: 0 };
    suites.set(name, suite);
    suite.total += 1;
    if (data.skip !== undefined) suite.skipped += 1;
    else if (type === 'test:pass') suite.passed += 1;
    else yield `FAILED ${name}: ${data.name}\n${told(data.details.error)}\n`;
  }
  for (const [name, { passed, skipped, total }] of [...suites].sort()) {
    const rest = skipped ? `, ${skipped} skipped` : '';
    yield `${passed === total - skipped ? 'ok    ' : 'FAILED'} ${name.padEnd(26)} ${passed}/${total - skipped}${rest}\n`;
  }
}

function told(error) {
  const { message, stack } = error?.cause ?? error ?? {};
  return String(message ?? stack ?? error).split('\n').slice(0, 40).map((line) => `    ${line}`).join('\n');
}
