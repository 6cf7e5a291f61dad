import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { adviceOn, Trouble } from '../../src/cache/trouble.js';
import { ApiError } from '../../src/client/api-error.js';

it('of certificates and credentials is logged when it becomes another one, however the connection broke before', () => {
  const log: string[] = [];
  const logger = pino({ messageKey: 'message' }, { write: (line: string) => void log.push(JSON.parse(line).message) });
  const trouble = new Trouble({ kind: ConfigMap }, logger);
  const errors = [
    ...['aborted', 'socket hang up', 'certificate has expired', 'certificate has expired', 'read ECONNRESET'],
    ...['self-signed certificate in certificate chain'],
  ].map((message) => new Error(message));
  const refused = new ApiError('GET /api/v1/configmaps', 401, 'Unauthorized', 'Unauthorized');
  for (const error of [...errors, refused, refused]) trouble.begin(adviceOn(error), error);
  trouble.end();
  trouble.end();
  expect(log).toEqual([
    'lost the watch, connecting again',
    'lost the watch, connecting again: certificate has expired',
    'lost the watch, connecting again',
    'lost the watch, connecting again: self-signed certificate in certificate chain',
    'the API server does not accept our credentials',
    'the watch works again',
  ]);
});
