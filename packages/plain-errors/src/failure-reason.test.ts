import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureLine, failureReason, StatedError } from './failure-reason.ts';

const PROSE = 'Unable to connect to http://h/?SECRET. Is the computer able to access the url?';

function failure(code: unknown, more: object = {}): Error {
  return Object.assign(new TypeError(PROSE), { code, ...more });
}

test('codes of both runtimes have a meaning in plain words, followed by the code', () => {
  for (const [code, reason] of [
    ['ECONNREFUSED', 'connection refused (ECONNREFUSED)'],
    ['ENOTFOUND', 'the host name does not exist (ENOTFOUND)'],
    ['EAI_AGAIN', 'the host name cannot be looked up (EAI_AGAIN)'],
    ['ENOENT', 'there is no such file or directory (ENOENT)'],
    ['InvalidContentLength', 'the answer is not valid HTTP (InvalidContentLength)'],
    ['Malformed_HTTP_Response', 'the answer is not valid HTTP (Malformed_HTTP_Response)'],
    ['HPE_INVALID_CONSTANT', 'the answer is not valid HTTP (HPE_INVALID_CONSTANT)'],
    ['Z_DATA_ERROR', 'the body cannot be decompressed (Z_DATA_ERROR)'],
    ['ZSTD_error_prefix_unknown', 'the body cannot be decompressed (ZSTD_error_prefix_unknown)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    // moby/moby#31602: the server sends only its own certificate.
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'the certificate is from an authority that is not trusted, or the server does not send the intermediate certificates (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the TLS handshake failed (ERR_SSL_PACKET_LENGTH_TOO_LONG)'],
  ])
    assert.equal(failureReason(failure(code)), reason);
});

test('a cause takes precedence over the error that wraps it', () => {
  const wrapped = new TypeError('fetch failed', { cause: failure('ECONNRESET') });
  assert.match(failureReason(wrapped), /^the connection was closed .* \(ECONNRESET\)$/);
  const parser = Object.assign(new Error(PROSE), { name: 'HTTPParserError' });
  assert.equal(
    failureReason(new TypeError('fetch failed', { cause: parser })),
    'the answer is not valid HTTP',
  );
  assert.match(
    failureReason(new TypeError('fetch failed', { cause: new Error('bad port') })),
    /port/,
  );
  const stated = new Error('wrapped', { cause: new StatedError('the reason') });
  assert.equal(failureReason(stated), 'the reason');
  const round: Error = new Error(PROSE);
  round.cause = round;
  assert.equal(failureReason(round), 'an unexpected failure (Error)');
});

test('never repeats an unknown message', () => {
  for (const [error, reason] of [
    [failure('Some_New_Code'), 'an unexpected failure (Some_New_Code)'],
    [failure('http://h/?SECRET'), 'an unexpected failure (TypeError)'],
    [failure('toString'), 'an unexpected failure (toString)'],
    [failure(23), 'an unexpected failure (TypeError)'],
    [Object.assign(new Error(PROSE), { name: PROSE }), 'an unexpected failure'],
    [PROSE, 'an unexpected failure'],
    [undefined, 'an unexpected failure'],
    [new DOMException(PROSE, 'TimeoutError'), 'no answer in time'],
    [new DOMException(PROSE, 'AbortError'), 'it was stopped'],
  ] as const)
    assert.equal(failureReason(error), reason);
});

test('passes on the messages of stated errors', () => {
  assert.equal(
    failureReason(new StatedError('it is longer than 5 bytes')),
    'it is longer than 5 bytes',
  );
});

test('a failure line names the file of a system error', () => {
  const error = failure('EACCES', { syscall: 'open', path: '/x' });
  assert.equal(failureLine(error), 'cannot open "/x": not allowed (EACCES)');
  assert.equal(
    failureLine(failure('EMFILE', { syscall: 'pipe' })),
    'too many files are open in this process (EMFILE)',
  );
});
