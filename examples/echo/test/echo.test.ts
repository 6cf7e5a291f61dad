import type { ObjectOf, Stored } from 'cdk8s-reconciler';
import type { Job } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { type Echo, echo } from '../echo.js';

const object = (spec: object, status?: object) =>
  ({ metadata: { name: 'hello' }, spec: { image: 'busybox', ...spec }, status }) as unknown as ObjectOf<typeof Echo>;

it.each(['plain', 'it\'s "quoted"', 'two\nlines\n', '-n', '%s \\n', ''])('hands %j over as it is', (message) => {
  const [job] = echo.render(object({ message })) as [Job];
  expect(job.spec?.template.spec?.containers[0]?.command).toEqual(['printf', '%s\\n', message]);
});

it('keeps Kubernetes from reading variables into the message', () => {
  const [job] = echo.render(object({ message: '$(HOME) costs $5 or $$' })) as [Job];
  expect(job.spec?.template.spec?.containers[0]?.command?.at(-1)).toBe('$$(HOME) costs $$5 or $$$$');
});

it('prints once: a Job that is removed after it completed stays away, one before comes back', () => {
  const completionTime = '2026-11-24T12:00:00Z';
  const job = { metadata: { name: 'hello' }, status: { completionTime } } as Stored<Job>;
  const children = (status: object, jobs: readonly Stored<Job>[]) =>
    echo.decide(object({ message: '' }, status), { jobs }, undefined).children.length;
  expect(children({}, [])).toBe(1);
  expect(children({}, [job])).toBe(1);
  expect(children({ completionTime }, [job])).toBe(1);
  expect(children({ completionTime }, [])).toBe(0);
});
