import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { mustWait } from '../../lib/operate/hold.js';
import { render } from '../../lib/render/render.js';
import { child, nacos } from '../nacos-object.js';

describe('members that would get other names', () => {
  const cluster = { type: 'cluster', version: '2.3.2' };
  const membership = { members: 3, servers: 3 };
  const ran = { version: '2.3.2', membership };
  const live = child(render(nacos(cluster)), 'StatefulSet') as StatefulSet;

  /** What the StatefulSet and the list of members wait for. */
  function waiting(change: object, status: NonNullable<Parameters<typeof nacos>[1]>['status'] = ran) {
    const object = nacos({ ...cluster, ...change }, { status });
    const children = { secrets: [], jobs: [], pods: [], statefulSets: [live] };
    return (['StatefulSet', 'ConfigMap'] as const).map((kind) =>
      mustWait(child(render(object), kind), object, children),
    );
  }

  it.each([
    ['clusterDomain', { clusterDomain: 'other.example' }],
    ["the official operator's variable", { env: [{ name: 'DOMAIN_NAME', value: 'other.example' }] }],
  ])('keep theirs, with the way out: by %s', (_, change) => {
    const way = /in n-headless\.shop\.svc\.cluster\.local, .* in n-headless\.shop\.svc\.other\.example .*set it back/;
    for (const why of waiting(change)) expect(why).toMatch(way);
  });

  it('may be told theirs in another spelling', () => {
    expect(waiting({ clusterDomain: 'cluster.local' })).toEqual([undefined, undefined]);
    expect(waiting({ env: [{ name: 'DOMAIN_NAME', value: 'cluster.local' }] })).toEqual([undefined, undefined]);
  });

  it('get them where none has ever answered: the domain may have been wrong', () => {
    expect(waiting({ clusterDomain: 'other.example' }, { membership })).toEqual([undefined, undefined]);
  });
});
