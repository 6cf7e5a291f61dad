import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type { Lease } from 'kubernetes-types/coordination/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { ExampleOperator, eventually, type Objects, testExample } from '../../../../test/cluster/example.js';
import { followReadme } from '../../../../test/cluster/example-readme.js';

const replica = (name: string) => ({ POD_NAME: name, POD_NAMESPACE: 'echo-operator', LEASE_NAME: 'echo-operator' });
const test = testExample('echo', { manifests: ['echo', 'scheduledecho'], env: replica('first') });

const echo = (name: string) => ({
  apiVersion: 'mmontes.io/v1alpha1',
  kind: 'Echo',
  metadata: { name },
  spec: { message: `I am ${name}` },
});

/** Names of the Jobs that the operator made, as often as it made them. */
function created({ requests }: ExampleOperator): string[] {
  const applied = requests.filter(({ responseStatus, objectRef }) => {
    return objectRef?.resource === 'jobs' && responseStatus?.code === 201;
  });
  return applied.map(({ objectRef }) => objectRef?.name ?? '').sort();
}

const finished = (objects: Objects, name: string) => objects.ready(`echo/${name}`);

test('an Echo becomes a Job that prints, a ScheduledEcho a CronJob', async ({ sample, cluster }) => {
  await finished(sample, 'hello-world');
  const job = await sample.get<Job>('job/hello-world');
  expect(job.spec?.template.spec?.containers[0]?.command).toEqual(['printf', '%s\\n', 'Hello, world!']);
  await sample.ready('scheduledecho/hello-world');
  const cron = await sample.get<CronJob>('cronjob/hello-world');
  expect(cron.spec?.schedule).toBe('*/1 * * * *');
  const table = await cluster.kubectl(['get', 'echos']);
  expect(table).toMatch(/hello-world +True +\d+s/);
});

test('a ScheduledEcho may change, an Echo may not', async ({ sample }) => {
  await sample.edit('scheduledecho/hello-world', { spec: { schedule: '0 4 * * *', message: 'Good morning' } });
  const now = async () => {
    const { spec } = await sample.get<CronJob>('cronjob/hello-world');
    return [spec?.schedule, spec?.jobTemplate.spec?.template.spec?.containers[0]?.command?.at(-1)];
  };
  await expect.poll(now, eventually).toEqual(['0 4 * * *', 'Good morning']);
  const edit = sample.edit('echo/hello-world', { spec: { message: 'Something else' } });
  await expect(edit).rejects.toThrow('spec: an Echo is printed once; create another Echo to print something else');
});

test('the leader is killed while Echoes come in: the other replica goes on, and each is printed exactly once', async ({
  sample,
  cluster,
  operator,
  onTestFinished,
}) => {
  const second = await ExampleOperator.start(cluster, 'echo', replica('second'));
  onTestFinished(() => second.stop());
  const names = Array.from({ length: 20 }, (_, number) => `echo-${number}`);
  for (const name of names) {
    await sample.apply(echo(name));
    if (name === 'echo-9') await operator.stop('SIGKILL');
  }
  await cluster.kubectl(['wait', '--for=condition=Ready', '--timeout=120s', ...names.map((name) => `echo/${name}`)]);
  const leader = await cluster.api.get<Lease>(
    '/apis/coordination.k8s.io/v1/namespaces/echo-operator/leases/echo-operator',
  );
  expect(leader.spec?.holderIdentity).toBe('second');
  expect(created(operator).filter((name) => name.startsWith('echo-'))).toEqual(names.toSorted());
  const pods = await sample.list<Pod>('pods');
  const jobs = pods.map(({ metadata }) => metadata?.labels?.['batch.kubernetes.io/job-name'] ?? '');
  expect(jobs.filter((name) => name.startsWith('echo-')).sort()).toEqual(names.toSorted());
});

test('an Echo that is done is not printed again when its Job is gone, nor after a new start', async ({
  sample,
  cluster,
  operator,
  onTestFinished,
}) => {
  const next = await ExampleOperator.start(cluster, 'echo', replica('next'));
  onTestFinished(() => next.stop());
  // As a policy of the cluster may: the Job goes at once, since it has ended.
  await sample.edit('job/hello-world', { spec: { ttlSecondsAfterFinished: 0 } });
  await expect.poll(() => sample.find('job/hello-world'), eventually).toBeUndefined();
  await next.stop();
  const third = await ExampleOperator.start(cluster, 'echo', replica('third'));
  onTestFinished(() => third.stop());
  await cluster.kubectl(['annotate', 'echo/hello-world', 'looked=at']);
  await sample.apply(echo('after'));
  await finished(sample, 'after');
  expect(await sample.condition('echo/hello-world', 'Ready')).toBe('');
  expect(created(operator).filter((name) => name === 'hello-world')).toHaveLength(1);
});

test('the README works as written', async ({ cluster, onTestFinished }) => {
  const operator = await ExampleOperator.start(cluster, 'echo', replica('last'));
  onTestFinished(() => operator.stop());
  await cluster.kubectl(['delete', 'echos,scheduledechos', '--all']);
  // What test/node/examples.test.ts shows with real containers.
  await followReadme(cluster, 'echo', { 'kubectl logs': "echo 'Hello, world!'" });
});

test('no replica was ever refused anything', ({ operator }) => {
  expect(operator.refused).toEqual([]);
});
