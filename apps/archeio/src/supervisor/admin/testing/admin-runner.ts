import { fixtureServer } from './admin-fixture.ts';

/** `bun FILE TIMEOUT` runs the fixture in a separate process until standard input ends; prints its port. */
const timeout = Number(process.argv[2]);
console.log(await fixtureServer([], undefined, timeout).listen('127.0.0.1', 0));
process.stdin.on('end', () => process.exit(0)).resume();
