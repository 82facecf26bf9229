export { FakeSharedMemory } from './fake-shared-memory.ts';
export { ManualClock, settlePromises } from './manual-clock.ts';
export { ScriptedCheck } from './scripted-check.ts';
export type { PendingCheck } from './scripted-check.ts';
