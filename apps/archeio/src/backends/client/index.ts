export type { BodyAnswer, BodyRead, BodyReader } from './body-reader.ts';
export { observationOf, presenceOf } from './classify.ts';
export type { BlobPresence, ForbiddenMeaning } from './classify.ts';
export { claimsOf } from './claims.ts';
export type { Claims } from './claims.ts';
export { createStoreChecker } from './create-store-checker.ts';
export type { StoreCheckerOptions } from './create-store-checker.ts';
export { describeAnswer } from './describe-answer.ts';
export { flawOf } from './flaw.ts';
export type { Flaw } from './flaw.ts';
export type {
  CheckMethod,
  NoAnswer,
  StatusAnswer,
  StoreAnswer,
  StoreChecker,
} from './store-checker.ts';
