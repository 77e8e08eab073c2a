// GraphQL over HTTP: the audits of the graphql-http package, which follow the specification's draft.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { ENDPOINT } from './souk.js';

for (const { id, name, fn } of serverAudits({ url: ENDPOINT, fetchFn: fetch })) {
  test(`${id} ${name}`, async () => {
    const { status, reason } = await fn();
    assert.equal(status, 'ok', reason);
  });
}
