import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectionPath } from '../../src/client/endpoint.js';
import type { Children, Controller, Kinds } from '../../src/controller.js';
import { History } from './histories.js';
import type { Fate, Item } from './memory-server.js';

const group = 'level.test';
const Thing = resource({
  group,
  version: 'v1',
  kind: 'Thing',
  spec: Type.Object({ value: Type.Integer() }),
  status: Type.Record(Type.String(), Type.Integer()) as never,
});
type Thing = ObjectOf<typeof Thing>;
const things = collectionPath(Thing);
const maps = collectionPath(ConfigMap);

/** Where a value comes from; `of` is the number of an earlier step. */
type Source =
  | { readonly from: 'spec' | 'given' | 'fact' }
  /** What a child holds, what the status says, or what the statuses of all say together. */
  | { readonly from: 'child' | 'status' | 'peers'; readonly of: number };
/** A child or a field of the status with that value. A child with none is not rendered. */
interface Step {
  readonly makes: 'child' | 'status';
  readonly source: Source;
  /** The number of an earlier child that must be there first. */
  readonly after?: number;
}

const modulus = 4;

interface Outside {
  fact: number;
}

/**
 * A controller that does these steps, each from what the ones before it have left in the cluster.
 *
 * @param whole whether it is declared by `decide`
 */
function declare(steps: readonly Step[], outside: Outside, whole: boolean): Controller {
  type Read = Children<Kinds>;
  const evaluate = ({ from, ...source }: Source, thing: Thing, read: Read, fact: number | undefined): number => {
    const of = 'of' in source ? source.of : 0;
    const stated = (one: unknown) => (one as { status?: Record<string, number> }).status?.[`s${of}`] ?? 0;
    const held = (one: unknown) => Number((one as ConfigMap).data?.value ?? 0);
    const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0) % modulus;
    if (from === 'spec') return thing.spec.value;
    if (from === 'fact') return fact ?? 0;
    if (from === 'status') return stated(thing);
    if (from === 'peers') return sum(read.peers!.map(stated));
    if (from === 'given') return sum(read.given!.map(held));
    return sum(read.maps!.filter(({ metadata }) => metadata.name === nameOf(thing, of)).map(held));
  };
  const nameOf = ({ metadata }: Thing, step: number) => `${metadata.name}-${step}`;
  const ofKind = (makes: Step['makes']) =>
    steps.map((step, i) => ({ ...step, i })).filter((one) => one.makes === makes);
  const desired = (thing: Thing, read: Read) =>
    ofKind('child').map(({ i, source, after }) => ({ i, after, value: evaluate(source, thing, read, undefined) }));
  const observes = steps.some(({ source }) => source.from === 'fact');
  const owns = { maps: ConfigMap };
  const reads = {
    peers: reading(Thing as never, () => true),
    given: reading(ConfigMap, ({ metadata }) => metadata.name.startsWith('given')),
  };
  const observe = async () => outside.fact;
  const small = controller(Thing, {
    owns,
    reads,
    ...(observes && { observe, requeueAfter: () => 5 }),
    render: (thing, read) =>
      desired(thing, read as unknown as Read).flatMap(({ i, value }) =>
        value === 0 ? [] : [manifest(ConfigMap, nameOf(thing, i), { data: { value: String(value) } })],
      ),
    gate: (child, thing, read) => {
      const { metadata } = child;
      const all = desired(thing, read as unknown as Read);
      const gate = all.find(({ i }) => metadata?.name === nameOf(thing, i))?.after;
      const waits = all.some(({ i, value }) => i === gate && value > 0);
      const isThere = (read as unknown as Read).maps!.some((map) => map.metadata.name === nameOf(thing, gate ?? -1));
      return waits && !isThere ? `waits for ${gate}` : undefined;
    },
    status: (thing, read, fact) =>
      Object.fromEntries(
        ofKind('status').map(({ i, source }) => [
          `s${i}`,
          evaluate(source, thing, read as unknown as Read, fact as unknown as number),
        ]),
      ) as never,
  });
  if (!whole) return small as unknown as Controller;
  return controller(Thing, {
    owns,
    reads,
    observe,
    decide: (...seen) => small.decide(...(seen as unknown as Parameters<typeof small.decide>)) as never,
  }) as unknown as Controller;
}

