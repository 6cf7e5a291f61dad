import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/client/api-error.js';
import { createLog } from '../../src/run/log.js';

/** What one error becomes in the log. */
function logged(err: unknown): { readonly err: Record<string, unknown>; readonly line: string } {
  const lines: string[] = [];
  createLog('info', { write: (line: string) => void lines.push(line) }).error({ err }, 'reconcile failed');
  expect(lines).toHaveLength(1);
  return { err: JSON.parse(lines[0]!).err, line: lines[0]! };
}

describe('an error in the log', () => {
  afterEach(() => vi.restoreAllMocks());

  it('has no request of an HTTP client in it, which has credentials', async () => {
    const server = createServer((_, answer) => answer.writeHead(500).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: 'Bearer do-not-print' };
    const request = get({ host: '127.0.0.1', port, headers });
    const response = await new Promise((resolve) => request.once('response', resolve));
    const { err, line } = logged(
      Object.assign(new Error('status code 500'), { request, response, config: { headers } }),
    );
    expect(line).not.toContain('do-not-print');
    expect(err).toEqual({ type: 'Error', message: 'status code 500' });
    request.destroy();
    server.close();
  });

  it('has what was asked of the API server', () => {
    expect(logged(new ApiError('GET /api/v1/pods', 403, 'Forbidden', 'no')).err).toMatchObject({
      request: 'GET /api/v1/pods',
      message: 'no',
    });
  });

  it.each([
    ['nothing that has a text', Object.create(null)],
    ['an error that fails when asked for its text', failing('message')],
    ['an error that fails when asked for its name', failing('name')],
    ['an error that fails when asked for its request', failing('request')],
    ['a symbol', Symbol('x')],
    ['nothing', undefined],
  ])('is a line, also where it is %s', (_, thrown) => {
    expect(logged(thrown).line).toContain('"message":"reconcile failed"');
  });
});

function failing(property: string): Error {
  const fail = () => {
    throw new Error('again');
  };
  return Object.defineProperty(new Error('x'), property, { get: fail });
}
