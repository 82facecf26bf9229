import { join } from 'node:path';
import { after } from 'node:test';
import { createStoreChecker } from './create-store-checker.ts';
import { checkerSuite } from './testing/checker-suite.ts';
import { remoteCheckers } from './testing/remote-checker.ts';

const BUN = join(import.meta.dirname, '../../../../node_modules/.bin/bun');

const bun = remoteCheckers(BUN);
after(() => bun[Symbol.asyncDispose]());

checkerSuite('Node', createStoreChecker);
checkerSuite('Bun', (options) => bun.create(options));
