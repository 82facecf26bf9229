import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkServedName } from './served-name.ts';

const messages = (url: string, ...hosts: string[]) =>
  checkServedName(url, hosts).map(({ severity, message }) => `${severity} ${message}`);

test('a backend on a name that is served, or below one', () => {
  assert.deepEqual(messages('https://images.example', 'images.example'), [
    'error it is on images.example, a name that is served here',
  ]);
  assert.deepEqual(messages('https://s3.images.example/b', '*', 'Images.example:8443'), [
    'error it is on s3.images.example, below images.example, which is served here',
  ]);
  assert.deepEqual(messages('https://s3.images.example', '*.images.example'), [
    'error it is on s3.images.example, below images.example, which is served here',
  ]);
});

test('any other name is good, also where every name is served', () => {
  assert.deepEqual(messages('https://s3.example', '*', 'images.example'), []);
  assert.deepEqual(messages('https://myimages.example', 'images.example'), []);
});
