import { Type } from '@sinclair/typebox';
import { controller, type ObjectOf, resource, TerminalError } from 'cdk8s-reconciler';
import { CronJob } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';

export const CronTab = resource({
  group: 'stable.example.com',
  version: 'v1beta1',
  kind: 'CronTab',
  shortNames: ['ct'],
  spec: Type.Object({
    cronSpec: Type.String({
      description: 'Minute, hour, day of month, month, day of week: "*/5 * * * *". Or @hourly.',
    }),
    image: Type.String({ minLength: 1 }),
  }),
  status: Type.Object({ lastScheduleTime: Type.Optional(Type.String({ format: 'date-time' })) }),
  columns: {
    Spec: '.spec.cronSpec',
    Image: '.spec.image',
    Ready: '.status.conditions[?(@.type=="Ready")].status',
    'Last run': { path: '.status.lastScheduleTime', type: 'date' },
  },
});

export const cronTab = controller(CronTab, {
  owns: { cronJobs: CronJob },
  render: (tab) => [cronJob(tab)],
  status: (_, { cronJobs: [job] }) => ({ lastScheduleTime: job?.status?.lastScheduleTime }),
});

function cronJob({ metadata: { name }, spec }: ObjectOf<typeof CronTab>): CronJob {
  const template = { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'cron', image: spec.image }] } };
  return manifest(CronJob, name, { spec: { schedule: schedule(spec.cronSpec), jobTemplate: { spec: { template } } } });
}

/** Mistakes in a field's value are the API server's to find, when it gets the CronJob: it knows what it takes. */
function schedule(cronSpec: string): string {
  const fields = cronSpec.split(/\s+/).filter(Boolean);
  if (fields.length === 5 || cronSpec.startsWith('@')) return cronSpec;
  throw new TerminalError(
    'InvalidCronSpec',
    `spec.cronSpec: "${cronSpec}" has ${fields.length} of 5 fields; write minute, hour, day of month, month and day of week, such as "*/5 * * * *"`,
  );
}
