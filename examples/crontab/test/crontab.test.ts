import type { ObjectOf } from 'cdk8s-reconciler';
import type { CronJob } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { type CronTab, cronTab } from '../crontab.js';

const schedule = (cronSpec: string) => {
  const tab = { metadata: { name: 'tab' }, spec: { cronSpec, image: 'cron' } } as ObjectOf<typeof CronTab>;
  return (cronTab.render(tab)[0] as CronJob).spec?.schedule;
};

it.each(['*/5 * * * *', '0 4 1-7 * MON', '@daily', '@every 90s'])('takes %s as it is', (cronSpec) => {
  expect(schedule(cronSpec)).toBe(cronSpec);
});

it.each([
  ['', 0],
  ['* * * *', 4],
  ['0 0 * * * *', 6],
])('"%s" is not for trying again', (cronSpec, count) => {
  const words = `spec.cronSpec: "${cronSpec}" has ${count} of 5 fields`;
  expect(() => schedule(cronSpec)).toThrow(
    expect.objectContaining({ name: 'TerminalError', reason: 'InvalidCronSpec' }),
  );
  expect(() => schedule(cronSpec)).toThrow(words);
});
