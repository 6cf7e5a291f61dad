import { Yaml } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { find, finishedBundle, type Manifest, render } from './sample.js';

const clusterKinds = [
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];
const variants: [string, Manifest[]][] = [
  ['the default', render()],
  ['in a namespace of its chart', render({}, 'operators')],
  ['watching two namespaces', render({ watchNamespaces: ['a', 'b'] }, 'operators')],
  ['without high availability', render({ ha: false })],
  ['with an image', render({ image: 'example.com/webserver-operator:1.0.0' })],
  ['with everything', render(everything(), 'operators')],
];

function everything() {
  return {
    replicas: 3,
    imageRegistry: 'harbor.local',
    imagePullSecrets: ['harbor'],
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'control-plane', operator: 'Exists' as const }],
    env: { TZ: 'UTC' },
    logLevel: 'debug' as const,
    egressPorts: [443, 6443],
    resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
  };
}

describe.each(variants)('%s', (_, manifests) => {
  const yaml = Yaml.stringify(...manifests);

  it('holds no null, no helm template and no wildcard', () => {
    expect(yaml).not.toMatch(/null|undefined|\{\{|'\*'|"\*"|- \*/);
  });

  it('names every object once, by a DNS name', () => {
    const ids = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { metadata } of manifests) {
      expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
      expect(metadata.name.length).toBeLessThanOrEqual(63);
    }
  });

  it('gives exactly the namespaced objects a namespace', () => {
    for (const { kind, metadata } of manifests) {
      expect([kind, metadata.namespace !== undefined]).toEqual([kind, !clusterKinds.includes(kind)]);
    }
  });

  it('binds every role to the service account that the pods run as', () => {
    const account = find(manifests, 'ServiceAccount').metadata;
    const bindings = manifests.filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(bindings.length).toBe(manifests.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole').length);
    for (const { subjects, roleRef, metadata } of bindings) {
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name: account.name, namespace: account.namespace }]);
      const roles = manifests.filter(({ kind, metadata }) => kind === roleRef.kind && metadata.name === roleRef.name);
      expect(roles.map((role) => role.metadata.namespace)).toContain(metadata.namespace);
    }
    expect(find(manifests, 'Deployment').spec.template.spec.serviceAccountName).toBe(account.name);
  });

  it('selects the pods with the labels that they have', () => {
    const { labels } = find(manifests, 'Deployment').spec.template.metadata;
    const selectors = [
      find(manifests, 'Deployment').spec.selector.matchLabels,
      find(manifests, 'Service').spec.selector,
      find(manifests, 'NetworkPolicy').spec.podSelector.matchLabels,
      find(manifests, 'PodDisruptionBudget')?.spec.selector.matchLabels ?? {},
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
  });

  it('meets Pod Security "restricted" with a read-only root file system', () => {
    const { spec } = find(manifests, 'Deployment').spec.template;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const { securityContext } of spec.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    expect(spec.hostNetwork ?? spec.hostPID ?? spec.hostIPC).toBeUndefined();
    expect((spec.volumes ?? []).every((volume: Manifest) => volume.configMap)).toBe(true);
  });

  it('asks for CPU and memory and probes the process', () => {
    const [container] = find(manifests, 'Deployment').spec.template.spec.containers;
    expect(container.resources.requests.cpu).toBeDefined();
    expect(container.resources.limits.memory).toBeDefined();
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'metrics' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'metrics' });
  });
});

