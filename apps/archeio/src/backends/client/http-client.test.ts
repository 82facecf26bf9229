import { join } from 'node:path';
import { after } from 'node:test';
import { checkerSuites } from './testing/checker-suite.ts';
import { createWithAddresses } from './testing/named-addresses.ts';
import { remoteCheckers } from './testing/remote-checker.ts';

const bun = remoteCheckers(join(import.meta.dirname, '../../../../../node_modules/.bin/bun'));
after(() => bun[Symbol.asyncDispose]());

checkerSuites({ Node: createWithAddresses, Bun: (options) => bun.create(options) });
