export type {
  BodyAnswer,
  BodyRead,
  BodyReader,
  CheckMethod,
  NoAnswer,
  StatusAnswer,
  StoreAnswer,
  StoreChecker,
} from './answer.ts';
export { byteCount, type Claims, claimsOf, claimsWithoutBody } from './claims.ts';
export { observationOf, presenceAtUpstream, presenceOf } from './classify.ts';
export {
  type Content,
  type ContentKey,
  contentKey,
  contentKeys,
  contentOf,
  type Sha256,
} from './content-keys.ts';
export { describeAnswer, summarizeAnswer } from './describe-answer.ts';
export { digestKeys } from './digest-keys.ts';
export { type Flaw, flawOf } from './flaw.ts';
export { fieldOf, type HeaderFields, shown } from './header-fields.ts';
export { requestHeaders } from './request-headers.ts';
export { storeIdentity } from './store-identity.ts';
export { TokenBucket } from './token-bucket.ts';
export { unreadableBy } from './unreadable-object.ts';
export { type UpstreamRequest, upstreamRequest } from './upstream-request.ts';
