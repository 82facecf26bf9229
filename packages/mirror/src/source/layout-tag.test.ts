import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutTag } from './layout-tag.ts';

const REFERENCE = 'org.opencontainers.image.ref.name';
const CONTAINERD = 'io.containerd.image.name';

test('the tag of an image in a layout is found, whether its annotation is a tag or the full name', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  for (const [name, tag] of [
    ['v1', 'v1'],
    ['docker.io/library/app:v1', 'v1'],
    ['app:1.2.3-alpine', '1.2.3-alpine'],
    ['localhost:5000/app:v1', 'v1'],
    [`registry.example:5000/team/app:v1@${digest}`, 'v1'],
    ['localhost:5000/app', undefined],
    ['docker.io/library/app', undefined],
    [`docker.io/library/app@${digest}`, undefined],
    ['app:', undefined],
    [':v1', undefined],
    ['../../escaped', undefined],
    ['app:../v1', undefined],
    ['', undefined],
  ] as const)
    assert.equal(layoutTag({ [REFERENCE]: name }), tag, name);
});

test("containerd's name counts if it is the only one", () => {
  const whole = 'docker.io/library/app:v2';
  assert.equal(layoutTag({ [CONTAINERD]: whole }), 'v2');
  assert.equal(layoutTag({ [CONTAINERD]: whole, [REFERENCE]: 'v1' }), 'v1');
  assert.equal(layoutTag({ [CONTAINERD]: whole, [REFERENCE]: 'docker.io/library/app' }), 'v2');
  assert.equal(layoutTag({}), undefined);
});
