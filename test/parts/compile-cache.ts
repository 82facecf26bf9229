import { join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';

/**
 * Environment that makes Node.js programs cache compiled code: the next start takes half the time. Empty while coverage
 * is measured, because the cache makes it inexact.
 */
export const COMPILE_CACHE: Readonly<Record<string, string>> =
  process.env['NODE_V8_COVERAGE'] === undefined
    ? { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/compiled') }
    : {};
