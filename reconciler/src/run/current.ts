import { AsyncLocalStorage } from 'node:async_hooks';

/** The reconciliation in which code runs, also when it comes back to what it waited for. */
export const current = new AsyncLocalStorage<{ readonly controller: string; readonly object: string }>();
