import { failureReason } from './failure-reason.ts';

/**
 * Meanings of the AWS SDK's messages about missing credentials, which may contain the command line of
 * `credential_process`, a URL with a token, or a part of a file.
 */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/^Could not load credentials from any providers/, 'no credentials were found'],
  [/command failed|credential_process/i, 'the profile\'s "credential_process" failed'],
  [
    /\bSSO\b.*(?:expired|invalid)|re-authenticate using aws login/i,
    'the SSO session has expired: run "aws sso login"',
  ],
  [/multi-factor authentication/, 'the profile needs multi-factor authentication'],
  [/^Detected a cycle/, 'its profiles form a loop'],
  [
    /^Profile \S+ (?:could not be found|was not found)|^Could not resolve credentials using profile/,
    'the profile is not in the AWS configuration files, or has no credentials',
  ],
  [/container metadata/, 'AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL that can be used'],
  [/instance metadata service/i, 'the instance metadata service returned none'],
];

/** Meanings of the error names of STS. */
const STS: Readonly<Record<string, string>> = {
  AccessDenied: 'the role may not be assumed',
  ExpiredTokenException: 'the token for the role has expired',
  InvalidIdentityToken: 'the token for the role is not accepted',
  IDPCommunicationError: 'AWS cannot reach the identity provider',
};

/** Why there are no credentials, in one line. */
export function credentialsReason(error: unknown): string {
  if (!(error instanceof Error)) return failureReason(error);
  const message = error.message.replaceAll(/\s+/g, ' ');
  const meaning = MEANINGS.find(([pattern]) => pattern.test(message))?.[1];
  if (meaning !== undefined) return meaning;
  if (Object.hasOwn(STS, error.name)) return `${STS[error.name]} (${error.name})`;
  const [, status] = /^Server responded with status: (\d{3})$/.exec(error.message) ?? [];
  return status === undefined
    ? failureReason(error)
    : `the source of credentials answered ${status}`;
}
