export { decodedBody, decodedChunks, UNDECODED } from './decoded-body.ts';
export { fetchFollowing, type FollowingOptions, redirectTarget } from './fetch-following.ts';
export { gatherBytes, TooLongError } from './gather-bytes.ts';
export { type ReadFile, readFileOrPipe } from './read-file-or-pipe.ts';
export {
  NotRegularError,
  openRegular,
  readRegular,
  readRegularStream,
  readRegularSync,
  readUnlessKnown,
} from './read-file.ts';
export { retryAfter } from './retry-after.ts';
