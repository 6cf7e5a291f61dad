import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { CronJob } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { printing } from './job.js';

export const ScheduledEcho = resource({
  group: 'mmontes.io',
  version: 'v1alpha1',
  kind: 'ScheduledEcho',
  spec: Type.Object({
    message: Type.String({ maxLength: 30_000 }),
    schedule: Type.String({ minLength: 1, description: 'As in a CronJob, such as "*/5 * * * *".' }),
    image: Type.String({ default: 'busybox:1.36', description: 'Must have the program printf.' }),
  }),
  status: Type.Object({ lastScheduleTime: Type.Optional(Type.String({ format: 'date-time' })) }),
  columns: { Schedule: '.spec.schedule', 'Last printed': { path: '.status.lastScheduleTime', type: 'date' } },
});

export const scheduledEcho = controller(ScheduledEcho, {
  owns: { cronJobs: CronJob },
  render: ({ metadata: { name }, spec }) => [
    manifest(CronJob, name, { spec: { schedule: spec.schedule, jobTemplate: { spec: printing(spec) } } }),
  ],
  status: (_, { cronJobs: [job] }) => ({ lastScheduleTime: job?.status?.lastScheduleTime }),
});
