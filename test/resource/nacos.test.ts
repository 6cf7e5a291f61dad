import type { JSONSchemaProps as Schema } from 'kubernetes-types/apiextensions/v1.js';
import { describe, expect, it } from 'vitest';
import { Nacos } from '../../lib/resource/nacos.js';

// kubernetes-types leaves the extensions out.
type JSONSchemaProps = Schema & { readonly [extension: `x-kubernetes-${string}`]: unknown };

const { spec } = Nacos.definition;
const version = spec.versions[0]!;
const schema = version.schema!.openAPIV3Schema as JSONSchemaProps;

function field(path: string): JSONSchemaProps {
  const found = path
    .split('.')
    .reduce<JSONSchemaProps | undefined>(
      (inner, name) =>
        ((inner?.items as JSONSchemaProps | undefined) ?? inner)?.properties?.[name] as JSONSchemaProps | undefined,
      schema,
    );
  if (!found) throw new Error(`${path} is missing in the schema`);
  return found;
}

describe('the definition of Nacos', () => {
  it('has the names of the official operator, and a short one', () => {
    expect(Nacos.definition.metadata!.name).toBe('nacos.nacos.io');
    expect([spec.group, version.name, spec.scope]).toEqual(['nacos.io', 'v1alpha1', 'Namespaced']);
    expect(spec.names).toEqual({
      kind: 'Nacos',
      listKind: 'NacosList',
      plural: 'nacos',
      singular: 'nacos',
      shortNames: ['nac'],
    });
  });

  it('shows the columns REPLICAS READY TYPE DBTYPE VERSION CREATETIME, and more only with -o wide', () => {
    const columns = version.additionalPrinterColumns!;
    const shown = columns
      .filter(({ priority }) => !priority)
      .map(({ name, jsonPath }) => [name.toUpperCase(), jsonPath]);
    expect(shown).toEqual([
      ['REPLICAS', '.status.desiredReplicas'],
      ['READY', '.status.phase'],
      ['TYPE', '.spec.type'],
      ['DBTYPE', '.spec.database.type'],
      ['VERSION', '.status.version'],
      ['CREATETIME', '.metadata.creationTimestamp'],
    ]);
    expect(columns.filter(({ priority }) => priority === 1).map(({ name }) => name)).toEqual([
      'ReadyReplicas',
      'Reason',
      'Image',
    ]);
  });

  it('shows the creation time itself and not an age', () => {
    expect(version.additionalPrinterColumns!.find(({ name }) => name === 'CreateTime')?.type).toBe('string');
  });

  it('has the subresources status and scale, the latter with a selector for autoscalers', () => {
    expect(version.subresources).toEqual({
      status: {},
      scale: {
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    });
    expect([field('status.replicas').type, field('status.selector').type]).toEqual(['integer', 'string']);
  });

  // The official operator's api/v1alpha1/nacos_types.go
  it.each([
    ['spec.image', 'string'],
    ['spec.imagePullSecrets', 'array'],
    ['spec.imagePullSecrets.name', 'string'],
    ['spec.replicas', 'integer'],
    ['spec.resources.limits', 'object'],
    ['spec.resources.requests', 'object'],
    ['spec.affinity.nodeAffinity', 'object'],
    ['spec.affinity.podAffinity', 'object'],
    ['spec.affinity.podAntiAffinity', 'object'],
    ['spec.tolerations', 'array'],
    ['spec.tolerations.tolerationSeconds', 'integer'],
    ['spec.nodeSelector', 'object'],
    ['spec.livenessProbe.exec.command', 'array'],
    ['spec.livenessProbe.httpGet.httpHeaders', 'array'],
    ['spec.readinessProbe.tcpSocket', 'object'],
    ['spec.env', 'array'],
    ['spec.env.name', 'string'],
    ['spec.env.valueFrom.secretKeyRef.key', 'string'],
    ['spec.env.valueFrom.configMapKeyRef.key', 'string'],
    ['spec.env.valueFrom.fieldRef.fieldPath', 'string'],
    ['spec.env.valueFrom.resourceFieldRef.resource', 'string'],
    ['spec.mysqlInitImage', 'string'],
    ['spec.type', 'string'],
    ['spec.function_mode', 'string'],
    ['spec.database.type', 'string'],
    ['spec.database.mysqlHost', 'string'],
    ['spec.database.mysqlPort', 'string'],
    ['spec.database.mysqlDb', 'string'],
    ['spec.database.mysqlUser', 'string'],
    ['spec.database.mysqlPassword', 'string'],
    ['spec.volume.enabled', 'boolean'],
    ['spec.volume.requests', 'object'],
    ['spec.volume.storageClass', 'string'],
    ['spec.config', 'string'],
    ['spec.certification.enabled', 'boolean'],
    ['spec.certification.token', 'string'],
    ['spec.certification.token_expire_seconds', 'string'],
    ['spec.certification.cache_enabled', 'boolean'],
    ['spec.k8sWrapper.PodSpec', 'object'],
    ['status.phase', 'string'],
    ['status.version', 'string'],
    ['status.conditions', 'array'],
    ['status.conditions.type', 'string'],
    ['status.conditions.status', 'string'],
    ['status.conditions.reason', 'string'],
    ['status.conditions.message', 'string'],
    ['status.conditions.instance', 'string'],
    ['status.conditions.hostIP', 'string'],
    ['status.conditions.podName', 'string'],
    ['status.conditions.nodeName', 'string'],
    ['status.event', 'array'],
    ['status.event.status', 'boolean'],
    ['status.event.firstAppearTime', 'string'],
    ['status.event.lastTransitionTime', 'string'],
    ['status.event.message', 'string'],
    ['status.event.code', 'integer'],
  ])("has the official operator's %s as %s", (path, type) => {
    expect(field(path).type).toBe(type);
  });

  it('leaves authentication alone where it is not said: no default for the two tri-states', () => {
    expect(field('spec.certification.enabled')).not.toHaveProperty('default');
    expect(field('spec.certification.cache_enabled')).not.toHaveProperty('default');
  });

  it('keeps what it does not know in k8sWrapper.PodSpec', () => {
    expect(field('spec.k8sWrapper.PodSpec')['x-kubernetes-preserve-unknown-fields']).toBe(true);
  });

  it('needs nothing: a spec is optional, and of a variable only its name is not', () => {
    expect(schema.required).toBeUndefined();
    expect(schema.properties!.spec!.required).toBeUndefined();
    expect((field('spec.env').items as JSONSchemaProps).required).toEqual(['name']);
  });

  it('has conditions by type, which also takes what the official operator left behind', () => {
    const conditions = field('status.conditions');
    expect(conditions['x-kubernetes-list-type']).toBe('map');
    expect(conditions['x-kubernetes-list-map-keys']).toEqual(['type']);
    expect((conditions.items as JSONSchemaProps).required).toEqual(['type', 'status']);
    expect(field('status.conditions.status').enum).toEqual(expect.arrayContaining(['True', 'False', 'true']));
  });

  it('describes every field of its own', () => {
    const groups = ['spec', 'spec.database', 'spec.certification', 'spec.volume', 'spec.service', 'spec.console'];
    const silent = groups.flatMap((group) =>
      Object.entries(field(group).properties!)
        .filter(([, property]) => !property.description)
        .map(([name]) => `${group}.${name}`),
    );
    expect(silent).toEqual([]);
  });

  it('bounds every list and text that a rule could walk through', () => {
    const open: string[] = [];
    const walk = (node: JSONSchemaProps, path: string) => {
      if (node.type === 'array' && node.maxItems === undefined && path !== '.status.conditions') open.push(path);
      for (const [name, inner] of Object.entries(node.properties ?? {}))
        walk(inner as JSONSchemaProps, `${path}.${name}`);
      if (node.items) walk(node.items as JSONSchemaProps, `${path}[]`);
    };
    walk(schema, '');
    expect(open).toEqual([]);
  });

  it('says in every rule which field is wrong and what to do', () => {
    const rules: { message?: string; fieldPath?: string }[] = [];
    const walk = (node: JSONSchemaProps) => {
      rules.push(...((node['x-kubernetes-validations'] as typeof rules | undefined) ?? []));
      for (const inner of Object.values(node.properties ?? {})) walk(inner as JSONSchemaProps);
    };
    walk(schema);
    expect(rules.length).toBeGreaterThan(10);
    for (const { message } of rules) expect(message).toMatch(/^[\w.]+: .*(;|: use |: set )/);
  });
});
