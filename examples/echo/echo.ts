import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { Job } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { immutable } from 'cdk8s-reconciler/schema';
import { printing } from './job.js';

export const Echo = resource({
  group: 'mmontes.io',
  version: 'v1alpha1',
  kind: 'Echo',
  spec: Type.Object(
    {
      // One argument of a process may have 128 KiB; a character has up to 4 bytes.
      message: Type.String({ maxLength: 30_000 }),
      image: Type.String({ default: 'busybox:1.36', description: 'Must have the program printf.' }),
    },
    immutable('spec: an Echo is printed once; create another Echo to print something else'),
  ),
  status: Type.Object({ completionTime: Type.Optional(Type.String({ format: 'date-time' })) }),
  columns: {
    Ready: '.status.conditions[?(@.type=="Ready")].status',
    Printed: { path: '.status.completionTime', type: 'date' },
  },
});

export const echo = controller(Echo, {
  owns: { jobs: Job },
  decide: ({ metadata: { name }, spec, status }, { jobs: [job] }) => {
    const completionTime = job?.status?.completionTime ?? status?.completionTime;
    // A Job that was removed afterwards, by hand or after its time to live, must not come back and print again.
    const isOver = completionTime !== undefined && !job;
    return {
      children: isOver ? [] : [manifest(Job, name, { spec: printing(spec) })],
      status: () => ({ completionTime }),
    };
  },
});
