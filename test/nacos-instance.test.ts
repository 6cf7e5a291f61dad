import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { ManagedBy, MysqlBackedNacos, NacosCluster, NacosStandalone } from '../lib/index.js';
import { type KubernetesObject, podTemplateOf } from './kubernetes-object.js';

const chart = (namespace?: string) => new Chart(new App(), 'shop', { namespace });
const database = { host: 'db', credentialsSecret: { name: 'login' } };
const objectsOf = (scope: Chart) => scope.toJson() as KubernetesObject[];
const specOf = (scope: Chart) => objectsOf(scope)[0]!.spec as Record<string, unknown>;

describe('a construct', () => {
  it('writes one Nacos, named as the construct, in the namespace of its chart', () => {
    const scope = chart('prod');
    const { objects, instanceName } = new NacosStandalone(scope, 'x', { labels: { team: 'a' } });
    expect(objects.map(({ apiVersion, kind, name }) => [apiVersion, kind, name])).toEqual([
      ['nacos.io/v1alpha1', 'Nacos', 'x'],
    ]);
    expect(instanceName).toBe('x');
    expect(objectsOf(scope)[0]!.metadata).toEqual({ name: 'x', namespace: 'prod', labels: { team: 'a' } });
  });

  it('writes the workloads themselves for GitOps, and no Nacos', () => {
    const scope = chart('prod');
    const props = { managedBy: ManagedBy.GITOPS, authentication: { secretName: 'auth' } };
    const { objects } = new MysqlBackedNacos(scope, 'x', { ...props, database });
    expect(objects.map(({ kind }) => kind)).toEqual([
      'ConfigMap',
      'Job',
      'ConfigMap',
      'NetworkPolicy',
      'Service',
      'Service',
      'StatefulSet',
      'PodDisruptionBudget',
    ]);
    expect(JSON.stringify(objectsOf(scope))).toContain('wait-for-schema');
  });

  it.each([
    ['standalone 3.x', (scope: Chart) => new NacosStandalone(scope, 'x'), 'x.prod:8848', 8080],
    ['standalone 2.x', (scope: Chart) => new NacosStandalone(scope, 'x', { version: '2.3.2' }), 'x.prod:8848', 8848],
    ['a cluster', (scope: Chart) => new NacosCluster(scope, 'x'), 'x-client.prod:8848', 8080],
  ])('gives applications its address: %s', (_case, create, serverAddress, consolePort) => {
    expect(create(chart('prod'))).toMatchObject({ serverAddress, consolePort, httpPort: 8848, grpcPort: 9848 });
  });

  it('gives a Deployment of cdk8s-plus its address', () => {
    const scope = chart('prod');
    const { environment } = new NacosCluster(scope, 'x');
    new Deployment(scope, 'app', { containers: [{ image: 'app', envVariables: environment }] });
    const app = objectsOf(scope).find(({ kind }) => kind === 'Deployment')!;
    expect(Yaml.stringify(app)).toContain('- name: NACOS_SERVER_ADDR\n              value: x-client.prod:8848\n');
    expect(Yaml.stringify(app)).toContain(
      '- name: SPRING_CLOUD_NACOS_SERVER_ADDR\n              value: x-client.prod:8848\n',
    );
  });

  it('lays overrides over its props', () => {
    const scope = chart();
    const overrides = { tolerations: [{ key: 'a' }], volume: { retain: false }, podSecurity: null };
    new NacosCluster(scope, 'x', { overrides });
    expect(specOf(scope)).toMatchObject({
      tolerations: [{ key: 'a' }],
      volume: { enabled: true, retain: false, requests: { storage: '10Gi' } },
    });
    expect(specOf(scope)).not.toHaveProperty('podSecurity');
  });

  it('writes properties that are read back as they were', () => {
    const scope = chart();
    const config = { 'a.b': ' spaced = value ', 'k:e=y': '中\n#', '': 'empty' };
    const { objects } = new NacosStandalone(scope, 'x', {
      ...{ config, version: '2.3.2', managedBy: ManagedBy.GITOPS, authentication: { enabled: false } },
    });
    const pod = objects.flatMap((one) => podTemplateOf(one.toJson())?.spec ?? [])[0]!;
    const json = pod.containers[0]!.env!.find(({ name }) => name === 'SPRING_APPLICATION_JSON')!.value!;
    expect(JSON.parse(json)).toEqual(config);
  });
});

