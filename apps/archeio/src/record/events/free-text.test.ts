import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { freeText } from './free-text.ts';

test('ordinary texts stay as they are', () => {
  for (const text of [
    '',
    'containerd/2.1.4',
    'docker/28.0.1 go/go1.23.6 git-commit/bbd0a17 kernel/6.8.0 os/linux arch/amd64 UpstreamClient(Docker-Client/28.0.1 \\(linux\\))',
    'registry.k8s.io:443',
  ])
    assert.equal(freeText(text), text);
});

test('secrets are hidden, control characters replaced, long texts cut', () => {
  assert.equal(freeText('x https://user:pw@host/p?sig=1'), 'x https://***@host/p?***');
  assert.equal(freeText('a\nb\u0000c\u007fd\u0085e\u2028f'), 'a b c d e f');
  assert.equal(freeText('x'.repeat(10_000)), 'x'.repeat(256));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      const free = freeText(text);
      assert.ok(free.length <= 256);
      // oxlint-disable-next-line no-control-regex -- they must not be there
      assert.doesNotMatch(free, /[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});
