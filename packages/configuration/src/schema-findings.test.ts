import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found, store } from './testing/found.ts';

test('values of the wrong type', () => {
  for (const [more, expected] of [
    [
      { presence: { budget: 5 } },
      'presence.budget: cannot read 5: expected a duration such as 500ms, 30s or 24h',
    ],
    [{ listen: [] }, 'listen: cannot read a list: expected a map'],
    [
      { listen: { processes: 'many' } },
      'listen.processes: cannot read "many": expected a number or auto',
    ],
    [{ registries: [] }, 'registries: there are 0 entries: expected at least 1 entry'],
    [{ clientAddress: { topology: 'hops' } }, 'clientAddress.hops: is missing: expected a number'],
    [{ explain: { header: true } }, 'explain.header: cannot read true: expected a map'],
    [{ explain: { header: {} } }, 'explain.header.from: is missing: expected a list'],
    [
      { explain: { header: { from: [] } } },
      'explain.header.from: there are 0 entries: expected at least 1 entry',
    ],
    [
      { explain: { header: { from: ['10.0.0.0/33'] } } },
      'explain.header.from[0]: cannot read prefix "10.0.0.0/33": the length must be 0 to 32',
    ],
    [{ explain: { headers: {} } }, 'explain.headers: unknown key: did you mean "header"?'],
    [{ traces: { sample: 2 } }, 'traces.sample: cannot use 2: expected at most 1'],
    [
      { traces: { trustedPeers: ['10.0.0.1/33'] } },
      'traces.trustedPeers[0]: cannot read prefix "10.0.0.1/33": the length must be 0 to 32',
    ],
    [
      { correlation: { requestId: 'true' } },
      'correlation.requestId: expected true or false, found the string "true": write it without quotes',
    ],
    [
      { correlation: { requestID: true } },
      'correlation.requestID: unknown key: did you mean "requestId"?',
    ],
    [{ events: true }, 'events: cannot read true: expected a map'],
    [{ events: { to: '/dev/stdout' } }, 'events.to: expected stdout or a file'],
    [{ events: { sample: 1.5 } }, 'events.sample: cannot use 1.5: expected at most 1'],
    [
      { events: { always: ['error'] } },
      'events.always[0]: cannot read "error": expected errors: did you mean "errors"?',
    ],
    [
      { events: { client: 'all' } },
      'events.client: cannot read "all": expected none, prefix or full',
    ],
    [
      { networks: { 'a b': ['10.0.0.0/8'] } },
      'networks.a b: expected at most 63 letters, digits, ".", "_" and "-", the first a letter or digit',
    ],
    [
      { stores: [store({ default: true, usdPerGiB: 'x' })] },
      'stores[0].usdPerGiB: cannot read "x": expected a number or a map',
    ],
    [
      { version: '1' },
      'version: expected the number 1, found the string "1": write it without quotes',
    ],
    [{ version: null }, 'version: has no value: expected 1'],
    [
      { listen: { port: '8080' } },
      'listen.port: expected a number, found the string "8080": write it without quotes',
    ],
    [
      { listen: { processes: '2' } },
      'listen.processes: expected a number, found the string "2": write it without quotes',
    ],
    [
      { stores: [store({ default: 'true' })] },
      'stores[0].default: expected true or false, found the string "true": write it without quotes',
    ],
    [
      { stores: [store({ default: true, usdPerGiB: '0.09' })] },
      'stores[0].usdPerGiB: expected a number, found the string "0.09": write it without quotes',
    ],
    [
      { stores: [store({ default: true, weight: Number.POSITIVE_INFINITY })] },
      'stores[0].weight: cannot read Infinity: expected a number',
    ],
    [
      { networks: { office: [10] } },
      'networks.office[0]: expected a string, found the number 10: write it in quotes',
    ],
    [
      { networks: { office: ['10.0.0.1/8'] } },
      'networks.office[0]: cannot read prefix "10.0.0.1/8": bits beyond the length must be zero: did you mean "10.0.0.0/8"?',
    ],
    [
      { networks: { office: ['1.2.3.4'] } },
      'networks.office[0]: cannot read prefix "1.2.3.4": it has no length: did you mean "1.2.3.4/32"?',
    ],
    [
      { clientAddress: { topology: 'trusted-proxies', prefixes: ['10.0.0.0/33'] } },
      'clientAddress.prefixes[0]: cannot read prefix "10.0.0.0/33": the length must be 0 to 32',
    ],
    [
      { stores: [store({ default: true, usdPerGiB: -1 })] },
      'stores[0].usdPerGiB: cannot use -1: expected at least 0',
    ],
  ] as const)
    assert.deepEqual(found(more), [expected]);
});

test('names what a union or a bound expects', () => {
  assert.match(
    found({ clientAddress: { topology: 'hop', hops: 1 } }).join(),
    /clientAddress.topology: cannot read "hop": expected .*hops.*did you mean "hops"/,
  );
  assert.match(
    found({ clientAddress: {} }).join(),
    /clientAddress.topology: is missing: expected .*hops/,
  );
  assert.match(
    found({ stores: [store({ near: [{ cloud: '' }] })] }).join(),
    /near\[0\].cloud: .*at least 1 character/,
  );
});

test('an inventory has either a URL or a file, and belongs to a store that is checked', () => {
  const withInventory = (inventory: object, more: object = {}) =>
    found({ stores: [store({ default: true, inventory, ...more })] });
  assert.deepEqual(withInventory({ url: 'https://s.example/archeio/inventory' }), []);
  assert.deepEqual(withInventory({ file: '/inventory', maxAge: '2h', refreshEvery: '5m' }), []);
  for (const [problems, expected] of [
    [withInventory({}), /expected either url or file/],
    [withInventory({ url: 'https://s.example/i', file: '/i' }), /expected either url or file/],
    [withInventory({ file: '/i', refreshEvery: '10ms' }), /must be at least 1s/],
    [withInventory({ file: '/i' }, { check: 'none' }), /the inventory is never read/],
  ] as const) {
    assert.equal(problems.length, 1);
    assert.match(problems[0], expected);
  }
});