it('has clients log in unless they need not in so many words', () => {
  const certification = (props: object) => {
    const scope = chart();
    new NacosStandalone(scope, 'x', props);
    return specOf(scope).certification;
  };
  expect(certification({})).toEqual({ enabled: true });
  expect(certification({ authentication: { secretName: 'auth' } })).toEqual({ enabled: true, secretName: 'auth' });
  expect(certification({ authentication: { enabled: false } })).toEqual({ enabled: false });
});

describe('without an operator', () => {
  const gitops = { managedBy: ManagedBy.GITOPS, authentication: { enabled: false } };

  it('a Secret that nothing would create is an error that names it', () => {
    const words =
      'shop/x (NacosCluster): authentication.secretName: needed with managedBy: GITOPS, since nothing creates the Secret x-auth';
    for (const authentication of [undefined, { enabled: false }])
      expect(() => new NacosCluster(chart('prod'), 'x', { ...gitops, authentication })).toThrow(words);
    const more = { ...gitops, version: '2.3.2', authentication: undefined };
    expect(() => new NacosStandalone(chart('prod'), 'x', more)).toThrow(
      'let all in with authentication.enabled: false',
    );
  });

  it('a version that needs no Secret is fine without one where no client has to log in', () => {
    expect(() => new NacosCluster(chart('prod'), 'x', { ...gitops, version: '2.3.2' })).not.toThrow();
  });

  it('a cluster of one member is an error: the way there would take the majority away', () => {
    const one = { ...gitops, version: '2.3.2', replicas: 1 };
    expect(() => new NacosCluster(chart('prod'), 'x', one)).toThrow(
      'replicas: a cluster of one member needs the operator',
    );
    expect(() => new NacosCluster(chart('prod'), 'x', { ...one, managedBy: ManagedBy.OPERATOR })).not.toThrow();
    expect(() => new NacosCluster(chart('prod'), 'x', { ...one, replicas: 3 })).not.toThrow();
  });

  it('a cluster without a namespace is an error: its members could not call each other', () => {
    const props = { ...gitops, version: '2.3.2' };
    expect(() => new NacosCluster(chart(), 'x', props)).toThrow(
      'shop/x (NacosCluster): namespace: needed with managedBy: GITOPS',
    );
    expect(() => new NacosCluster(chart(), 'x', { ...props, namespace: 'prod' })).not.toThrow();
  });
});

describe('two instances', () => {
  it('of one name in one namespace are an error that names the other', () => {
    const scope = chart('prod');
    new NacosCluster(scope, 'x');
    expect(() => new NacosStandalone(scope, 'y', { name: 'x' })).toThrow(
      'shop/y (NacosStandalone): name: x is taken by shop/x in the same namespace; give one of them another name',
    );
  });

  it('of one name in two namespaces are two instances', () => {
    const scope = chart('prod');
    new NacosCluster(scope, 'x');
    expect(() => new NacosCluster(scope, 'y', { name: 'x', namespace: 'test' })).not.toThrow();
  });

  it('whose Services have one name are an error that says which', () => {
    const scope = chart('prod');
    const props = { managedBy: ManagedBy.GITOPS, version: '2.3.2', authentication: { enabled: false } };
    new NacosCluster(scope, 'x', props);
    expect(() => new NacosStandalone(scope, 'x-client', props)).toThrow(
      'shop/x-client (NacosStandalone): name: x-client makes a Service x-client, which shop/x makes too',
    );
  });

  it('leave objects of the user alone', () => {
    const scope = chart('prod');
    new ApiObject(scope, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'other' } });
    expect(() => new NacosCluster(scope, 'x')).not.toThrow();
  });
});
