import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsed, type Recording, send } from './record.js';

/*
 * Asks a real server what seeding asks, and keeps its answers for the stand-in:
 *
 *     tsx test/nacos/record-data.ts VERSION URL
 *
 * The server is fresh and standalone, with authentication on and the identity `record-key: record-value`; URL is such
 * as http://127.0.0.1:8848/nacos.
 */

export interface DataExchange {
  /** Method and path, with the context path left out. */
  readonly request: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly status: number;
  /** JSON, or else text. */
  readonly body: unknown;
}

export type DataRecording = Omit<Recording, 'situations'> & { readonly exchanges: readonly DataExchange[] };

type Question = readonly [request: string, form?: Readonly<Record<string, string>>];

const page = 'pageNo=1&pageSize=100';
const content = 'a: "1" & 二\n';

/** In this order; each thing is asked for before it is there, made, asked for, and made again. */
const questions: Readonly<Record<number, readonly Question[]>> = {
  2: [
    ['POST /v1/auth/users/login', { username: 'nacos', password: 'nacos' }],
    ['GET /v1/console/namespaces'],
    ['POST /v1/console/namespaces', { customNamespaceId: 'dev', namespaceName: 'Dev', namespaceDesc: 'first' }],
    ['GET /v1/console/namespaces'],
    ['POST /v1/console/namespaces', { customNamespaceId: 'dev', namespaceName: 'Dev', namespaceDesc: 'first' }],
    ['PUT /v1/console/namespaces', { namespace: 'dev', namespaceShowName: 'Changed', namespaceDesc: 'second' }],
    ['GET /v1/console/namespaces'],
    [`GET /v1/auth/users?${page}&search=accurate`],
    ['POST /v1/auth/users', { username: 'ann', password: 'first-password' }],
    [`GET /v1/auth/users?${page}&search=accurate`],
    ['POST /v1/auth/users', { username: 'ann', password: 'first-password' }],
    ['POST /v1/auth/users/login', { username: 'ann', password: 'first-password' }],
    ['POST /v1/auth/users/login', { username: 'ann', password: 'other' }],
    [`GET /v1/auth/roles?${page}&search=accurate`],
    ['POST /v1/auth/roles', { role: 'reader', username: 'nobody' }],
    ['POST /v1/auth/permissions', { role: 'reader', resource: 'dev:*:*', action: 'r' }],
    ['POST /v1/auth/roles', { role: 'reader', username: 'ann' }],
    [`GET /v1/auth/roles?${page}&search=accurate`],
    ['POST /v1/auth/roles', { role: 'reader', username: 'ann' }],
    [`GET /v1/auth/permissions?${page}&search=accurate`],
    ['POST /v1/auth/permissions', { role: 'reader', resource: 'dev:*:*', action: 'r' }],
    [`GET /v1/auth/permissions?${page}&search=accurate`],
    ['POST /v1/auth/permissions', { role: 'reader', resource: 'dev:*:*', action: 'r' }],
    ['DELETE /v1/auth/users?username=ann'],
    ['POST /v1/auth/users', { username: 'ann', password: 'second-password' }],
    ['POST /v1/auth/users/login', { username: 'ann', password: 'second-password' }],
    [`GET /v1/auth/roles?${page}&search=accurate`],
    ['GET /v1/cs/configs?show=all&tenant=dev&group=G&dataId=a.yaml'],
    ['POST /v1/cs/configs', { tenant: 'dev', group: 'G', dataId: 'a.yaml', content, type: 'yaml' }],
    ['GET /v1/cs/configs?show=all&tenant=dev&group=G&dataId=a.yaml'],
    ['POST /v1/cs/configs', { tenant: 'dev', group: 'G', dataId: 'a.yaml', content: 'b: 2', type: 'yaml' }],
    ['GET /v1/cs/configs?show=all&tenant=dev&group=G&dataId=a.yaml'],
    ['GET /v1/cs/configs?show=all&tenant=&group=G&dataId=b'],
    ['POST /v1/cs/configs', { tenant: '', group: 'G', dataId: 'b', content: 'x', type: 'text' }],
    ['GET /v1/cs/configs?show=all&tenant=&group=G&dataId=b'],
    ['POST /v1/cs/configs', { tenant: 'nowhere', group: 'G', dataId: 'b', content: 'x', type: 'text' }],
    ['POST /v1/cs/configs', { tenant: 'dev', group: 'G', dataId: 'spa ce', content: 'x', type: 'text' }],
  ],
  3: [
    ['POST /v3/auth/user/admin', { password: 'chosen-password' }],
    ['GET /v3/admin/core/namespace/list'],
    ['POST /v3/admin/core/namespace', { namespaceId: 'dev', namespaceName: 'Dev', namespaceDesc: 'first' }],
    ['GET /v3/admin/core/namespace/list'],
    ['POST /v3/admin/core/namespace', { namespaceId: 'dev', namespaceName: 'Dev', namespaceDesc: 'first' }],
    ['PUT /v3/admin/core/namespace', { namespaceId: 'dev', namespaceName: 'Changed', namespaceDesc: 'second' }],
    ['GET /v3/admin/core/namespace/list'],
    [`GET /v3/auth/user/list?${page}&search=accurate`],
    ['POST /v3/auth/user', { username: 'ann', password: 'first-password' }],
    [`GET /v3/auth/user/list?${page}&search=accurate`],
    ['POST /v3/auth/user', { username: 'ann', password: 'first-password' }],
    ['POST /v3/auth/user/login', { username: 'ann', password: 'first-password' }],
    ['POST /v3/auth/user/login', { username: 'ann', password: 'other' }],
    [`GET /v3/auth/role/list?${page}&search=accurate`],
    ['POST /v3/auth/role', { role: 'reader', username: 'nobody' }],
    ['POST /v3/auth/permission', { role: 'reader', resource: 'dev:*:*', action: 'r' }],
    ['POST /v3/auth/role', { role: 'reader', username: 'ann' }],
    [`GET /v3/auth/role/list?${page}&search=accurate`],
    ['POST /v3/auth/role', { role: 'reader', username: 'ann' }],
    [`GET /v3/auth/permission/list?${page}&search=accurate`],
    ['POST /v3/auth/permission', { role: 'reader', resource: 'dev:*:*', action: 'r' }],
    [`GET /v3/auth/permission/list?${page}&search=accurate`],
    ['POST /v3/auth/permission', { role: 'reader', resource: 'dev:*:*', action: 'r' }],
    ['DELETE /v3/auth/user?username=ann'],
    ['POST /v3/auth/user', { username: 'ann', password: 'second-password' }],
    ['POST /v3/auth/user/login', { username: 'ann', password: 'second-password' }],
    [`GET /v3/auth/role/list?${page}&search=accurate`],
    ['GET /v3/admin/cs/config?namespaceId=dev&groupName=G&dataId=a.yaml'],
    ['POST /v3/admin/cs/config', { namespaceId: 'dev', groupName: 'G', dataId: 'a.yaml', content, type: 'yaml' }],
    ['GET /v3/admin/cs/config?namespaceId=dev&groupName=G&dataId=a.yaml'],
    [
      'POST /v3/admin/cs/config',
      { namespaceId: 'dev', groupName: 'G', dataId: 'a.yaml', content: 'b: 2', type: 'yaml' },
    ],
    ['GET /v3/admin/cs/config?namespaceId=dev&groupName=G&dataId=a.yaml'],
    ['GET /v3/admin/cs/config?namespaceId=public&groupName=G&dataId=b'],
    ['POST /v3/admin/cs/config', { namespaceId: 'public', groupName: 'G', dataId: 'b', content: 'x', type: 'text' }],
    ['GET /v3/admin/cs/config?namespaceId=public&groupName=G&dataId=b'],
    ['POST /v3/admin/cs/config', { namespaceId: 'nowhere', groupName: 'G', dataId: 'b', content: 'x', type: 'text' }],
    ['POST /v3/admin/cs/config', { namespaceId: 'dev', groupName: 'G', dataId: 'spa ce', content: 'x', type: 'text' }],
  ],
};

