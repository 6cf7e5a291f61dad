import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { wordsOf } from '../words.js';

/**
 * JSON lines, written before the call returns: the last line of a process that dies is there.
 *
 * @param to @default standard output
 */
export function createLog(level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: undefined,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return to ? pino(options, to) : pino(options);
}

const unexpected = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'];

/**
 * An error in a line. The stack only of errors that are no answer of a server. Of all else that it has, nothing: the
 * `request` of a client of HTTP has credentials in it, as text it is that of our own.
 */
function describeError(error: unknown): unknown {
  const words = wordsOf(error);
  try {
    if (!(error instanceof Error)) return words;
    const { name, stack } = error;
    const { request } = error as { readonly request?: unknown };
    return {
      type: name,
      message: words,
      ...(typeof request === 'string' && { request }),
      ...(unexpected.includes(name) && { stack }),
    };
  } catch {
    return words;
  }
}
