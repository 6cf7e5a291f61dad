import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';

/** Has two small children, which no other controller works on. */
export const Fleet = resource({ group: 'fleet.test', version: 'v1', kind: 'Fleet', spec: Type.Object({}) });
export const controlFleets = controller(Fleet, {
  owns: { maps: ConfigMap },
  render: ({ metadata: { name } }) =>
    ['a', 'b'].map((of) => manifest(ConfigMap, `${name}-${of}`, { data: { of, name } })),
});
