import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';

/**
 * Environment for programs that run on Node.js: they keep what they compiled for the next start, which then takes half
 * the time. Empty while coverage is measured, which the cache makes inexact.
 */
export const COMPILE_CACHE: Readonly<Record<string, string>> =
  process.env['NODE_V8_COVERAGE'] === undefined
    ? { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/compiled') }
    : {};