/** What is, and what would be rendered and stated of just that. */
function compare({ server }: History, declared: Controller, { fact }: Outside) {
  const all = server.list(things) as unknown as Thing[];
  const every = server.list(maps);
  const given = every.filter(({ metadata }) => metadata.name.startsWith('given'));
  return all.map((thing) => {
    const owned = every.filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ uid }) => uid === thing.metadata.uid),
    );
    const read = { peers: all, given, maps: owned } as never;
    const contents = (items: readonly unknown[]) =>
      Object.fromEntries((items as Item[]).map(({ metadata, ...item }) => [metadata.name, item.data]));
    const { conditions, observedGeneration, ...stated } = thing.status as unknown as Record<string, unknown> & {
      conditions: { type: string; status: string }[];
    };
    return {
      is: { children: contents(owned), status: stated, ready: conditions.find(({ type }) => type === 'Ready')?.status },
      wanted: {
        children: contents(declared.render(thing as never, read)),
        status: declared.decide(thing as never, read, fact).status?.([]),
        ready: 'True',
      },
    };
  });
}

type Act =
  | { readonly do: 'move'; readonly choice: number; readonly fate: Fate }
  | { readonly do: 'create' | 'edit' | 'remove' | 'give' | 'meddle'; readonly which: number; readonly value: number }
  | { readonly do: 'fact'; readonly value: number }
  | { readonly do: 'restart'; readonly sentArrives: boolean }
  | { readonly do: 'wait' };

/** What people, other programs, the network and the machine do. */
async function act(history: History, outside: Outside, act: Act): Promise<void> {
  const { server } = history;
  if (act.do === 'move') return history.move(act.choice, act.fate);
  if (act.do === 'wait') return history.wait(3_000);
  if (act.do === 'restart') return history.restart(act.sentArrives);
  if (act.do === 'fact') {
    outside.fact = act.value;
    return;
  }
  const { which, value } = act;
  const name = `t${which}`;
  if (act.do === 'create' && !server.get(things, name)) create(history, name, value);
  if (act.do === 'edit') server.edit(things, name, { spec: { value } });
  if (act.do === 'remove') server.remove(things, name);
  if (act.do === 'give') {
    if (server.get(maps, `given${which}`)) server.remove(maps, `given${which}`);
    else if (value > 0) server.create(maps, mapOf(`given${which}`, value));
  }
  if (act.do === 'meddle') {
    const owned = server.list(maps).filter(({ metadata }) => metadata.ownerReferences);
    const victim = owned[which % owned.length]?.metadata.name;
    if (victim && value === 0) server.remove(maps, victim);
    else if (victim) server.edit(maps, victim, { data: { value: String(value + modulus) } });
  }
}

function create({ server }: History, name: string, value = 1): void {
  const object = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name }, spec: { value } };
  server.create(things, object as unknown as Item);
}

function mapOf(name: string, value: number): Item {
  const data = { value: String(value) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data } as unknown as Item;
}

