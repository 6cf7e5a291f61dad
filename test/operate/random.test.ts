import fc from 'fast-check';
import { expect, it } from 'vitest';
import { range } from './simulated-servers.js';
import { type Cut, type Mistake, Simulation } from './simulation.js';

/** Something that happens to a cluster between two reconciliations. */
type Happening =
  | { readonly what: 'scale' | 'scale the StatefulSet'; readonly to: number }
  | { readonly what: 'kill'; readonly member: number; readonly ticks: number }
  | { readonly what: 'vanish' | 'delete a pod'; readonly member: number }
  | { readonly what: 'slow starts'; readonly ticks: number; readonly early: boolean }
  | { readonly what: 'clock'; readonly minutes: number }
  | { readonly what: 'template'; readonly revision: number }
  | { readonly what: 'status'; readonly status: 'lost' | 'edited' }
  | { readonly what: 'Secret'; readonly mistake: Mistake | undefined }
  | { readonly what: 'orphan' }
  | { readonly what: 'recreate'; readonly to: number }
  | { readonly what: 'foreign claim'; readonly member: number }
  | { readonly what: 'cut'; readonly cut: Cut }
  | { readonly what: 'wait'; readonly passes: number };

const sizes = fc.integer({ min: 1, max: 5 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant('scale' as const), to: sizes }),
  fc.record({ what: fc.constant('scale the StatefulSet' as const), to: sizes }),
  fc.record({
    what: fc.constant('kill' as const),
    member: fc.integer({ min: 0, max: 4 }),
    ticks: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    what: fc.constantFrom('vanish' as const, 'delete a pod' as const),
    member: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({
    what: fc.constant('slow starts' as const),
    ticks: fc.integer({ min: 1, max: 12 }),
    early: fc.boolean(),
  }),
  fc.record({ what: fc.constant('clock' as const), minutes: fc.integer({ min: -10, max: 10 }) }),
  fc.record({ what: fc.constant('template' as const), revision: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ what: fc.constant('status' as const), status: fc.constantFrom('lost' as const, 'edited' as const) }),
  fc.record({
    what: fc.constant('Secret' as const),
    mistake: fc.constantFrom<(Mistake | undefined)[]>(
      'missing',
      'short token',
      'line break',
      'missing key',
      'wrong password',
      undefined,
    ),
  }),
  fc.constant({ what: 'orphan' as const }),
  fc.record({ what: fc.constant('recreate' as const), to: sizes }),
  fc.record({ what: fc.constant('foreign claim' as const), member: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    what: fc.constant('cut' as const),
    cut: fc.constantFrom<Cut[]>('after the list', 'after the children', 'after the status'),
  }),
  fc.record({ what: fc.constant('wait' as const), passes: fc.integer({ min: 1, max: 8 }) }),
);

function happen(world: Simulation, event: Happening): void {
  switch (event.what) {
    case 'scale':
      world.ask(event.to);
      break;
    case 'scale the StatefulSet':
      world.scaleByHand(event.to);
      break;
    case 'kill':
      world.kill(event.member, event.ticks);
      break;
    case 'vanish':
      if (world.pods.has(event.member)) world.vanish(event.member);
      break;
    case 'delete a pod':
      world.deletePod(event.member);
      break;
    case 'slow starts':
      [world.startTakes, world.answersEarly] = [event.ticks, event.early];
      break;
    case 'clock':
      world.ahead = event.minutes * 60_000;
      break;
    case 'template':
      world.change(event.revision);
      break;
    case 'status':
      world.setStatus(
        event.status === 'lost'
          ? undefined
          : { desiredReplicas: 1, replicas: 1, version: '9.9.9', phase: 'Creating', selector: 'app=x' },
      );
      break;
    case 'Secret':
      world.mistake = event.mistake;
      break;
    case 'orphan':
      world.orphanPods();
      break;
    case 'recreate':
      world.recreate(event.to);
      break;
    case 'foreign claim':
      world.leaveClaim(event.member);
      break;
    case 'cut':
      world.pass(event.cut);
      break;
    case 'wait':
      for (const _ of range(event.passes)) world.pass();
  }
}

function settle(world: Simulation): void {
  for (let pass = 0; pass < 250 && !world.atRest; pass++) world.pass();
}

it('whatever happens, nothing goes wrong, and at the end the cluster is as desired', { timeout: 1_200_000 }, () => {
  const history = fc.record({
    members: sizes,
    retain: fc.boolean(),
    selfRemoval: fc.boolean(),
    elected: fc.constantFrom('first' as const, 'last' as const),
    events: fc.array(happening, { minLength: 1, maxLength: 10 }),
  });
  fc.assert(
    fc.property(history, ({ members, retain, selfRemoval, elected, events }) => {
      const world = new Simulation({ members, retain, elected });
      world.selfRemoval = selfRemoval;
      for (const event of events) {
        happen(world, event);
        world.pass();
        expect(world.violations).toEqual([]);
      }
      world.mistake = undefined;
      settle(world);
      world.answer();
      settle(world);
      // Hands have stopped voters that nothing lists: more replicas start them again.
      if (world.lacksVoters) {
        const { replicas = 1 } = world.object.spec;
        world.ask(5);
        settle(world);
        world.answer();
        settle(world);
        world.ask(replicas);
        settle(world);
      }
      expect({ violations: world.violations, done: world.atRest || world.steps.slice(-6) }).toEqual({
        violations: [],
        done: true,
      });
    }),
    { numRuns: Number(process.env.HISTORIES ?? 10_000), seed: 20261130 },
  );
});
