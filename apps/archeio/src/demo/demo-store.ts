import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@archeio/plain-errors';
import { type Answer, sendBytes, sendNothing } from './loopback-server.ts';

/** The keys that the mirror writes blobs to; its own records are not served. */
const KEY = /^\/containers\/images\/sha256:[0-9a-f]{64}$/;

/** A store: serves the blobs in a directory that the mirror fills. */
export function demoStore(directory: string): Answer {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendNothing(response, 405);
    const key = decodeURIComponent(request.url ?? '/');
    if (!KEY.test(key)) return sendNothing(response, 404);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(join(directory, key));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return sendNothing(response, 404);
      throw error;
    }
    sendBytes(request, response, bytes, { 'content-type': 'application/octet-stream' });
  };
}
