import type { ActContext } from 'cdk8s-reconciler';
import { afterEach, expect, it } from 'vitest';
import { seedData } from '../../../lib/operate/initial-data/act.js';
import type { SeedData } from '../../../lib/operate/initial-data/feature.js';
import { itemsOf } from '../../../lib/operate/initial-data/observe.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { loopbackAddress } from '../../nacos/loopback.js';
import { StandIn } from '../../nacos/stand-in.js';
import { nacos } from '../../nacos-object.js';
import { observed, pod, stepOf, up } from '../world.js';

const address = loopbackAddress(1);
let standIn: StandIn | undefined;

afterEach(() => standIn?.close());

/** Writes on a server what is declared and not there, in one reconciliation. */
async function seed(dataIds: readonly string[]): Promise<SeedData> {
  const configurations = dataIds.map((dataId) => ({ dataId, content: 'x' }));
  const object = nacos({ version: '2.3.2', initialData: { configurations } });
  const items = itemsOf(object.spec.initialData!);
  const data = { found: true as const, pod: 'n-0', items: items.map((item) => ({ item, there: 'absent' as const })) };
  const action = stepOf(object, observed([up(0)], { data })) as SeedData;
  const get = async () => pod('n-0', { podIP: address });
  const context = { get, signal: new AbortController().signal } as unknown as ActContext;
  await seedData(action, resolve(object), context);
  return action;
}

const names = (count: number, name: string) => Array.from({ length: count }, (_, i) => `${name}${i}`);
const there = () => [...(standIn?.data.configurations.keys() ?? [])].map((key) => key.split('/').at(-1));

it('writes the first twenty in a reconciliation, and says how many are to come', async () => {
  standIn = await new StandIn({ version: '2.3.2', authentication: false }).listen(address);
  const { message } = await seed(names(25, 'a'));
  expect(there()).toEqual(names(20, 'a'));
  expect(message).toMatch(/^Writing configuration public\/DEFAULT_GROUP\/a0, .*a19; 5 more to come$/);
});

it('writes what comes after any number of others that the server refuses', async () => {
  standIn = await new StandIn({ version: '2.3.2', authentication: false }).listen(address);
  await expect(seed([...names(25, 'not legal '), 'a'])).rejects.toThrow(/did not publish .*not legal 24/);
  expect(there()).toEqual(['a']);
});

it('asks a server that does not answer for no more than twenty in a reconciliation', async () => {
  await expect(seed(names(25, 'a'))).rejects.toThrow(/^(connect ECONNREFUSED [^;]*(; |$)){20}$/);
});
