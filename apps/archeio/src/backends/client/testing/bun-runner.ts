import { createInterface } from 'node:readline';
import type { createStoreChecker } from '../create-store-checker.ts';
import { createWithAddresses } from './named-addresses.ts';
import type { Command } from './remote-checker.ts';

/** Does what the lines of standard input say, for {@link remoteCheckers}; one JSON object a line, both ways. */
const checkers = new Map<number, ReturnType<typeof createStoreChecker>>();

for await (const line of createInterface({ input: process.stdin })) {
  const command: Command = JSON.parse(line);
  switch (command.kind) {
    case 'create':
      checkers.set(command.checker, createWithAddresses(command.options));
      break;
    case 'check': {
      const { checker, id, url, method, accept } = command;
      void checkers
        .get(checker)
        ?.check(url, method, accept)
        .then((answer) => console.log(JSON.stringify({ id, answer })));
      break;
    }
    case 'read': {
      const { checker, id, url, bytes } = command;
      void checkers
        .get(checker)
        ?.read(url, bytes)
        .then((answer) => console.log(JSON.stringify({ id, answer })));
      break;
    }
    case 'close':
      checkers.get(command.checker)?.close();
  }
}
