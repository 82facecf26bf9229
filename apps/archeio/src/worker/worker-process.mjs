// The entry point of a worker's process is plain JavaScript without imports, as main.mjs is. The supervisor is told to stop or
// to reload, and tells us: a signal to the whole process group is not ours to act on.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));

await import('./obey-supervisor.ts');
