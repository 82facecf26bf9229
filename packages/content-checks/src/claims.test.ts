import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimsOf } from './claims.ts';
import type { HeaderFields } from './header-fields.ts';

for (const [status, contentLength, contentRange, size] of [
  [200, '0', undefined, 0],
  [200, '5368709120', undefined, 5_368_709_120],
  [200, '9007199254740991', undefined, 9_007_199_254_740_991],
  [200, '9007199254740992', undefined, -1],
  [200, '99999999999999999999', undefined, -1],
  [200, undefined, undefined, -1],
  [200, '', undefined, -1],
  [200, '-1', undefined, -1],
  [200, '1e3', undefined, -1],
  [200, '7, 7', undefined, -1],
  [200, '7', 'bytes 0-0/9', 7],
  [206, '1', 'bytes 0-0/9', 9],
  [206, '1', 'bytes 0-0/5368709120', 5_368_709_120],
  [206, '1', 'bytes 0-0/*', -1],
  [206, '1', 'bytes */9', -1],
  [206, '1', 'items 0-0/9', -1],
  [206, '1', undefined, -1],
  [404, '20', undefined, -1],
  [416, '20', 'bytes */9', 9],
  [416, '20', 'bytes */0', 0],
  [416, '20', undefined, -1],
] as const) {
  test(`${status}, Content-Length ${contentLength}, Content-Range ${contentRange}: ${size} bytes`, () => {
    const headers = { 'content-length': contentLength, 'content-range': contentRange };
    assert.equal(claimsOf(status, headers).size, size);
  });
}

const DIGEST = `sha256:${'ab'.repeat(32)}`;

for (const [what, status, headers, claims] of [
  ['nothing but a length', 200, { 'content-length': '7' }, { size: 7 }],
  ['a digest', 200, { 'docker-content-digest': ` ${DIGEST} ` }, { size: -1, digest: DIGEST }],
  [
    'a digest of a redirect',
    307,
    { 'docker-content-digest': DIGEST },
    { size: -1, digest: DIGEST },
  ],
  ['a value that is not a digest', 200, { 'docker-content-digest': 'sha256:AB' }, { size: -1 }],
  [
    'an archived object',
    200,
    { 'content-length': '7', 'x-amz-storage-class': 'GLACIER' },
    { size: 7, unreadable: 'x-amz-storage-class: GLACIER' },
  ],
  ['a class of an error', 503, { 'x-amz-storage-class': 'GLACIER' }, { size: -1 }],
  [
    'an HTML page',
    200,
    { 'content-length': '7', 'content-type': 'text/html; charset=utf-8' },
    { size: 7, doubt: 'it is an HTML page' },
  ],
  ['an error page', 404, { 'content-type': 'text/html' }, { size: -1 }],
  ['a media type', 200, { 'content-type': 'application/x-text/html' }, { size: -1 }],
  [
    'an encoding',
    200,
    { 'content-length': '7', 'content-encoding': 'aws-chunked, gzip' },
    { size: -1, doubt: 'its Content-Encoding is "gzip", although identity was requested' },
  ],
  [
    'an encoding of a part',
    206,
    { 'content-range': 'bytes 0-0/9', 'content-encoding': 'br' },
    { size: -1, doubt: 'its Content-Encoding is "br", although identity was requested' },
  ],
  [
    'encodings that change nothing',
    200,
    { 'content-length': '7', 'content-encoding': 'aws-chunked,identity' },
    { size: 7 },
  ],
  ['a part', 206, { 'content-range': 'bytes 0-0/9' }, { size: 9 }],
  ['a part of an unknown whole', 206, { 'content-range': 'bytes 0-0/*' }, { size: -1 }],
  [
    'a part of no place',
    206,
    {},
    { size: -1, doubt: 'it is a partial answer without Content-Range' },
  ],
  [
    'another part',
    206,
    { 'content-range': 'bytes 5-5/9' },
    {
      size: 9,
      doubt: 'its Content-Range is "bytes 5-5/9", although the first bytes were requested',
    },
  ],
  [
    'a long value, which is cut',
    206,
    { 'content-range': 'x'.repeat(100) },
    {
      size: -1,
      doubt: `its Content-Range is "${'x'.repeat(60)}…", although the first bytes were requested`,
    },
  ],
  [
    'several lines',
    200,
    { 'content-type': ['text/html', 'a/b'] },
    { size: -1, doubt: 'it is an HTML page' },
  ],
] satisfies [string, number, HeaderFields, object][]) {
  test(`what an answer claims: ${what}`, () => {
    assert.deepEqual(claimsOf(status, headers), claims);
  });
}
