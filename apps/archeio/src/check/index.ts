export type { BodyAnswer, BodyRead, BodyReader } from './body-reader.ts';
export { observationOf, presenceOf } from './classify.ts';
export type { BlobPresence, ForbiddenMeaning } from './classify.ts';
export { createStoreChecker } from './create-store-checker.ts';
export type { StoreCheckerOptions } from './create-store-checker.ts';
export type {
  CheckMethod,
  NoAnswer,
  StatusAnswer,
  StoreAnswer,
  StoreChecker,
} from './store-checker.ts';
