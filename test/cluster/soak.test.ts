import { expect, test } from 'vitest';
import { ControlPlane } from './control-plane.js';
import { FakeKubelet } from './fake-kubelet.js';
import { traces } from './traces.js';

/** All of them with `npm run soak`. */
const rounds = process.env.SOAK === 'true' ? 50 : 3;

test(`${rounds} starts and stops in a row leave nothing behind`, { timeout: rounds * 60_000 }, async () => {
  // Other clusters, such as the one that the test files share, come and go as they like.
  const own: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const cluster = await ControlPlane.start();
    own.push(cluster.id, `${cluster.directory}/`);
    await FakeKubelet.start(cluster.api);
    expect(traces().some((trace) => trace.includes(`${cluster.directory}/`))).toBe(true);
    await cluster.stop();
    expect(
      traces().filter((trace) => [cluster.id, cluster.directory].some((name) => `${trace}/`.includes(`${name}/`))),
    ).toEqual([]);
  }
});
