import { fixtureServer } from './admin-fixture.ts';

/** The fixture in a process of its own, until standard input ends; prints its port. */
console.log(await fixtureServer().listen('127.0.0.1', 0));
process.stdin.on('end', () => process.exit(0)).resume();
