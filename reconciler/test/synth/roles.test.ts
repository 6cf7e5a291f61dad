import { Type } from '@sinclair/typebox';
import { controller, kind, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap, Deployment, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { policyRules } from '../../src/synth/roles.js';
import { find, render, WebServer, webServer } from './sample.js';

const Fleet = resource({ group: 'my.domain', version: 'v1', kind: 'Fleet', scope: 'Cluster', spec: Type.Object({}) });

const definitionOf = (plural: string) => ({
  apiGroups: ['apiextensions.k8s.io'],
  resources: ['customresourcedefinitions'],
  verbs: ['get'],
  resourceNames: [`${plural}.my.domain`],
});

describe('policyRules', () => {
  it('allow to read the definition, to watch the resource and to write its status, and the verbs of an apply and a prune on what it owns', () => {
    expect(policyRules(webServer)).toEqual({
      cluster: [definitionOf('webservers')],
      namespaced: [
        { apiGroups: ['my.domain'], resources: ['webservers'], verbs: ['list', 'watch'] },
        { apiGroups: ['my.domain'], resources: ['webservers/status', 'webservers/finalizers'], verbs: ['update'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'watch', 'create', 'patch', 'delete'] },
        { apiGroups: [''], resources: ['services'], verbs: ['list', 'watch', 'create', 'patch', 'delete'] },
        { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    });
  });

  it('allow no write to what is only read', () => {
    const reader = controller(WebServer, {
      owns: {},
      reads: { configs: reading(ConfigMap, () => true) },
      render: () => [],
    });
    expect(policyRules(reader).namespaced).toContainEqual({
      apiGroups: [''],
      resources: ['configmaps'],
      verbs: ['list', 'watch'],
    });
  });

  it('allow to change the resource itself only where a finalizer has to be set', () => {
    const cleaning = controller(WebServer, { owns: {}, render: () => [], finalize: async () => {} });
    expect(policyRules(cleaning).namespaced[0]?.verbs).toEqual(['list', 'watch', 'patch']);
  });

  it('allow to list events only where these alone say why pods are refused', () => {
    const sets = controller(WebServer, { owns: { sets: StatefulSet }, render: () => [] });
    const verbs = ['create', 'patch', 'list'];
    expect(policyRules(sets).namespaced).toContainEqual({ apiGroups: ['events.k8s.io'], resources: ['events'], verbs });
  });

  it('allow what the controller asks for beyond that', () => {
    const permissions = [{ kind: StatefulSet, subresource: 'scale', verbs: ['patch'] as const }];
    expect(policyRules(controller(WebServer, { owns: {}, permissions, render: () => [] })).namespaced).toContainEqual({
      apiGroups: ['apps'],
      resources: ['statefulsets/scale'],
      verbs: ['patch'],
    });
  });

  it('allow it for one object where that is named', () => {
    const ClusterRole = kind('rbac.authorization.k8s.io/v1', 'ClusterRole', { namespaced: false });
    const permissions = [{ kind: ClusterRole, name: 'admin', verbs: ['bind'] as const }];
    expect(policyRules(controller(WebServer, { owns: {}, permissions, render: () => [] })).cluster).toContainEqual({
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles'],
      verbs: ['bind'],
      resourceNames: ['admin'],
    });
  });

  it('unite what is both owned and read', () => {
    const both = controller(WebServer, {
      owns: { a: Service },
      reads: { b: reading(Service, () => true) },
      render: () => [],
    });
    const services = policyRules(both).namespaced.filter(({ resources }) => resources.includes('services'));
    expect(services).toHaveLength(1);
  });

  it('keep what is in no namespace apart', () => {
    const fleet = controller(Fleet, { owns: { deployments: Deployment }, render: () => [] });
    const resources = (rules: readonly { resources: readonly string[] }[]) => rules.flatMap((rule) => rule.resources);
    expect(resources(policyRules(fleet).cluster)).toEqual([
      ...['fleets', 'fleets/status', 'fleets/finalizers', 'customresourcedefinitions'],
    ]);
    expect(resources(policyRules(fleet).namespaced)).toEqual(['deployments', 'events']);
  });
});

describe('roles of an Operator', () => {
  it('hold for the whole cluster by default', () => {
    const role = find(render(), 'ClusterRole');
    expect(role.metadata.name).toBe('webserver-operator-webservers.my.domain');
    const { cluster, namespaced } = policyRules(webServer);
    expect(role.rules).toEqual([...cluster, ...namespaced]);
  });

  it('hold in the watched namespaces only, the definition aside, where these are given', () => {
    const manifests = render({ watchNamespaces: ['a', 'b'] });
    expect(find(manifests, 'ClusterRole').rules).toEqual([definitionOf('webservers')]);
    const roles = manifests.filter(({ kind, metadata }) => kind === 'Role' && metadata.name.includes('webservers'));
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['a', 'b']);
    for (const { rules } of roles) expect(rules).toEqual(policyRules(webServer).namespaced);
  });

  it('reach beyond the watched namespaces only for what is in none', () => {
    const fleet = controller(Fleet, { owns: { deployments: Deployment }, render: () => [] });
    const manifests = render({ controllers: [fleet], watchNamespaces: ['a'] });
    expect(find(manifests, 'ClusterRole').rules).toEqual(policyRules(fleet).cluster);
    const roles = manifests.filter(({ kind, metadata }) => kind === 'Role' && metadata.name.includes('fleets'));
    // Where Kubernetes keeps events about what is in no namespace.
    expect(roles.map(({ metadata, rules }) => [metadata.namespace, rules])).toEqual([
      ['a', policyRules(fleet).namespaced],
      ['default', [{ apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] }]],
    ]);
  });

  it('are separate for each controller', () => {
    const fleet = controller(Fleet, { owns: { deployments: Deployment }, render: () => [] });
    const roles = render({ controllers: [webServer, fleet] }).filter(({ kind }) => kind === 'ClusterRole');
    expect(roles.map(({ metadata }) => metadata.name)).toEqual([
      'webserver-operator-webservers.my.domain',
      'webserver-operator-fleets.my.domain',
    ]);
  });

  it('allow leader election on one Lease, next to the pods', () => {
    const role = find(render({}, 'operators'), 'Role', 'webserver-operator-election');
    expect(role.metadata.namespace).toBe('operators');
    expect(role.rules).toEqual([
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: ['get', 'update'],
        resourceNames: ['webserver-operator'],
      },
    ]);
  });
});
