/** What the operator's program runs in where nothing else is asked for. */
export const defaultNodeImage = 'node:24-slim';
