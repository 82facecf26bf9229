export { credentialsReason } from './credentials-reason.ts';
export { errorCode, isSystemError } from './error-code.ts';
export { failureLine, failureReason, StatedError } from './failure-reason.ts';
export { isTlsError } from './tls-error.ts';
export { withoutQuery } from './without-query.ts';
export { withoutSecrets } from './without-secrets.ts';
