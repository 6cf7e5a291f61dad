import { describe, expect, it } from 'vitest';
import type { Stored } from '../../src/object.js';
import { conditionsReadiness, type Readiness } from '../../src/readiness.js';
import { type Findings, nextConditions, standardConditions } from '../../src/reconcile/conditions.js';
import { transitions } from '../../src/reconcile/write-status.js';

const nothing: Findings = { children: [], waits: [], problems: [], paused: false };
const child = (state: Readiness['state'], name = 'web') => ({
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: name, resourceVersion: '1' } } as Stored,
  readiness: { state, message: state },
});
const broken = { reason: 'NameTaken', message: 'taken', final: true };
const flaky = { reason: 'ApplyFailed', message: 'no answer', final: false };

const table: [
  string,
  Partial<Findings>,
  ready: string,
  reconciling: string,
  stalled: string,
  kstatus: Readiness['state'],
][] = [
  ['nothing to wait for', {}, 'Ready', 'Done', 'Progressing', 'Ready'],
  ['all children ready', { children: [child('Ready')] }, 'Ready', 'Done', 'Progressing', 'Ready'],
  [
    'a child on its way',
    { children: [child('Progressing')] },
    'ChildrenNotReady',
    'ChildrenNotReady',
    'Progressing',
    'Progressing',
  ],
  [
    'a child that failed',
    { children: [child('Failed'), child('Progressing', 'b')] },
    'ChildFailed',
    'Stalled',
    'ChildFailed',
    'Failed',
  ],
  ['a child waits back', { waits: ['waits for the schema'] }, 'Waiting', 'Waiting', 'Progressing', 'Progressing'],
  ['a final problem', { problems: [flaky, broken] }, 'NameTaken', 'Stalled', 'NameTaken', 'Failed'],
  ['an action that can never be', { failedStep: broken }, 'NameTaken', 'Stalled', 'NameTaken', 'Failed'],
  ['an action that failed', { failedStep: flaky }, 'ApplyFailed', 'ApplyFailed', 'Progressing', 'Progressing'],
  ['a problem that may pass', { problems: [flaky] }, 'ApplyFailed', 'ApplyFailed', 'Progressing', 'Progressing'],
  [
    'a pause',
    { paused: true, children: [child('Progressing')] },
    'ChildrenNotReady',
    'Paused',
    'Progressing',
    'Progressing',
  ],
];

describe('conditions', () => {
  it.each(table)('%s', (_name, findings, ready, reconciling, stalled, kstatus) => {
    const conditions = standardConditions({ ...nothing, ...findings });
    const reason = (type: string) => conditions.find((condition) => condition.type === type)?.reason;
    expect([reason('Ready'), reason('Reconciling'), reason('Stalled')]).toEqual([ready, reconciling, stalled]);
    // Tools that follow kstatus come to the same conclusion.
    expect(conditionsReadiness({ metadata: {}, status: { conditions } }).state).toBe(kstatus);
  });

  it('say what is missing beside the children, once those are ready', () => {
    const conditions = (state: Readiness['state']) =>
      standardConditions({ ...nothing, children: [child(state)], missing: '3 of 5 members' });
    const [ready, reconciling] = conditions('Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'Waiting', message: '3 of 5 members' });
    expect(reconciling).toMatchObject({ status: 'True', message: '3 of 5 members' });
    expect(conditions('Progressing')[0]?.message).toContain('Pod web');
  });

  it('name five children at most', () => {
    const children = Array.from({ length: 9 }, (_, i) => child('Progressing', `web-${i}`));
    const [ready] = standardConditions({ ...nothing, children });
    expect(ready?.message).toMatch(/Pod web-4: Progressing; and 4 more$/);
  });

  it('move their transition time with their status only', () => {
    const [before] = nextConditions([], [{ type: 'Ready', status: 'False', reason: 'A', message: '' }], 1, 'then');
    const [same] = nextConditions([before!], [{ type: 'Ready', status: 'False', reason: 'B', message: 'x' }], 2, 'now');
    expect(same).toMatchObject({ lastTransitionTime: 'then', reason: 'B', observedGeneration: 2 });
    const [flipped] = nextConditions([same!], [{ type: 'Ready', status: 'True', reason: 'C', message: '' }], 2, 'now');
    expect(flipped?.lastTransitionTime).toBe('now');
  });

  it('are what the controller says where it says it', () => {
    const own = { type: 'Ready', status: 'False' as const, reason: 'NoQuorum', message: '1 of 3' };
    const conditions = nextConditions([], [...standardConditions(nothing), own], 1, 'now');
    expect(conditions.filter(({ type }) => type === 'Ready')).toMatchObject([{ reason: 'NoQuorum' }]);
  });
});

describe('events', () => {
  const conditions = (findings: Partial<Findings>) =>
    nextConditions([], standardConditions({ ...nothing, ...findings }), 1, 'now');
  const [fresh, progressing, ready, stalled] = [
    [],
    conditions({ children: [child('Progressing')] }),
    conditions({}),
    conditions({ problems: [broken] }),
  ];
  const own = (status: 'True' | 'False', reason: string) =>
    nextConditions([], [{ type: 'MembersHealthy', status, reason, message: '' }], 1, 'now');
  const cases: [string, typeof ready, typeof ready, string[]][] = [
    ['a new object that is not ready yet is no news', fresh, progressing, []],
    ['becoming ready', progressing, ready, ['Normal Ready']],
    ['losing it', ready, progressing, ['Warning ChildrenNotReady']],
    ['stalling', progressing, stalled, ['Warning NameTaken']],
    ['a new object that stalls at once', fresh, stalled, ['Warning NameTaken']],
    ['recovering', stalled, ready, ['Normal Ready', 'Normal NotStalled']],
    ['nothing new', ready, ready, []],
    [
      'a condition of the controller that comes true',
      own('False', 'Silent'),
      own('True', 'Healthy'),
      ['Normal Healthy'],
    ],
    ['one that no longer is', own('True', 'Healthy'), own('False', 'Silent'), ['Normal Silent']],
  ];
  it.each(cases)('%s', (_name, before, after, expected) => {
    const notes = transitions(before, after).map(({ type = 'Normal', reason }) => `${type} ${reason}`);
    expect(notes).toEqual(expected);
  });
});

it('has words that fit, however much is wrong', () => {
  const problems = Array.from({ length: 10_000 }, (_, i) => ({ ...broken, message: `child ${i} is refused` }));
  const [ready] = standardConditions({ ...nothing, problems });
  expect(ready?.message).toMatch(/^child 0 is refused; .*; and 9995 more$/);
  const waits = Array.from({ length: 10_000 }, () => 'waits for the schema');
  expect(standardConditions({ ...nothing, waits })[0]?.message).toBe('waits for the schema');
  const long = { type: 'Ready', status: 'False', reason: 'Invalid', message: 'x'.repeat(1_000_000) } as const;
  expect(nextConditions([], [long], 1, '')[0]?.message).toHaveLength(32_768);
});
