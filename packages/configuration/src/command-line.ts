/** What a command line needs before it reads a configuration, without the schema and the parser: both take long to load. */
export { tryParseDuration } from './duration.ts';
export { EnvironmentError, parsePort } from './environment.ts';
export { LARGEST_CONTENT, TOO_LARGE } from './largest-content.ts';
export { didYouMean } from './nearest.ts';
export { ConfigurationError, formatProblem, problemJson } from './problem.ts';
