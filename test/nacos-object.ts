import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Child, type RenderOptions, render } from '../lib/render/render.js';
import type { NacosObject } from '../lib/resource/nacos.js';
import { type NacosManifest, withDefaults } from '../lib/resource/validate.js';

/** A Nacos `shop/n` as the API server would return it. */
export function nacos(spec: object = {}, more: { name?: string; status?: NacosObject['status'] } = {}): NacosObject {
  return withDefaults({ metadata: { name: more.name ?? 'n', namespace: 'shop' }, spec, status: more.status });
}

/** A manifest that a user wrote, as it stands in its file. */
export function sample(name: 'nacos-single' | 'nacos-cluster'): NacosManifest {
  return parse(readFileSync(`test/samples/${name}.yaml`, 'utf8')) as NacosManifest;
}

/** The only object of a kind, or the one with the name. */
export function child<K extends NonNullable<Child['kind']>>(objects: readonly Child[], kind: K, name?: string) {
  const found = objects.filter((object) => object.kind === kind && (!name || object.metadata?.name === name));
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name ?? ''}, expected 1`);
  return found[0] as Extract<Child, { kind?: K }>;
}

export function statefulSetOf(spec: object, options?: RenderOptions) {
  return child(render(nacos(spec), options), 'StatefulSet').spec!;
}

export function podOf(spec: object, options?: RenderOptions) {
  return statefulSetOf(spec, options).template.spec!;
}

export function serverOf(spec: object) {
  return podOf(spec).containers[0]!;
}

/** The environment of a server: literal values, or where a value comes from. */
export function environmentOf(spec: object): Record<string, unknown> {
  return Object.fromEntries(serverOf(spec).env!.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
}

/** Spec of a cluster on MySQL. */
export const onMysql = {
  type: 'cluster',
  database: { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } },
};
