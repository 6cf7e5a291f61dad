import { ApiObject, type ApiObjectProps, App, Chart } from 'cdk8s';
import { render } from '../../lib/render/render.js';
import { withDefaults } from '../../lib/resource/validate.js';
import type { Bench, Subject } from './compare.js';

const nacos = withDefaults({
  metadata: { name: 'prod', namespace: 'nacos' },
  spec: {
    type: 'cluster',
    database: { type: 'mysql', mysqlHost: 'mysql.nacos', credentialsSecret: { name: 'mysql' } },
    console: { nodePort: 30080 },
  },
});

/** In one process: a Nacos to its eight objects, and those eight made one by one with cdk8s. */
export function renderAndApiObjects(): Bench {
  const objects = render(nacos, { managedBy: 'gitops' });
  if (objects.length !== 8) throw new Error(`the bench is about eight objects, but a Nacos became ${objects.length}`);
  const raw = () => {
    const chart = new Chart(new App(), 'prod', { disableResourceNameHashes: true });
    for (const [index, object] of objects.entries()) new ApiObject(chart, String(index), object as ApiObjectProps);
    chart.toJson();
  };
  return {
    title: 'render and raw ApiObjects, 100 times each',
    subject: often('render', () => render(nacos, { managedBy: 'gitops' })),
    baseline: often('eight ApiObjects', raw),
    target: 1,
    rounds: 25,
  };
}

function often(name: string, once: () => void): Subject {
  return { name, run: () => Array.from({ length: 100 }, once) };
}
