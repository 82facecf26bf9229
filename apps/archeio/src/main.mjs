// The entry point is plain JavaScript without imports: Node.js takes three times as long until it can run TypeScript,
// and whatever signal arrives before its handler stands ends the process without a line.
const received = [];
const hold = (signal) => received.push(signal);
const ignoresHangUp = process.env.ARCHEIO_IGNORES_HANG_UP === 'yes';
const signals = ignoresHangUp ? ['SIGINT', 'SIGTERM'] : ['SIGHUP', 'SIGINT', 'SIGTERM'];
if (ignoresHangUp) process.on('SIGHUP', () => {});
for (const signal of signals) process.on(signal, hold);

const { runCommandLine } = await import('./main.ts');
await runCommandLine({ signals, received, hold });
