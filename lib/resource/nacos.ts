import { type ObjectOf, resource } from 'cdk8s-reconciler';
import { objectRules } from './rules.js';
import { spec } from './spec.js';
import { status } from './status.js';

/** `nacos.io/v1alpha1` `Nacos`: the official operator's resource with more optional fields (docs/compatibility.md). */
export const Nacos = resource({
  group: 'nacos.io',
  version: 'v1alpha1',
  kind: 'Nacos',
  plural: 'nacos',
  singular: 'nacos',
  shortNames: ['nac'],
  description: 'A Nacos service: one server, or a cluster of them.',
  spec,
  status,
  rules: objectRules,
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
  columns: {
    // Not the spec's, which leaves it open at times.
    Replicas: '.status.desiredReplicas',
    Ready: '.status.phase',
    Type: '.spec.type',
    DbType: '.spec.database.type',
    Version: '.status.version',
    CreateTime: { path: '.metadata.creationTimestamp', type: 'string' },
    ReadyReplicas: { path: '.status.readyReplicas', priority: 1 },
    Reason: { path: '.status.conditions[?(@.type=="Ready")].reason', type: 'string', priority: 1 },
    Image: { path: '.spec.image', priority: 1 },
  },
});

export type NacosObject = ObjectOf<typeof Nacos>;
