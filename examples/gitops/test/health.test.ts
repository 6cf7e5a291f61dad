import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LuaFactory } from 'wasmoon';
import { parseAllDocuments } from 'yaml';
import type { Stored } from '../../../reconciler/src/object.js';
import { type Findings, nextConditions, standardConditions } from '../../../reconciler/src/reconcile/conditions.js';

const nothing: Findings = { children: [], waits: [], problems: [], paused: false };
const child = (state: 'Progressing' | 'Failed', message: string): Findings['children'] => [
  { object: { kind: 'Pod', metadata: { name: 'web-0' } } as Stored, readiness: { state, message } },
];
const problem = (final: boolean) => [{ reason: 'InvalidSpec', message: 'no such image', final }];

/**
 * An object as the operator leaves it: `findings` are of generation 2. Without them it is as the API server makes it.
 */
function reported(findings?: Partial<Findings>, generation = 2) {
  const conditions = (of: Findings) => nextConditions([], standardConditions(of), 2, '2026-01-01T00:00:00Z');
  const status = findings
    ? { observedGeneration: 2, conditions: conditions({ ...nothing, ...findings }) }
    : { observedGeneration: -1, conditions: [] };
  return { metadata: { generation }, status };
}
type Reported = ReturnType<typeof reported>;

const cases: [string, Reported, health: object, kstatus: string][] = [
  ['is new', reported(), { status: 'Progressing' }, 'InProgress'],
  ['is ready', reported({}), { status: 'Healthy', message: '' }, 'Current'],
  [
    'waits for a child',
    reported({ children: child('Progressing', 'not ready') }),
    { status: 'Progressing', message: 'Pod web-0: not ready' },
    'InProgress',
  ],
  [
    'has a child that failed',
    reported({ children: child('Failed', 'exit code 1') }),
    { status: 'Degraded', message: 'Pod web-0: exit code 1' },
    'Failed',
  ],
  [
    'has a child that is waits back',
    reported({ waits: ['the schema first'] }),
    { status: 'Progressing', message: 'the schema first' },
    'InProgress',
  ],
  [
    'has a problem that may pass',
    reported({ problems: problem(false) }),
    { status: 'Progressing', message: 'no such image' },
    'InProgress',
  ],
  ['cannot go on', reported({ problems: problem(true) }), { status: 'Degraded', message: 'no such image' }, 'Failed'],
  ['was ready before its last change', reported({}, 3), { status: 'Progressing' }, 'InProgress'],
  [
    'could not go on before its last change',
    reported({ problems: problem(true) }, 3),
    { status: 'Progressing' },
    'InProgress',
  ],
  ['is paused', reported({ paused: true }, 3), { status: 'Suspended' }, 'InProgress'],
];

describe('the health check of Argo CD, of an object that', () => {
  const [config] = parseAllDocuments(readFileSync(join(__dirname, '../argocd.yaml'), 'utf8'));
  const script: string = config?.toJS().data['resource.customizations.health.nacos.io_Nacos'];

  it.each(cases)('%s', async (_, object, health) => {
    const lua = await new LuaFactory().createEngine({ enableProxy: false });
    try {
      lua.global.set('obj', object);
      expect(await lua.doString(script)).toMatchObject(health);
    } finally {
      lua.global.close();
    }
  });
});

describe('kstatus, which Flux goes by, of an object that', () => {
  it.each(cases)('%s', (_, object, _health, expected) => {
    expect(kstatus(object)).toBe(expected);
  });
});

/**
 * The rules for kinds that kstatus does not know (sigs.k8s.io/cli-utils, pkg/kstatus/status: generic.go, then
 * checkReadyCondition of status.go).
 */
function kstatus({ metadata, status }: Reported): string {
  if (status.observedGeneration !== metadata.generation) return 'InProgress';
  const is = (wanted: string) => status.conditions.find(({ type }) => type === wanted)?.status;
  if (is('Reconciling') === 'True') return 'InProgress';
  if (is('Stalled') === 'True') return 'Failed';
  return is('Ready') === 'False' ? 'InProgress' : 'Current';
}
