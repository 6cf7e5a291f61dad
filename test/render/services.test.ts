import { describe, expect, it } from 'vitest';
import { render, renderInstance } from '../../lib/render/render.js';
import { schema } from '../../lib/render/schema-job.js';
import { resolve } from '../../lib/resource/resolve.js';
import { withDefaults } from '../../lib/resource/validate.js';
import { child, environmentOf, nacos, onMysql, sample, serverOf, statefulSetOf } from '../nacos-object.js';

const cluster = { type: 'cluster' };
const serviceOf = (spec: object, name: string) => child(render(nacos(spec)), 'Service', name).spec!;
const portsOf = (spec: object, name: string) => serviceOf(spec, name).ports!.map(({ name, port }) => [name, port]);
const namesOf = (spec: object) =>
  render(nacos(spec)).flatMap(({ kind, metadata }) => (kind === 'Service' ? [metadata!.name] : []));

describe('Services', () => {
  it("of the users' samples have the names and ports they know", () => {
    const shown = (['nacos-single', 'nacos-cluster'] as const)
      .flatMap((name) => render(withDefaults(sample(name))))
      .flatMap((object) =>
        object.kind === 'Service' ? [[object.metadata!.name, object.spec!.ports!.map(({ port }) => port)]] : [],
      );
    expect(shown).toEqual([
      ['nacos-single', [8848, 9848]],
      ['nacos-cluster-client', [8848, 9848]],
      ['nacos-cluster-headless', [8848, 7848, 9848, 9849]],
    ]);
  });

  it.each([
    ['standalone', {}, ['n']],
    ['a cluster', cluster, ['n-client', 'n-headless']],
    ['a cluster on MySQL', onMysql, ['n-client', 'n-headless']],
    ['standalone with a console', { console: {} }, ['n', 'n-console']],
    ['a cluster with a console', { ...cluster, console: {} }, ['n-client', 'n-console', 'n-headless']],
  ])('of %s', (_case, spec, names) => {
    expect(namesOf(spec)).toEqual(names);
  });

  it.each([
    // version, environment, ports of the client Service
    ['2.3.2', [], [8848, 9848]],
    ['3.0.3', [], [8848, 9848, 8080]],
    ['3.2.3', [], [8848, 9848, 8080]],
    ['3.2.3', [{ name: 'NACOS_AI_REGISTRY_ENABLED', value: 'true' }], [8848, 9848, 8080, 9080]],
  ])('for clients of %s with %j have the ports that the version serves', (version, env, ports) => {
    expect(portsOf({ ...cluster, version, env }, 'n-client').map(([, port]) => port)).toEqual(ports);
  });

  it("have the official operator's port names", () => {
    expect(portsOf({ version: '2.3.2' }, 'n')).toEqual([
      ['client', 8848],
      ['new-rpc', 9848],
    ]);
  });

  it('select the pods of this instance and nothing of its Jobs', () => {
    const open = { ...onMysql, version: '2.3.2' };
    const own = { app: 'n', component: 'nacos', middleware: 'nacos' };
    expect(serviceOf(open, 'n-headless').selector).toEqual(own);
    expect(serviceOf(open, 'n-client').selector).toEqual({ ...own, 'nacos.io/client-traffic': 'enabled' });
  });

  it('lead clients to members with a label that their pods are made with, so that one can lose it before it leaves', () => {
    const { selector } = serviceOf({ ...onMysql, version: '2.3.2' }, 'n-client');
    expect(statefulSetOf(onMysql).template.metadata?.labels).toMatchObject(selector ?? {});
  });

  it('for clients select no pod until there is an administrator, and then the pods', () => {
    const spec = { ...cluster, console: {} };
    const instance = resolve(nacos(spec));
    const opened = renderInstance(instance, schema(instance), { open: true });
    const gate = { 'nacos.io/client-traffic': 'not-before-administrator' };
    for (const name of ['n-client', 'n-console']) {
      expect(serviceOf(spec, name).selector).toMatchObject(gate);
      expect(child(opened, 'Service', name).spec!.selector).not.toMatchObject(gate);
    }
    expect(serviceOf(spec, 'n-headless').selector).not.toMatchObject(gate);
  });

  it('give members names before they are ready, but clients only members that are', () => {
    expect(serviceOf(cluster, 'n-headless')).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(serviceOf(cluster, 'n-client')).not.toHaveProperty('publishNotReadyAddresses');
  });

  it('leave the IP families to the cluster', () => {
    for (const name of namesOf(cluster)) {
      expect(serviceOf(cluster, name!)).not.toHaveProperty('ipFamilies');
      expect(serviceOf(cluster, name!)).not.toHaveProperty('ipFamilyPolicy');
    }
  });
});

