import { fixtureServer } from './admin-fixture.ts';

/** Runs the fixture in a separate process until standard input ends; prints its port. */
console.log(await fixtureServer().listen('127.0.0.1', 0));
process.stdin.on('end', () => process.exit(0)).resume();