const small = fc.nat({ max: modulus - 1 });
const which = fc.nat({ max: 2 });
/** Steps as numbers, made good: what a step refers to comes before it. */
const anySteps = fc
  .array(fc.tuple(fc.boolean(), fc.nat(), fc.nat(), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((drawn) =>
    drawn.reduce<Step[]>((steps, [isChild, kind, number, gated]) => {
      const earlier = (makes: Step['makes']) => steps.flatMap((step, i) => (step.makes === makes ? [i] : []));
      const pick = (of: number[]) => of[number % of.length]!;
      const [children, statuses] = [earlier('child'), earlier('status')];
      const sources: Source[] = [
        { from: 'spec' },
        { from: 'given' },
        ...(isChild ? [] : [{ from: 'fact' } as const]),
        ...(!isChild && children.length > 0 ? Array(3).fill({ from: 'child', of: pick(children) }) : []),
        ...(isChild && statuses.length > 0 ? Array(3).fill({ from: 'status', of: pick(statuses) }) : []),
        ...(statuses.length > 0 ? [{ from: 'peers', of: pick(statuses) } as const] : []),
      ];
      const after = isChild && gated && children.length > 0 ? { after: pick(children) } : {};
      steps.push({ makes: isChild ? 'child' : 'status', source: sources[kind % sources.length]!, ...after });
      return steps;
    }, []),
  );
const fate = fc.nat({ max: 40 }).map((n): Fate => (['lost before', 'lost after', 'refused'] as const)[n] ?? 'done');
const move = fc.record({ do: fc.constant('move' as const), choice: fc.nat(), fate });
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: move },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('create' as const, 'edit' as const, 'remove' as const, 'give' as const, 'meddle' as const),
      which,
      value: small,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ do: fc.constant('fact' as const), value: small }),
      fc.record({ do: fc.constant('restart' as const), sentArrives: fc.boolean() }),
      fc.constant({ do: 'wait' as const }),
    ),
  },
);

async function live(steps: readonly Step[], acts: readonly Act[], whole: boolean) {
  const outside = { fact: 0 };
  const declared = declare(steps, outside, whole);
  const history = new History([declared]);
  for (const name of ['t0', 't1']) create(history, name);
  await history.restart();
  for (const one of acts) await act(history, outside, one);
  await history.quiet();
  return { history, declared, outside };
}

describe('when all is quiet, every object has the children and the status that follow from what is', () => {
  const rows: [string, Step[]][] = [
    [
      'a child that depends on a status that follows from a child',
      [
        { makes: 'child', source: { from: 'spec' } },
        { makes: 'status', source: { from: 'child', of: 0 } },
        { makes: 'child', source: { from: 'status', of: 1 } },
      ],
    ],
    [
      'siblings that count each other',
      [
        { makes: 'child', source: { from: 'spec' } },
        { makes: 'status', source: { from: 'child', of: 0 } },
        { makes: 'status', source: { from: 'peers', of: 1 } },
      ],
    ],
    [
      'a fact that a child depends on by way of the status',
      [
        { makes: 'status', source: { from: 'fact' } },
        { makes: 'child', source: { from: 'status', of: 0 } },
      ],
    ],
    [
      'a child that waits for one that is rendered before it',
      [
        { makes: 'child', source: { from: 'spec' } },
        { makes: 'child', source: { from: 'spec' }, after: 0 },
      ],
    ],
  ];
  const numRuns = Number(process.env.HISTORIES ?? 10_000);

  it.each(rows)('%s', async (_name, steps) => {
    const property = fc.asyncProperty(fc.array(anyAct, { maxLength: 25 }), fc.boolean(), async (acts, whole) => {
      const { history, declared, outside } = await live(steps, acts, whole);
      for (const { is, wanted } of compare(history, declared, outside)) expect(is).toEqual(wanted);
    });
    await fc.assert(property, { seed: 7, numRuns: Math.ceil(numRuns / 100) });
  });

  it('whatever is declared, in whatever order answers and events come, through faults and crashes', {
    timeout: 600_000,
  }, async () => {
    const property = fc.asyncProperty(
      anySteps,
      fc.array(anyAct, { maxLength: 25 }),
      fc.boolean(),
      async (steps, acts, whole) => {
        const { history, declared, outside } = await live(steps, acts, whole);
        for (const { is, wanted } of compare(history, declared, outside)) expect(is).toEqual(wanted);
      },
    );
    await fc.assert(property, { seed: 7, numRuns });
  });
});