/** Of which server, as in the other recordings of the version. */
function origin(version: string): Pick<Recording, 'version' | 'server'> {
  const { server } = JSON.parse(readFileSync(join(__dirname, 'recordings', `${version}.json`), 'utf8')) as Recording;
  return { version, server };
}

async function main([version = '', url = '', date = new Date().toISOString().slice(0, 10)]: string[]): Promise<void> {
  const exchanges: DataExchange[] = [];
  for (const [request, form] of questions[Number(version[0])] ?? []) {
    const [method, path] = request.split(' ');
    const login = path?.includes('login');
    const { status, content } = await send(
      `${url}${path}`,
      method,
      login ? {} : { 'record-key': 'record-value' },
      form,
    );
    const body = parsed(content.replaceAll(/("(?:accessToken|password)":")[^"]*/g, '$1HIDDEN'));
    exchanges.push({ request, ...(form && { form }), status, body });
  }
  const recording: DataRecording = { ...origin(version), date, exchanges };
  writeFileSync(recordingFile(version), `${JSON.stringify(recording, undefined, 1)}\n`);
}

function recordingFile(version: string): string {
  return join(__dirname, 'recordings', `data-${version}.json`);
}

/** What a server of a version was asked and answered. */
export function dataRecording(version: string): DataRecording {
  if (!existsSync(recordingFile(version))) throw new Error(`nothing was recorded of ${version}`);
  return JSON.parse(readFileSync(recordingFile(version), 'utf8')) as DataRecording;
}

if (require.main === module) void main(process.argv.slice(2));
