import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/*
 * Asks real servers what the operator asks, and keeps their answers for the stand-in:
 *
 *     tsx test/nacos/record.ts VERSION "SITUATION" FILE URL…
 *
 * The servers are fresh (there is no administrator yet), with identity `record-key: record-value`; URL is such as
 * http://127.0.0.1:8848/nacos, one for each member. The first one gets its administrator. What is in FILE of other
 * situations stays.
 */

export interface Recording {
  readonly version: string;
  readonly date: string;
  /** Where the program came from. */
  readonly server: string;
  readonly situations: Readonly<Record<string, readonly Exchange[]>>;
}

export interface Exchange {
  readonly member: number;
  /** Whether there is one by then. */
  readonly administrator: boolean;
  /** Method and path, with the context path left out. */
  readonly request: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly identity: 'right' | 'wrong' | 'none';
  readonly status: number;
  /** JSON, or else text. Tokens are replaced. */
  readonly body: unknown;
}

interface Question {
  readonly request: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly identity?: Exchange['identity'];
}

const token = 'TOKEN';
const chosen = 'chosen-password';

const paths = {
  2: { state: '/v1/console/server/state', self: '/v1/core/cluster/self', login: '/v1/auth/users/login' },
  3: { state: '/v3/admin/core/state', self: '/v3/admin/core/cluster/node/self', login: '/v3/auth/user/login' },
};

const identities = { right: { 'record-key': 'record-value' }, wrong: { 'record-key': 'x' }, none: {} };

async function main([version = '', situation = '', file = '', ...servers]: string[]): Promise<void> {
  const exchanges: Exchange[] = [];
  const major = version.startsWith('3') ? 3 : 2;
  const { state, self, login } = paths[major];
  const tokens: string[] = [];
  const ask = async (member: number, administrator: boolean, { request, form, identity = 'right' }: Question) => {
    const [method, path = ''] = request.split(' ');
    const url = `${servers[member]}${path.replace(token, tokens.at(-1) ?? '')}`;
    const { status, content } = await send(url, method, identities[identity], form);
    const found = /"accessToken":"([^"]+)"/.exec(content)?.[1];
    if (found) tokens.push(found);
    const body = parsed(tokens.reduce((all, one) => all.replaceAll(one, token), content));
    exchanges.push({ member, administrator, request, ...(form && { form }), identity, status, body });
  };
  const look = async (administrator: boolean) => {
    for (const [member] of servers.entries()) {
      await ask(member, administrator, { request: `GET ${state}`, identity: 'none' });
      for (const identity of ['right', 'wrong', 'none'] as const)
        await ask(member, administrator, { request: `GET ${self}`, identity });
    }
  };
  const tryLogin = (administrator: boolean, password: string) =>
    ask(0, administrator, { request: `POST ${login}`, form: { username: 'nacos', password }, identity: 'none' });
  await look(false);
  await tryLogin(false, 'wrong');
  await tryLogin(false, 'nacos');
  const change = { request: `PUT /v1/auth/users?username=nacos&newPassword=${chosen}&accessToken=${token}` };
  const create = { request: 'POST /v3/auth/user/admin', form: { password: chosen } };
  const first = major === 3 ? create : change;
  // 2.x takes what shows the identity for a server, which has no password to change.
  if (major === 2) await ask(0, false, first);
  await ask(0, false, { ...first, identity: 'none' });
  await look(true);
  await ask(0, true, { ...first, identity: 'none' });
  for (const password of ['nacos', 'wrong', chosen]) await tryLogin(true, password);
  const before = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const situations = { ...before.situations, [situation]: exchanges };
  writeFileSync(file, `${JSON.stringify({ ...before, situations }, undefined, 1)}\n`);
}

// Not fetch: that of Node 20 fails where a server answers before it has read a form, as Nacos does.
export function send(
  url: string,
  method: string | undefined,
  headers: object,
  form?: Readonly<Record<string, string>>,
) {
  const body = form && new URLSearchParams(form).toString();
  const type = body && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
  return new Promise<{ readonly status: number; readonly content: string }>((resolve, reject) => {
    request(url, { method, headers: { ...headers, ...type } }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, content: await text(answer) });
    })
      // The status line of 2.0.4 and 2.3.2 when they refuse a login is `HTTP/1.1 0`, which is none.
      .on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'HPE_INVALID_STATUS' ? resolve({ status: 0, content: '' }) : reject(error),
      )
      .end(body);
  });
}

export function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

if (require.main === module) void main(process.argv.slice(2));
