import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileKeyPath, compileKeyTemplate } from './key-template.ts';

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

// imgix/js-core#88, aws/aws-sdk-cpp#110.
test('a plus sign in a key is escaped in a path, since S3 reads it as a space', () => {
  for (const [template, path] of [
    ['a+b/{digest}', 'a%2Bb/sha256:abcdef'],
    ['{hex}+{algorithm}+x', 'abcdef%2Bsha256%2Bx'],
    ['a=b~c@d/{hex:2}/{hex}', 'a=b~c@d/ab/abcdef'],
  ] as const) {
    assert.equal(compileKeyPath(template)(DIGEST), path);
    assert.equal(compileKeyTemplate(template)(DIGEST), path.replaceAll('%2B', '+'));
  }
  assert.throws(() => compileKeyPath('a%2Bb/{digest}'), RangeError);
});

test('an invalid template is refused with the reason', () => {
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
