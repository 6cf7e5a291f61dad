import * as http from 'node:http';
import * as https from 'node:https';
import { ConnectionError, NoAnswerError } from './api-error.js';

/** A connection from the pool turned out to be closed by the other side, perhaps before it read the request. */
export class StaleConnectionError extends ConnectionError {}

export interface Exchange {
  /** Where the server is, of `urlToHttpOptions`. */
  readonly server: http.RequestOptions;
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly method: string;
  readonly agent: http.Agent;
  readonly headers: http.OutgoingHttpHeaders;
  readonly content?: Buffer;
  /** Milliseconds until the answer has to be complete, or to have begun where it is a stream. */
  readonly timeout: number;
  /** The answer goes on for as long as it likes. @default false */
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
  readonly guard?: () => void;
}

/**
 * One request and the head of its answer.
 *
 * @throws ConnectionError if there is no answer, whatever `guard` throws, or the reason of `signal`
 */
export function exchange(options: Exchange): Promise<http.IncomingMessage> {
  const { server, path, query, method, agent, headers, content, timeout, stream = false, signal, guard } = options;
  signal?.throwIfAborted();
  const plain = server.protocol === 'http:';
  return new Promise((resolve, reject) => {
    const { request } = plain ? http : https;
    const asked = request({ ...server, path: path + query, method, agent, headers, signal });
    let refusal: unknown;
    const timer = setTimeout(() => {
      const late = new NoAnswerError(`${method} ${path}: no answer within ${timeout / 1000} s`);
      refusal ??= late;
      asked.destroy(late);
    }, timeout);
    const send = () => {
      try {
        guard?.();
        asked.end(content);
      } catch (error) {
        refusal = error;
        asked.destroy();
      }
    };
    // Nothing is sent before the connection stands: a process that is stopped meanwhile must ask `guard` after it wakes
    // up.
    asked.on('socket', (socket) => {
      if (asked.reusedSocket) return send();
      // Node does not listen for errors on a connection that changes hands (its own lib/_http_client.js says so): one
      // there would end the process.
      socket.on('error', () => {});
      // Through a proxy it stands already.
      if (plain && !socket.connecting) send();
      else socket.once(plain ? 'connect' : 'secureConnect', send);
    });
    asked.on('response', (answer) => {
      // A refusal is no stream: its end is waited for.
      if (stream && answer.statusCode === 200) clearTimeout(timer);
      else answer.on('close', () => clearTimeout(timer));
      resolve(answer);
    });
    asked.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(refusal ?? signal?.reason ?? connectionError(`${method} ${path}`, asked.reusedSocket, cause));
    });
  });
}

function connectionError(request: string, reused: boolean, cause: NodeJS.ErrnoException): ConnectionError {
  const stale = reused && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
  return new (stale ? StaleConnectionError : ConnectionError)(`${request}: ${cause.message}`, { cause });
}
