import { describe, expect, it } from 'vitest';
import type { Observed } from '../../lib/operate/observed.js';
import { range } from './simulated-servers.js';
import { type Cut, Simulation } from './simulation.js';
import { changing, decideOn } from './world.js';

/** More reconciliations than any change takes here. */
const enough = 250;

interface Change {
  readonly from: number;
  readonly to: number;
  /** Whether the pod template changes too. */
  readonly roll?: boolean;
  readonly leader?: number;
  readonly selfRemoval?: boolean;
  readonly elected?: 'first' | 'last';
}

/** Runs until the world is as asked; `interfere` comes before each reconciliation. Returns their number. */
function settle(world: Simulation, interfere: (pass: number) => Cut | undefined = () => undefined): number {
  for (let pass = 0; pass < enough; pass++) {
    world.pass(interfere(pass));
    if (world.atRest) return pass + 1;
  }
  return enough;
}

function begin({ from, to, roll, leader = 0, selfRemoval = false, elected }: Change): Simulation {
  const world = new Simulation({ members: from, leader: Math.min(leader, from - 1), ...(elected && { elected }) });
  world.selfRemoval = selfRemoval;
  world.ask(to);
  if (roll) world.change(2);
  return world;
}

function expectDone(world: Simulation, passes: number, what: string): void {
  expect({ what, violations: world.violations, done: passes < enough ? true : world.steps.slice(-10) }).toEqual({
    what,
    violations: [],
    done: true,
  });
}

const sizes = range(7).map((index) => index + 1);
const pairs = sizes.flatMap((from) => sizes.map((to) => ({ from, to })));
const changes: readonly Change[] = [
  { from: 1, to: 3 },
  { from: 3, to: 5 },
  { from: 5, to: 3, leader: 4 },
  { from: 3, to: 1, leader: 2 },
  { from: 5, to: 2, leader: 1, selfRemoval: true },
  { from: 1, to: 1, roll: true },
  { from: 3, to: 3, roll: true },
  { from: 5, to: 5, roll: true, leader: 2 },
  { from: 7, to: 5, roll: true, leader: 6 },
  { from: 3, to: 5, roll: true, leader: 1 },
];

const title = ({ from, to, roll }: Change) => `${from} → ${to}${roll ? ' with another template' : ''}`;

describe('without a failure', () => {
  it.each(pairs)('$from → $to arrives, whichever member leads', ({ from, to }) => {
    for (const leader of new Set([0, from - 1]))
      for (const roll of [false, true])
        for (const selfRemoval of [false, true]) {
          const world = begin({ from, to, roll, leader, selfRemoval });
          expectDone(world, settle(world), `leader ${leader}, roll ${roll}, self ${selfRemoval}`);
          expect(world.stoppedVoters).toEqual([]);
        }
  });

  it('rests once it has arrived: no step, no other status', () => {
    const world = begin({ from: 3, to: 5, roll: true });
    settle(world);
    world.pass();
    const { object, steps, comparisons } = world;
    const count = steps.length;
    for (const _ of range(5)) world.pass();
    expect(world.object.status).toEqual(object.status);
    expect([steps.length, world.comparisons]).toEqual([count, comparisons]);
    expect(object.status?.phase).toBe('Running');
  });
});

describe.each(changes.map((change) => [title(change), change] as const))('%s', (_title, change) => {
  const length = settle(begin(change));

  it('arrives with a member killed at any step', () => {
    // The last is who leaves.
    for (const elected of ['first', 'last'] as const)
      for (const pass of range(length))
        for (const victim of new Set([0, 1, change.from - 1, change.to - 1])) {
          const world = begin({ ...change, elected });
          const passes = settle(world, (now) => {
            if (now === pass) world.kill(victim, 4);
            return undefined;
          });
          expectDone(world, passes, `n-${victim} killed before pass ${pass}, ${elected} elected`);
        }
  });

  it('arrives with the operator killed at any step', () => {
    for (const pass of range(length))
      for (const cut of ['after the list', 'after the children', 'after the status'] as const) {
        const world = begin(change);
        expectDone(
          world,
          settle(world, (now) => (now === pass ? cut : undefined)),
          `killed ${cut} in pass ${pass}`,
        );
      }
  });

  it('arrives with the status lost at any step', () => {
    for (const pass of range(length)) {
      const world = begin(change);
      const passes = settle(world, (now) => {
        if (now === pass) world.setStatus(undefined);
        return undefined;
      });
      expectDone(world, passes, `status lost before pass ${pass}`);
    }
  });

  it('can be taken back at any step', () => {
    for (const pass of range(length)) {
      const world = begin(change);
      const passes = settle(world, (now) => {
        if (now === pass) {
          world.ask(change.from);
          world.change(1);
        }
        return undefined;
      });
      expectDone(world, passes, `taken back before pass ${pass}`);
    }
  });
});

