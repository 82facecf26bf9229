import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialsReason } from './credentials-reason.ts';

function said(message: string, more: object = {}): string {
  return credentialsReason(
    Object.assign(new Error(message), { name: 'CredentialsProviderError', ...more }),
  );
}

test('explains in plain words why the SDK found no credentials', () => {
  assert.equal(said('Could not load credentials from any providers'), 'no credentials were found');
  assert.equal(
    said('Command failed: get-key --password SECRET\nbad SECRET'),
    'the profile\'s "credential_process" failed',
  );
  assert.match(
    said('The SSO session associated with this profile has expired. Run'),
    /aws sso login/,
  );
  assert.match(said('Profile SECRET was not found.'), /^the profile is not in/);
  assert.equal(said('Server responded with status: 403'), 'the source of credentials answered 403');
  assert.equal(
    said('https://h/?SECRET is not a valid container metadata service URL'),
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL that can be used',
  );
});

test('a role that may not be assumed, a network failure, and an unknown error', () => {
  assert.equal(
    said('User: SECRET may not', { name: 'AccessDenied' }),
    'the role may not be assumed (AccessDenied)',
  );
  assert.equal(said('connect', { code: 'ECONNREFUSED' }), 'connection refused (ECONNREFUSED)');
  assert.equal(said('something with SECRET'), 'an unexpected failure (CredentialsProviderError)');
  assert.equal(credentialsReason('SECRET'), 'an unexpected failure');
});
