import { expect } from 'vitest';
import { smallServer } from '../manifests.js';
import { cluster, LiveCluster, long, patience } from './changes.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';

/** Only with `npm run soak`; one after the other, on the same cluster. */
const full = process.env.SOAK === 'true';
const test = testWithOperator(4);

const embedded = cluster('2.3.2', { replicas: 3, volume: { enabled: true, requests: { storage: '2Gi' } } });
let live: LiveCluster;

test.runIf(full)('real Nacos 2.3.2: a member whose volume is gone heals alone', long, async ({ operated }) => {
  live = await LiveCluster.start(operated, 'n', embedded);
  for (const pod of ['n-2', 'n-0']) {
    await operated.kubectl(['delete', 'pvc', `db-${pod}`, '--wait=false']);
    await operated.replacePod(pod);
    await live.settled(3);
  }
});

test.runIf(full)(
  'a template with which servers do not start stops at the first, and the former one heals it',
  long,
  async ({ operated }) => {
    const env = [...smallServer, { name: 'JAVA_TOOL_OPTIONS', value: '-XX:NoSuchOption' }];
    await operated.apply('n', { ...embedded, env });
    const message = async (type: string) => (await operated.condition('n', type))?.message;
    await expect.poll(() => message('RolledOut'), patience).toMatch(/the next waits: n-\d is Unreachable/);
    await expect.poll(() => message('Ready'), patience).toMatch(/Pod n-\d, container n.*(has ended|back-off)/);
    console.log(await conditions(operated));
    const states = async () => (await operated.nacos('n')).status?.members?.map(({ state }) => state).sort();
    expect(await states()).toEqual(['UP', 'UP', 'Unreachable']);
    await live.change(embedded);
  },
);

test.runIf(full)(
  'a node that vanishes without a word is noticed, and what the condition says helps',
  long,
  async ({ operated }) => {
    const [lost] = (await operated.nacos('n')).status?.members?.filter(({ leaderOf }) => !leaderOf?.length) ?? [];
    const pod = lost?.pod ?? '';
    const { spec } = await operated.pod(pod);
    const node = operated.nodes.nodes.find(({ name }) => name === spec?.nodeName);
    await node?.vanish();
    // As its administrator, or the cloud, does.
    await operated.kubectl(['delete', 'node', String(node?.name)]);
    await operated.kubectl(['delete', 'pod', pod, '--force', '--grace-period=0']);
    const healthy = () => operated.condition('n', 'MembersHealthy');
    await expect.poll(healthy, patience).toMatchObject({ reason: 'NotJoined' });
    console.log(await conditions(operated));
    const [, spare = ''] = /kubectl delete pod (n-\d)/.exec((await healthy())?.message ?? '') ?? [];
    await operated.replacePod(spare);
    await live.settled(3);
    await live.finish(3);
  },
);

function conditions(operated: OperatedCluster): Promise<string> {
  const line = '{range .status.conditions[*]}{.type} {.status} {.reason} {.message}{"\\n"}{end}';
  return operated.kubectl(['get', 'nacos', 'n', '-o', `jsonpath=${line}`]);
}