describe('a member that does not come back', () => {
  it.each(changes.filter(({ from }) => from >= 3))('stops $from → $to, roll $roll', (change) => {
    const world = begin(change);
    world.doomed.add(0);
    world.kill(0, 1);
    for (const _ of range(50)) world.pass();
    expect(world.violations).toEqual([]);
    expect(world.list).toBe(change.from);
    expect([...world.pods.values()].filter(({ ready }) => ready)).toHaveLength(change.from - 1);
  });
});

describe('a template with which servers do not start', () => {
  it.each([3, 5, 7])('stops at the first of %i, and the former one heals it', (members) => {
    const world = begin({ from: members, to: members, leader: 1 });
    world.broken.add(2);
    world.change(2);
    for (const _ of range(50)) world.pass();
    expect(world.violations).toEqual([]);
    expect([...world.pods.values()].filter(({ ready }) => ready)).toHaveLength(members - 1);
    world.change(1);
    expectDone(world, settle(world), 'set back');
    expect([...world.pods.values()].every(({ revision }) => revision === 1)).toBe(true);
  });
});

describe('a member whose node vanished without a word', () => {
  it.each([5, 7])('of %i joins again, whichever member leads, with a majority all the while', (members) => {
    for (const leader of range(members))
      for (const victim of range(members).filter((ordinal) => ordinal !== leader)) {
        const world = begin({ from: members, to: members, leader });
        world.vanish(victim);
        expectDone(world, settle(world), `leader ${leader}, n-${victim} vanished`);
        expect(world.steps.join()).toMatch(/Replacing n-.*Moving the leaderships/);
      }
  });

  it('of 3 waits, says what would help, and joins when that was done', () => {
    const world = begin({ from: 3, to: 3 });
    world.vanish(2);
    for (const _ of range(20)) world.pass();
    expect(world.steps).toEqual([]);
    const healthy = world.object.status?.conditions?.find(({ type }) => type === 'MembersHealthy');
    expect(healthy).toMatchObject({ reason: 'NotJoined', message: expect.stringContaining('kubectl delete pod n-1') });
    world.deletePod(1);
    expectDone(world, settle(world), 'n-1 replaced');
  });

  it('is left to its start', () => {
    const world = begin({ from: 5, to: 5 });
    world.vanish(4);
    for (const _ of range(3)) world.pass();
    expect(world.steps).toEqual([]);
  });
});

describe('members that take long to start', () => {
  it.each(
    [3, 5, 7].flatMap((members) =>
      [4, 7, 10, 30].flatMap((ticks) => [false, true].map((early) => ({ members, ticks, early }))),
    ),
  )('$ticks ticks, of $members, answering early $early: no other one is replaced', ({ members, ticks, early }) => {
    const world = begin({ from: members, to: members });
    world.startTakes = ticks;
    world.answersEarly = early;
    world.ahead = 5 * 60_000;
    world.deletePod(members - 1);
    for (const _ of range(150)) world.pass();
    expect([world.steps, world.violations, world.atRest]).toEqual([[], [], true]);
  });
});

describe('nothing happens', () => {
  const roll = () => begin({ from: 3, to: 3, roll: true });
  const step = (world: Simulation, more: Partial<Observed>) =>
    decideOn(world.object, { ...world.observed(), ...more }).step;

  it('by what was observed before the StatefulSet was seen by its controller', () => {
    const world = roll();
    expect(step(world, {})).toBeDefined();
    expect(step(world, { statefulSet: changing(world.observed().statefulSet!) })).toBeUndefined();
    expect(step(world, { statefulSet: undefined })).toBeUndefined();
  });

  it('once the majority is lost', () => {
    for (const change of changes.filter(({ from }) => from >= 3)) {
      const world = begin(change);
      for (const victim of range(Math.ceil(change.from / 2))) world.kill(victim, 10_000);
      const count = world.steps.length;
      const { list, servers } = world;
      for (const _ of range(20)) world.pass();
      expect(world.steps.length).toBe(count);
      expect([world.list, world.servers]).toEqual([list, servers]);
    }
  });
});
