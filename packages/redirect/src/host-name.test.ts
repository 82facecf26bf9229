import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHostName } from './host-name.ts';

// rack/rack-test#9, envoyproxy/envoy#3515
for (const [text, name, port] of [
  ['registry.example.com', 'registry.example.com', undefined],
  ['Registry.Example.COM.:0443', 'registry.example.com', '443'],
  ['registry.example.com:', 'registry.example.com', undefined],
  ['registry.example.com.:', 'registry.example.com', undefined],
  ['registry:0', 'registry', '0'],
  ['registry:5000', 'registry', '5000'],
  ['127.0.0.1', '127.0.0.1', undefined],
  ['127.0.0.1.:80', '127.0.0.1', '80'],
  ['[::1]', '[::1]', undefined],
  ['[::1]:', '[::1]', undefined],
  ['[0:0:0:0:0:0:0:1]:80', '[::1]', '80'],
  ['[2001:DB8:0:0::0:1]:5000', '[2001:db8::1]', '5000'],
  ['2001:db8::1', '[2001:db8::1]', undefined],
  ['::1', '[::1]', undefined],
  ['::', '[::]', undefined],
  ['[::ffff:10.0.0.1]:80', '10.0.0.1', '80'],
  ['[::ffff:a00:1]', '10.0.0.1', undefined],
  ['::ffff:10.0.0.1', '10.0.0.1', undefined],
  ['[fe80::1%25eth0]:80', '[fe80::1]', '80'],
  ['[fe80::1%eth0]', '[fe80::1]', undefined],
  ['*', '*', undefined],
  ['*.Example.com:5000', '*.example.com', '5000'],
  ['', '', undefined],
  [':80', '', '80'],
  // A value that is not a host keeps its spelling, and so equals no host.
  ['[127.0.0.1]', '[127.0.0.1]', undefined],
  ['[::1', '[:', '1'],
  ['[::g]', '[::g]', undefined],
  ['1.2.3.999', '1.2.3.999', undefined],
  ['a:b:c', 'a:b:c', undefined],
  ['user@registry', 'user@registry', undefined],
] as const) {
  test(`${JSON.stringify(text)} is host ${JSON.stringify(name)}, port ${port ?? 'none'}`, () => {
    assert.deepEqual(readHostName(text), { name, port });
  });
}
