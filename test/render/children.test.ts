import { describe, expect, it } from 'vitest';
import { type Child, render } from '../../lib/render/render.js';
import { type NacosManifest, withDefaults } from '../../lib/resource/validate.js';
import { containersOf, type KubernetesObject, podTemplateOf } from '../kubernetes-object.js';
import { child, nacos, onMysql, podOf } from '../nacos-object.js';
import { podSecurityViolations } from '../pod-security.js';

const metadata = {
  name: 'n',
  namespace: 'shop',
  labels: {
    'cost-center': '4711',
    'kustomize.toolkit.fluxcd.io/name': 'flux',
    'helm.sh/chart': 'mine-1.2.3',
    'velero.io/restore-name': 'nightly',
    app: 'theirs',
  },
  annotations: {
    team: 'a',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'argocd.argoproj.io/tracking-id': 'b',
    'meta.helm.sh/release-name': 'c',
  },
};
const rendered = (spec: object, more: Partial<NacosManifest['metadata']> = metadata): Child[] =>
  render(withDefaults({ metadata: { ...metadata, ...more }, spec }));
const templates = (objects: readonly Child[]) =>
  objects.flatMap((object) => podTemplateOf(object as KubernetesObject) ?? []);

describe('labels and annotations of the Nacos object', () => {
  const objects = rendered({ ...onMysql, volume: { enabled: true } });

  it('are on every child, and labels on every pod', () => {
    for (const { kind, metadata } of objects) {
      expect([kind, metadata?.labels]).toEqual([kind, expect.objectContaining({ 'cost-center': '4711' })]);
      expect([kind, metadata?.annotations?.team]).toEqual([kind, 'a']);
    }
    const pods = templates(objects);
    expect(pods).toHaveLength(2);
    for (const pod of pods) expect(pod.metadata?.labels).toMatchObject({ 'cost-center': '4711' });
  });

  it('give way to what makes a child what it is', () => {
    expect(child(objects, 'StatefulSet').metadata!.labels!.app).toBe('n');
    expect(child(objects, 'Job').spec!.template.metadata!.labels!.app).toBe('n-schema');
    const service = { annotations: { team: 'b' }, labels: { 'cost-center': '1' } };
    const { labels, annotations } = child(rendered({ ...onMysql, service }), 'Service', 'n-client').metadata!;
    expect([labels!['cost-center'], annotations!.team]).toEqual(['1', 'b']);
  });

  it('of tools that track the object itself stay there', () => {
    expect(JSON.stringify(objects)).not.toMatch(/fluxcd|last-applied|argocd|helm|velero/);
  });

  it('are in no selector, no claim and no name but that of the Job', () => {
    const other = rendered({ ...onMysql, volume: { enabled: true } }, { labels: {}, annotations: {} });
    const fixed = (all: readonly Child[]) => {
      const { selector, volumeClaimTemplates } = child(all, 'StatefulSet').spec!;
      const services = all.flatMap((one) => (one.kind === 'Service' ? [one.spec!.selector] : []));
      return { selector, volumeClaimTemplates, services, budget: child(all, 'PodDisruptionBudget').spec!.selector };
    };
    expect(fixed(objects)).toEqual(fixed(other));
    expect(child(objects, 'Job').metadata!.name).not.toBe(child(other, 'Job').metadata!.name);
  });
});

describe('the pod of the schema Job', () => {
  const job = (spec: object) => child(render(nacos({ ...onMysql, ...spec })), 'Job').spec!.template;

  it('has the labels and annotations of the pods, so that a mesh is kept out of it too', () => {
    const off = { 'sidecar.istio.io/inject': 'false' };
    const { labels, annotations } = job({ podLabels: off, podAnnotations: off }).metadata!;
    expect(labels).toMatchObject({ ...off, app: 'n-schema' });
    expect(annotations).toEqual(off);
  });

  it('runs as the ServiceAccount of the servers', () => {
    expect(job({ serviceAccountName: 'anyuid' }).spec).toMatchObject({
      serviceAccountName: 'anyuid',
      automountServiceAccountToken: false,
    });
  });
});

describe('podSecurity restricted-any-user', () => {
  const spec = { ...onMysql, podSecurity: 'restricted-any-user' };

  it.each(['operator', 'gitops'] as const)('fixes no id in any pod, and is restricted otherwise (%s)', (managedBy) => {
    const objects = render(nacos(spec), { managedBy });
    expect(JSON.stringify(templates(objects))).not.toMatch(/runAsUser|runAsGroup|fsGroup/);
    for (const { spec: pod } of templates(objects)) expect(podSecurityViolations(containersOf(pod!), pod!)).toEqual([]);
  });

  it('has the writable folders and the home of restricted', () => {
    const names = (one: object) => podOf(one).volumes!.map(({ name }) => name);
    expect(names(spec)).toEqual(names({ ...spec, podSecurity: 'restricted' }));
  });
});

describe('fields of the Services', () => {
  const fields = {
    sessionAffinity: 'ClientIP',
    ipFamilyPolicy: 'PreferDualStack',
    ipFamilies: ['IPv4', 'IPv6'],
  };

  it.each([
    ['service', 'n-client'],
    ['console', 'n-console'],
  ])('of %s are on its Service and on no other', (field, name) => {
    const objects = render(nacos({ ...onMysql, console: {}, [field]: fields }));
    expect(child(objects, 'Service', name).spec).toMatchObject(fields);
    const others = objects.filter((one) => one.kind === 'Service' && one.metadata?.name !== name);
    expect(JSON.stringify(others)).not.toMatch(/sessionAffinity|ipFamil/);
  });
});

describe('the class of the claims', () => {
  const classOf = (volume: object) =>
    child(render(nacos({ volume: { enabled: true, ...volume } })), 'StatefulSet').spec!.volumeClaimTemplates![0]!.spec;

  it('may be empty, which keeps the default class away', () => {
    expect(classOf({ storageClass: '' })).toHaveProperty('storageClassName', '');
    expect(classOf({})).not.toHaveProperty('storageClassName');
  });
});