describe('Operator', () => {
  it('renders the same bytes twice', () => {
    expect(Yaml.stringify(...render())).toBe(Yaml.stringify(...render()));
  });

  it('brings a namespace of its own in a chart without one, and none in a chart that has one', () => {
    expect(find(render(), 'Namespace').metadata).toMatchObject({
      name: 'webserver-operator',
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    });
    expect(find(render({}, 'operators'), 'Namespace')).toBeUndefined();
  });

  it('runs two replicas that elect a leader and may be evicted one at a time', () => {
    const manifests = render();
    expect(find(manifests, 'Deployment').spec.replicas).toBe(2);
    expect(variables(manifests)).toMatchObject({ LEASE_NAME: 'webserver-operator' });
    expect(find(manifests, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  it('runs one replica without election, replaced rather than rolled, when ha is off', () => {
    const manifests = render({ ha: false });
    expect(find(manifests, 'Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(variables(manifests)).not.toHaveProperty('LEASE_NAME');
    expect(find(manifests, 'Role')).toBeUndefined();
    expect(find(manifests, 'PodDisruptionBudget')).toBeUndefined();
  });

  it('gives the process the namespaces to watch', () => {
    expect(variables(render({ watchNamespaces: ['a', 'b'] }))).toMatchObject({ WATCH_NAMESPACES: 'a,b' });
    expect(variables(render())).not.toHaveProperty('WATCH_NAMESPACES');
  });

  it('pulls from a private registry', () => {
    const image = (props: object) => find(render(props), 'Deployment').spec.template.spec.containers[0].image;
    expect(image({})).toBe('node:24-slim');
    expect(image({ imageRegistry: 'harbor.local/mirror' })).toBe('harbor.local/mirror/library/node:24-slim');
    expect(image({ image: 'ghcr.io/me/operator:1', imageRegistry: 'harbor.local' })).toBe('harbor.local/me/operator:1');
  });

  it('carries no program where an image has it', () => {
    const manifests = render({ entry: undefined, image: 'ghcr.io/me/operator:1' });
    expect(find(manifests, 'ConfigMap')).toBeUndefined();
    const { containers, volumes } = find(manifests, 'Deployment').spec.template.spec;
    expect(containers[0].command).toBeUndefined();
    expect(volumes).toBeUndefined();
  });

  it('limits what it may connect to when ports are given, DNS included', () => {
    const { spec } = find(render({ egressPorts: [6443] }), 'NetworkPolicy');
    const ports = spec.egress.flatMap((rule: Manifest) => rule.ports.map(({ port }: Manifest) => port));
    expect(ports).toEqual([53, 53, 6443]);
  });

  it('passes on where to run and what to know', () => {
    const manifests = render(everything());
    expect(find(manifests, 'Deployment').spec.template.spec).toMatchObject({
      priorityClassName: 'system-cluster-critical',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'control-plane', operator: 'Exists' }],
      imagePullSecrets: [{ name: 'harbor' }],
    });
    expect(variables(manifests)).toMatchObject({ TZ: 'UTC', LOG_LEVEL: 'debug' });
  });

  it('lets env replace what it sets itself', () => {
    expect(variables(render())).toHaveProperty('NODE_OPTIONS');
    const { containers } = find(render({ env: { NODE_OPTIONS: '' } }), 'Deployment').spec.template.spec;
    const named = containers[0].env.filter(({ name }: Manifest) => name === 'NODE_OPTIONS');
    expect(named).toEqual([{ name: 'NODE_OPTIONS', value: '' }]);
  });

  it.each([
    [{ name: 'Web_Server' }, /name "Web_Server": expected a DNS label/],
    [{ name: 'w'.repeat(41) }, /at most 40 characters/],
    [{ replicas: 1.5 }, /replicas 1.5: expected a whole number/],
    [{ ha: false, replicas: 2 }, /replicas 2 without ha/],
    [{ controllers: [] }, /controllers is empty/],
    [{ entry: undefined }, /entry is missing/],
    [{ entry: 'operator.ts' }, /entry operator.ts: expected an absolute path/],
    [{ entry: `${finishedBundle}.gone.cjs` }, /no such file/],
    [{ watchNamespaces: [] }, /watchNamespaces is empty/],
    [{ watchNamespaces: ['A B'] }, /watchNamespaces: "A B"/],
  ])('says what is wrong with %o', (props, message) => {
    expect(() => render(props)).toThrow(message);
  });
});

function variables(manifests: readonly Manifest[]): Record<string, string> {
  const [container] = find(manifests, 'Deployment').spec.template.spec.containers;
  return Object.fromEntries(container.env.map(({ name, value }: Manifest) => [name, value]));
}
