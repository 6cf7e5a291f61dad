import { expect, test } from 'vitest';
import { ControlPlane } from './control-plane.js';
import { FakeKubelet } from './fake-kubelet.js';
import { traces } from './traces.js';

/** All of them with `npm run soak`. */
const rounds = process.env.SOAK === 'true' ? 50 : 3;

test(`${rounds} starts and stops in a row leave nothing behind`, { timeout: rounds * 60_000 }, async () => {
  for (let round = 0; round < rounds; round++) {
    const cluster = await ControlPlane.start();
    // Other clusters, such as the one that the test files share, come and go as they like.
    const own = () => traces().filter((trace) => [cluster.id, cluster.directory].some((name) => hasName(trace, name)));
    await FakeKubelet.start(cluster.api);
    expect(own().length).toBeGreaterThan(4);
    await cluster.stop();
    expect(own()).toEqual([]);
  }
});

/** c1 is not in c12. */
function hasName(trace: string, name: string): boolean {
  return new RegExp(`${name}(?!\\d)`).test(trace);
}
