import { expect, it } from 'vitest';
import { cannotRun, podProblem } from '../../../lib/operate/pods/problems.js';
import { at, pod } from '../world.js';

const time = (seconds: number) => new Date(at + seconds * 1000).toISOString();

/** A server that ended some times, in a pod that was taken at second 0. */
function ended(times: number, notReadySince: number) {
  const waiting = { reason: 'CrashLoopBackOff' };
  return pod('n-1', {
    conditions: [
      { type: 'Initialized', status: 'True', lastTransitionTime: time(0) },
      { type: 'Ready', status: 'False', lastTransitionTime: time(notReadySince) },
    ],
    containerStatuses: [{ name: 'n', ready: false, restartCount: times, image: 'i', imageID: 'i', state: { waiting } }],
  });
}

it.each([
  ['that was never ready and ends', ended(2, 0), true],
  ['that was never ready and ends, reported a second apart', ended(2, 1), true],
  ['that was ready and is killed some times', ended(2, 60), false],
  ['that was ready and ends again and again', ended(7, 60), true],
])('whether nothing is lost with a pod %s', (_what, found, lost) => {
  expect(cannotRun(found)).toBe(lost);
});

it.each([
  [[], 'NodeLost', /node .* does not confirm/],
  [['example.com/audit'], 'PodHeld', /held by example\.com\/audit/],
])('a pod that does not end with the finalizers %j is %s', (finalizers, reason, message) => {
  const { metadata, ...rest } = pod('n-1', {});
  const going = { ...rest, metadata: { ...metadata, deletionTimestamp: time(0), finalizers } };
  const found = podProblem([going], { at: at + 61_000, toleratedEnds: 6 });
  expect(found).toMatchObject({ reason, message: expect.stringMatching(message), stuck: true });
});
