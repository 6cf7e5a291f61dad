import { type Agent, type IncomingMessage, request } from 'node:http';
import { within } from 'cdk8s-reconciler/client';
import { ports as standard } from './profiles.js';

/**
 * The header by which members, and the operator, prove that they belong to the cluster (nacos:
 * AbstractWebAuthFilter.java).
 */
export interface Identity {
  readonly key: string;
  readonly value: string;
}

/** Where a server is. */
export interface Address {
  /** IP address of the pod. */
  readonly address: string;
  /** Context path of the HTTP port, such as `/nacos`. */
  readonly contextPath: string;
  /** That of the console's port, from 3.0 on. @default none */
  readonly consolePath?: string;
  /** @default those of Nacos */
  readonly ports?: { readonly http: number; readonly console: number };
  readonly identity?: Identity;
  /** @default a connection for each request */
  readonly connections?: Connections;
}

/** Connections that many requests share. */
export interface Connections {
  /** Its protocol, `http:` or `https:`, is that of the requests. */
  readonly agent: Agent & { readonly protocol?: string };
  /** Of a login. */
  readonly token?: string;
  /** Longest time for one request. */
  readonly seconds: number;
  /** Longest answer in bytes. */
  readonly longest: number;
}

export interface Question {
  /** @default GET */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** @default http */
  readonly port?: 'http' | 'console';
  /** Relative to the context path of the port. */
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as JSON in the place of a form. */
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** Of Nacos's envelope, which has failures that the status does not show. */
  readonly code?: number;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
}

/** A hung server must not delay others: no exchange takes longer. */
const seconds = 5;

/** The longest answer that is asked for is a configuration: 1 MiB in a ConfigMap, more where JSON escapes it. */
const longest = 8 * 1024 * 1024;

/**
 * One request on a connection of its own. Not `fetch`: it follows redirects, to which the identity must not be sent,
 * and that of Node 20 crashes on the status line with which 2.0 and 2.3 refuse a login, `HTTP/1.1 0` (measured on 2.0.4
 * and 2.3.2).
 *
 * @throws Error with a code; `reasonOf` puts it in words
 */
export async function exchange(server: Address, question: Question, signal: AbortSignal): Promise<Answer> {
  const { connections } = server;
  return within((connections?.seconds ?? seconds) * 1000, signal, async (either) => {
    const answer = await send(server, question, either);
    const body = parsed(await content(answer, connections?.longest ?? longest));
    const { code } = Object(body) as { readonly code?: unknown };
    return { status: answer.statusCode ?? 0, body, ...(typeof code === 'number' && { code }) };
  });
}

/** Whether an error means that there was no answer, and not that a server refuses something. */
export function isUnanswered(error: unknown): boolean {
  const { code, name = '' } = error as { readonly code?: string; readonly name?: string };
  return code !== undefined || ['AbortError', 'TimeoutError'].includes(name);
}

/** Why there was no answer, without anything that could be secret. */
export function reasonOf(error: unknown): string {
  const { name, code = '', cause } = error as { name?: string; code?: string; cause?: { name?: string } };
  if (name === 'TimeoutError' || cause?.name === 'TimeoutError') return `no answer within ${seconds} s`;
  if (code === 'ERR_INVALID_HTTP_TOKEN' || code === 'ERR_INVALID_CHAR')
    return 'identityKey or identityValue of the Secret cannot be an HTTP header; is there a line break at its end?';
  return reasons[code] ?? `no valid answer${code && ` (${code})`}`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to it',
};

function send(
  { address, contextPath, consolePath = '', ports = standard, identity, connections }: Address,
  { method = 'GET', port = 'http', path, form, json, headers: own }: Question,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const body = json ? JSON.stringify(json) : form && new URLSearchParams(form).toString();
  const headers = {
    ...own,
    ...(identity && { [identity.key]: identity.value }),
    ...(connections?.token && { authorization: `Bearer ${connections.token}` }),
    ...(body !== undefined && {
      'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }),
  };
  return new Promise((resolve, reject) => {
    const target = { host: address, port: ports[port], path: `${port === 'http' ? contextPath : consolePath}${path}` };
    const { agent } = connections ?? {};
    const protocol = agent?.protocol ?? 'http:';
    request({ ...target, protocol, agent: agent ?? false, method, headers, signal }, resolve)
      .on('error', reject)
      .end(body);
  });
}

async function content(answer: IncomingMessage, longest: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += (chunk as Buffer).length;
    if (size > longest) throw Object.assign(new Error('too long'), { code: 'TOO_LONG' });
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