describe('a Service for clients outside', () => {
  it('has the gRPC node port that clients compute', () => {
    const { type, ports } = serviceOf({ ...cluster, service: { nodePorts: { http: 30848 } } }, 'n-client');
    expect(type).toBe('NodePort');
    expect(ports!.map(({ port, nodePort }) => [port, nodePort])).toEqual([
      [8848, 30848],
      [9848, 31848],
    ]);
  });

  it.each(['NodePort', 'LoadBalancer'])('of type %s has neither the console nor Raft', (type) => {
    for (const spec of [{}, cluster])
      expect(portsOf({ ...spec, version: '3.0.3', service: { type } }, spec === cluster ? 'n-client' : 'n')).toEqual([
        ['client', 8848],
        ['new-rpc', 9848],
      ]);
  });

  it('carries what a load balancer reads', () => {
    const service = {
      type: 'LoadBalancer',
      annotations: { 'cloud.example/scheme': 'internal' },
      labels: { tier: 'edge', app: 'not-this' },
      loadBalancerClass: 'cloud.example/nlb',
      loadBalancerIP: '10.0.0.7',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      externalTrafficPolicy: 'Local',
    };
    const { metadata, spec } = child(render(nacos({ service })), 'Service');
    expect(metadata!.annotations).toEqual({ 'cloud.example/scheme': 'internal' });
    expect(metadata!.labels).toEqual({ app: 'n', component: 'nacos', middleware: 'nacos', tier: 'edge' });
    expect(spec).toMatchObject({
      type: 'LoadBalancer',
      loadBalancerClass: 'cloud.example/nlb',
      loadBalancerIP: '10.0.0.7',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      externalTrafficPolicy: 'Local',
    });
  });
});

describe('a Service for the console', () => {
  it.each([
    ['2.3.2', 8848],
    ['3.0.3', 8080],
  ])('of %s leads to port %i, by the node port that users ask for', (version, port) => {
    const { type, ports } = serviceOf({ version, console: { nodePort: 30080 } }, 'n-console');
    expect(type).toBe('NodePort');
    expect(ports).toEqual([{ name: 'console', port, targetPort: port, protocol: 'TCP', nodePort: 30080 }]);
  });

  it('stays in the cluster unless something else is asked for', () => {
    expect(serviceOf({ console: {} }, 'n-console').type).toBe('ClusterIP');
  });
});

describe('what has a port of its own', () => {
  const on = { ai: {}, dns: { type: 'LoadBalancer' }, xds: { nodePort: 30800 } };
  const spec = { ...cluster, version: '3.3.0', endpoints: on };

  it('has a Service of its own, and is not on that of the clients', () => {
    const ports = (name: string) =>
      serviceOf(spec, name).ports!.map(({ port, protocol, nodePort }) => [port, protocol, nodePort]);
    expect(ports('n-ai')).toEqual([[9080, 'TCP', undefined]]);
    expect(ports('n-dns')).toEqual([
      [5353, 'UDP', undefined],
      [5353, 'TCP', undefined],
    ]);
    expect(ports('n-xds')).toEqual([[18848, 'TCP', 30800]]);
    expect(serviceOf(spec, 'n-dns').type).toBe('LoadBalancer');
    expect(ports('n-client').map(([port]) => port)).toEqual([8848, 9848, 8080]);
  });

  it('is switched on in the servers, for other pods too', () => {
    expect(JSON.parse(environmentOf(spec).SPRING_APPLICATION_JSON as string)).toMatchObject({
      'nacos.ai.mcp.registry.enabled': 'true',
      'nacos.naming.dns.enabled': 'true',
      'nacos.naming.dns.bind-address': '0.0.0.0',
      'nacos.istio.mcp.server.enabled': 'true',
    });
  });

  it("follows the user's own port and address", () => {
    const config = 'nacos.naming.dns.port=10053\nnacos.naming.dns.bind-address=10.0.0.1';
    const own = { ...spec, config };
    expect(serviceOf(own, 'n-dns').ports!.map(({ targetPort }) => targetPort)).toEqual([10053, 10053]);
    expect(serverOf(own).ports).toContainEqual({ name: 'dns', containerPort: 10053, protocol: 'UDP' });
    expect(environmentOf(own).SPRING_APPLICATION_JSON).toContain('"nacos.naming.dns.bind-address":"10.0.0.1"');
  });
});
