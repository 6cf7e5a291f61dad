import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import { expect } from 'vitest';
import { eventually, testExample } from '../../../../test/cluster/example.js';
import { followReadme } from '../../../../test/cluster/example-readme.js';

const test = testExample('crontab');
const tab = 'crontab/my-new-cron-object';

test('the sample becomes a CronJob, and kubectl knows it as ct', async ({ sample, cluster }) => {
  await sample.ready(tab);
  const { spec } = await sample.get<CronJob>('cronjob/my-new-cron-object');
  expect(spec?.schedule).toBe('* * * * */5');
  expect(spec?.jobTemplate.spec?.template.spec?.containers[0]?.image).toBe('my-awesome-cron-image');
  expect(await cluster.kubectl(['get', 'ct'])).toMatch(
    /my-new-cron-object +\* \* \* \* \*\/5 +my-awesome-cron-image +True/,
  );
});

test('another schedule and image reach the CronJob', async ({ sample }) => {
  await sample.edit(tab, { spec: { cronSpec: '@hourly', image: 'another' } });
  const now = async () => {
    const { spec } = await sample.get<CronJob>('cronjob/my-new-cron-object');
    return [spec?.schedule, spec?.jobTemplate.spec?.template.spec?.containers[0]?.image];
  };
  await expect.poll(now, eventually).toEqual(['@hourly', 'another']);
});

test.for([
  ['* * *', 'spec.cronSpec: "* * *" has 3 of 5 fields; write minute, hour, day of month, month and day of week'],
  ['61 * * * *', 'Invalid value: "61 * * * *": end of range (61) above maximum (59)'],
  ['every day', 'spec.cronSpec: "every day" has 2 of 5 fields'],
] as const)(
  'a cronSpec of "%s" is named in words, and the CronJob goes on as before',
  async ([cronSpec, words], { sample }) => {
    await sample.edit(tab, { spec: { cronSpec } });
    await expect.poll(() => sample.condition(tab, 'Stalled'), eventually).toContain(words);
    expect((await sample.get<CronJob>('cronjob/my-new-cron-object')).spec?.schedule).toBe('@hourly');
  },
);

test('a cronSpec that is put right is followed again, and its runs show', async ({ sample, cluster }) => {
  await sample.edit(tab, { spec: { cronSpec: '* * * * *' } });
  await sample.ready(tab);
  // Long before the minute is over: what the CronJob controller does when it is time.
  await cluster.kubectl(['create', 'job', 'now', '--from=cronjob/my-new-cron-object']);
  await expect.poll(async () => (await sample.get<Job>('job/now')).status?.succeeded, eventually).toBe(1);
  const last = async () => (await sample.get<{ status?: { lastScheduleTime?: string } }>(tab)).status?.lastScheduleTime;
  await expect.poll(last, { ...eventually, timeout: 90_000 }).toMatch(/^\d{4}-/);
});

test('the README works as written', async ({ cluster }) => {
  await cluster.kubectl(['delete', 'crontab/my-new-cron-object']);
  await followReadme(cluster, 'crontab');
});

test('the operator was never refused anything', ({ operator }) => {
  expect(operator.refused).toEqual([]);
});
