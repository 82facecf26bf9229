import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TARGET_TOO_LONG } from '@archeio/request-handler';
import { refusalOf } from './unreadable.ts';

test('each parser error has its status', () => {
  assert.equal(refusalOf('HPE_INVALID_METHOD', 'BREW /v2/ HTTP/1.1\r\n').status, 405);
  assert.equal(refusalOf('HPE_INVALID_CONSTANT', 'OPTIONS * HTTP/1.1\r\n').status, 405);
  assert.equal(refusalOf('HPE_INVALID_CONSTANT', 'GET * HTTP/1.1\r\n').status, 400);
  assert.equal(refusalOf('HPE_INVALID_METHOD', '\u0016\u0003\u0001').status, 400);
  assert.equal(refusalOf('HPE_HEADER_OVERFLOW').status, 431);
  assert.equal(refusalOf('ERR_HTTP_REQUEST_TIMEOUT').status, 408);
  assert.equal(refusalOf('HPE_INVALID_URL').status, 400);
  assert.equal(refusalOf(undefined).status, 400);
  assert.equal(TARGET_TOO_LONG.status, 414);
});
