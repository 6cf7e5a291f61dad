import { describe, expect, it } from 'vitest';
import type { FieldSet } from '../../src/reconcile/field-set.js';
import { isWritten, type Status, statusWith } from '../../src/reconcile/status.js';

const ready = { type: 'Ready', status: 'True' as const, reason: 'Ready', message: '', lastTransitionTime: 'then' };
const ours: FieldSet = {
  'f:status': {
    'f:phase': {},
    'f:conditions': { 'k:{"type":"Ready"}': {}, 'k:{"type":"Paused"}': {} },
  },
};

describe('a status', () => {
  const cases: [string, Status, Status, boolean][] = [
    [
      'is written if it says the same',
      { phase: 'Up', conditions: [ready] },
      { phase: 'Up', conditions: [ready] },
      true,
    ],
    ['is not if a field differs', { phase: 'Up' }, { phase: 'Down' }, false],
    [
      'is if the API server keeps it so: a date as a text, null not at all',
      { phase: 'Up', since: new Date(0), none: null, size: 5n },
      { phase: 'Up', since: '1970-01-01T00:00:00.000Z', size: 5 },
      true,
    ],
    ['is if others have added to it', { phase: 'Up' }, { phase: 'Up', theirs: 1 }, true],
    ['is not if a field of ours has to go', {}, { phase: 'Up' }, false],
    [
      'is not if a condition of ours has to go',
      { phase: 'Up', conditions: [ready] },
      { phase: 'Up', conditions: [ready, { ...ready, type: 'Paused' }] },
      false,
    ],
    [
      'is if others have added a condition',
      { phase: 'Up', conditions: [ready] },
      { phase: 'Up', conditions: [{ ...ready, type: 'Theirs' }, ready] },
      true,
    ],
    ['takes undefined for absent', { phase: 'Up', size: undefined }, { phase: 'Up' }, true],
  ];
  it.each(cases)('%s', (_name, next, live, written) => {
    expect(isWritten(next, live, ours)).toBe(written);
  });
});

describe('the status that is written', () => {
  const theirs = { ...ready, type: 'Theirs' };
  const paused = { ...ready, type: 'Paused' };

  it('has what is new, without what is ours no more, beside what others have added', () => {
    const live = {
      phase: 'Down',
      size: 3,
      theirs: 1,
      conditions: [theirs, paused, { ...ready, status: 'False' as const }],
    };
    expect(statusWith({ size: 5, conditions: [ready] }, live, ours)).toEqual({
      size: 5,
      theirs: 1,
      conditions: [theirs, ready],
    });
  });

  it('keeps the order of conditions, so that another order is no reason to write', () => {
    const live = { conditions: [ready, theirs] };
    expect(statusWith({ conditions: [{ ...ready, status: 'False' }] }, live, ours).conditions).toEqual([
      { ...ready, status: 'False' },
      theirs,
    ]);
  });

  it('has only those standard conditions that are new, whichever manager is said to own them', () => {
    const live = { conditions: [paused, { ...ready, type: 'Acted' }, theirs] };
    expect(statusWith({ conditions: [ready] }, live, undefined).conditions).toEqual([theirs, ready]);
  });

  it('has nothing where it says undefined, whichever manager has set that', () => {
    expect(JSON.parse(JSON.stringify(statusWith({ theirs: undefined }, { theirs: 1 }, undefined)))).toEqual({
      conditions: [],
    });
  });

  it('is the new one where there was none', () => {
    expect(statusWith({ phase: 'Up', conditions: [ready] }, {}, undefined)).toEqual({
      phase: 'Up',
      conditions: [ready],
    });
  });
});
