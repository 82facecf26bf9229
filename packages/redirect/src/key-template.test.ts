import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileKeyTemplate } from './key-template.ts';

const DIGEST = 'sha256:abcdef';

test('each placeholder', () => {
  assert.equal(
    compileKeyTemplate('containers/images/{digest}')(DIGEST),
    'containers/images/sha256:abcdef',
  );
  assert.equal(compileKeyTemplate('{digest}')(DIGEST), 'sha256:abcdef');
  assert.equal(
    compileKeyTemplate('docker/registry/v2/blobs/{algorithm}/{hex:2}/{hex}/data')(DIGEST),
    'docker/registry/v2/blobs/sha256/ab/abcdef/data',
  );
});

test('a template that cannot be read says why', () => {
  assert.throws(() => compileKeyTemplate('blobs/{name}'), {
    name: 'RangeError',
    message:
      'cannot read key template "blobs/{name}": {name} is none of {digest}, {algorithm}, {hex}, {hex:2}',
  });
  assert.throws(() => compileKeyTemplate('blobs/{hex:2}'), {
    message: 'cannot read key template "blobs/{hex:2}": it must have {digest} or {hex}',
  });
  assert.throws(() => compileKeyTemplate(''), RangeError);
});

test('a template cannot leave the store or break a URL', () => {
  for (const template of [
    '../{digest}',
    'a/../{digest}',
    './{digest}',
    '/{digest}',
    'a//{hex}',
    '{digest}/',
    '{digest}?x',
    '{digest}#x',
    'a b/{digest}',
    '{digest}\n',
    '{digest}{',
    'a%2e/{digest}',
    '\u00e9/{digest}',
  ]) {
    assert.throws(
      () => compileKeyTemplate(template),
      /^RangeError: cannot read key template/,
      template,
    );
  }
});
