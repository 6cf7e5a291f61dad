import { type Logger, pino } from 'pino';

/** JSON lines on standard output, written before the call returns: the last line of a process that dies is there. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: undefined,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  });
}

/** An error in a line: its message and those of its causes. The stack only of errors that are no answer of a server. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause)
    causes.push(cause.message);
  const unexpected = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'].includes(error.name);
  return {
    type: error.name,
    message: [error.message, ...causes].join(': '),
    ...('request' in error && { request: error.request }),
    ...(unexpected && { stack: error.stack }),
  };
}
