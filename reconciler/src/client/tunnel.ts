import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, rootCertificates } from 'node:tls';
import { ConnectionError } from './api-error.js';

type Options = http.ClientRequestArgs & ConnectionOptions;

/** Milliseconds until a proxy must have answered. */
const patience = 30_000;

/**
 * Lets an agent's connections go through an HTTP proxy, which sees nothing of what is in them but the server's name.
 */
export function throughProxy(agent: http.Agent, proxy: URL): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options: Options, callback) => {
    const tunnel = openTunnel(proxy, options);
    tunnel.then(
      // Of TLS, the agent makes the connection: it keeps the sessions.
      (socket) => {
        const inside: Options = { ...options, socket };
        callback?.(null, agent instanceof https.Agent ? connect(inside)! : socket);
      },
      (error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
}

function openTunnel(proxy: URL, { host, port, ca }: Options): Promise<Socket> {
  const target = `${host?.includes(':') ? `[${host}]` : host}:${port}`;
  const secure = proxy.protocol === 'https:';
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const options = {
    host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: proxy.port || (secure ? 443 : 80),
    method: 'CONNECT',
    path: target,
    headers: {
      host: target,
      ...(proxy.username && { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
    },
    agent: false,
    timeout: patience,
    // A proxy's certificate may be of the same authority as the server's, or of a public one.
    ...(secure && ca !== undefined && { ca: [...rootCertificates, ca].flat() as string[] }),
  } as const;
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: Error) =>
      reject(new ConnectionError(`proxy ${proxy.host}, on the way to ${target}: ${reason}`, { cause }));
    const asked = (secure ? https : http).request(options);
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${patience / 1000} s`)));
    asked.on('error', (error) => fail(error.message, error));
    // Some answer a refusal as if they had been asked for something else.
    asked.on('response', (answer) => {
      answer.destroy();
      fail(`it answers ${answer.statusCode} ${answer.statusMessage}`);
    });
    asked.on('connect', ({ statusCode, statusMessage }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket.setTimeout(0));
      socket.destroy();
      fail(`it answers ${statusCode} ${statusMessage}`);
    });
    asked.end();
  });
}
