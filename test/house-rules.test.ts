import { readFileSync } from 'node:fs';
import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { NacosDefinition } from '../lib/nacos-definition.js';
import { render } from '../lib/render/render.js';
import { unrestricted, violations } from './house-rules.js';
import { everyInstance } from './instances.js';
import { type KubernetesObject, objectsIn } from './kubernetes-object.js';
import { nacos, onMysql } from './nacos-object.js';

const files = ['00-crds', '90-samples'].map((name) => readFileSync(`dist/${name}.k8s.yaml`, 'utf8'));

describe('dist', () => {
  it('keeps the house rules, all files together', () => {
    const objects = files.flatMap(objectsIn);
    expect(objects.map(({ kind }) => kind)).toEqual(['CustomResourceDefinition', 'Nacos']);
    expect(violations(objects)).toEqual([]);
    expect(unrestricted(objects)).toEqual([]);
  });

  it('has nothing that helm would take for a template', () => {
    expect(files.join()).not.toContain('{{');
  });
});

describe('what a construct writes', () => {
  it.each(everyInstance())('keeps the house rules: $title', ({ objects }) => {
    expect(violations(objects as KubernetesObject[])).toEqual([]);
    expect(unrestricted(objects as KubernetesObject[])).toEqual([]);
    expect(JSON.stringify(objects)).not.toContain('{{');
  });

  it('is the same the second time', () => {
    expect(JSON.stringify(everyInstance())).toBe(JSON.stringify(everyInstance()));
  });

  it('has a definition without a namespace, also in a chart that has one', () => {
    const chart = new Chart(new App(), 'chart', { namespace: 'shop' });
    new NacosDefinition(chart, 'nacos');
    const objects = chart.toJson() as KubernetesObject[];
    expect(objects.map(({ kind }) => kind)).toEqual(['CustomResourceDefinition']);
    expect(violations(objects)).toEqual([]);
  });
});

describe('what the operator applies', () => {
  it.each(['1.4.1', '2.0.4', '2.3.2', '2.5.1', '3.0.3', '3.2.3', '3.4.0'])('keeps the house rules on %s', (version) => {
    for (const spec of [{}, { type: 'cluster' }, onMysql, { ...onMysql, type: 'standalone' }])
      for (const managedBy of ['operator', 'gitops'] as const) {
        const objects = (more: object) =>
          render(nacos({ version, ...spec, ...more }), { managedBy }) as KubernetesObject[];
        expect(violations(objects({ volume: { enabled: true } }))).toEqual([]);
        expect(unrestricted(objects({ podSecurity: 'restricted' }))).toEqual([]);
      }
  });
});

/** One broken rule each: a change of the rules shows that they still find something. */
describe('the house rules', () => {
  const objects = () =>
    structuredClone(render(nacos(onMysql), { managedBy: 'gitops' })) as unknown as KubernetesObject[];
  const change = (kind: string, edit: (object: Draft) => void) => {
    const changed = objects();
    edit(changed.find((object) => object.kind === kind) as unknown as Draft);
    return violations(changed);
  };
  // biome-ignore lint/suspicious/noExplicitAny: a test that breaks objects on purpose
  type Draft = any;

  it.each<[string, string, (object: Draft) => void, RegExp]>([
    [
      'a null',
      'Service',
      (service) => {
        service.spec.clusterIP = null;
      },
      /clusterIP: is null/,
    ],
    [
      'nothing',
      'Service',
      (service) => {
        service.spec.clusterIP = undefined;
      },
      /clusterIP: is undefined/,
    ],
    [
      'a name that is too long',
      'Job',
      (job) => {
        job.metadata.name = 'j'.repeat(64);
      },
      /longer than 63/,
    ],
    [
      'a name that is none',
      'Service',
      (service) => {
        service.metadata.name = '1st';
      },
      /no DNS name/,
    ],
    [
      'a selector of no pod',
      'PodDisruptionBudget',
      (budget) => {
        budget.spec.selector.matchLabels.app = 'x';
      },
      /selects nothing/,
    ],
    [
      'a selector of every pod',
      'Service',
      (service) => {
        service.spec.selector = {};
      },
      /selects everything/,
    ],
    [
      'a selector of the Job',
      'Job',
      (job) => {
        job.spec.template.metadata.labels = { app: 'n', component: 'nacos', middleware: 'nacos' };
      },
      /selects Job, StatefulSet/,
    ],
    [
      'a volume that is not there',
      'StatefulSet',
      (set) => {
        set.spec.template.spec.volumes.shift();
      },
      /volume db is not there/,
    ],
    [
      'a ConfigMap that is not there',
      'ConfigMap',
      (map) => {
        map.metadata.name = 'x';
      },
      /ConfigMap n-schema-\w+ is not there/,
    ],
    [
      'a variable twice',
      'StatefulSet',
      (set) => {
        set.spec.template.spec.containers[0].env.push({ name: 'MODE', value: 'a' });
      },
      /variable MODE is there twice/,
    ],
    [
      'a container that may run as root',
      'Job',
      (job) => {
        job.spec.template.spec.containers[0].securityContext = {};
      },
      /may gain rights/,
    ],
    [
      'a waiting container that may run as root',
      'StatefulSet',
      (set) => {
        set.spec.template.spec.initContainers[0].securityContext.runAsNonRoot = false;
      },
      /wait-for-schema may run as root/,
    ],
  ])('find %s', (_case, kind, edit, words) => {
    expect(change(kind, edit).join('\n')).toMatch(words);
  });

  it('find an object that is there twice, and a namespace on what has none', () => {
    const [first] = objects();
    const role = { ...first!, kind: 'ClusterRole' };
    expect(violations([...objects(), first!]).join()).toMatch(/ConfigMap shop\/n-schema-\w+: is there twice/);
    expect(violations([role]).join()).toMatch(/has a namespace/);
  });
});
