import { Yaml } from 'cdk8s';
import type { Kind, KubernetesObject, Stored } from 'cdk8s-reconciler';
import { kind } from 'cdk8s-reconciler';
import { PersistentVolumeClaim, Pod, Secret } from 'cdk8s-reconciler/kinds';
import { nacos } from '../operate/controller.js';
import { Nacos } from '../resource/nacos.js';
import { namesOf } from '../resource/names.js';
import type { Cluster } from './cluster.js';
import { UserError } from './manifests.js';
import { operatorOf } from './operators.js';
import { ownVersion } from './own-version.js';
import { Redaction, secretsOf } from './redact.js';

interface EventObject extends KubernetesObject {
  readonly regarding?: { readonly name?: string };
}

const Event = kind<EventObject>('events.k8s.io/v1', 'Event');

/**
 * What helps others to find a fault of an instance: the object, its children, pods, claims, events, and the ends of
 * the logs of its servers and of the operator. Secrets are taken out by where they stand and by what they say.
 *
 * @throws UserError if there is no such Nacos
 */
export async function report(cluster: Cluster, name: string, namespace: string): Promise<string> {
  const object = await cluster.instance(name, namespace);
  if (!object) throw new UserError(`there is no Nacos ${name} in ${namespace}; -n names another namespace`);
  const found = await related(cluster, object);
  const values = found.filter((one): one is Stored<Secret> => one.kind === 'Secret').flatMap(valuesOf);
  const redaction = new Redaction([...values, ...secretsOf({ spec: object.spec })], [name, namespace, Nacos.group]);
  const documents = [
    { report: `Nacos ${namespace}/${name}`, 'cdk8s-nacos': ownVersion() },
    ...[object, ...found].map((one) => redaction.object(one)),
    ...(await logs(cluster, found)).map(({ log, lines }) => ({ log, lines: redaction.text(lines) })),
  ];
  return Yaml.stringify(...documents.map((document) => JSON.parse(JSON.stringify(document)) as unknown));
}

async function related(cluster: Cluster, { metadata }: Stored): Promise<Stored[]> {
  const { name, namespace, uid } = metadata;
  const labelled = { namespace, labelSelector: `app=${name}` };
  const isOwn = (one: Stored) => one.metadata.ownerReferences?.some((owner) => owner.uid === uid);
  const kinds: readonly Kind[] = Object.values(nacos.owns);
  const children = (await Promise.all(kinds.map((one) => cluster.list(one, { namespace })))).flat().filter(isOwn);
  const [pods, claims] = [await cluster.list(Pod, labelled), await cluster.list(PersistentVolumeClaim, labelled)];
  // Not owned: it lives as long as the claims.
  const fieldSelector = `metadata.name=${namesOf(name).authSecret}`;
  const credentials = await cluster.list(Secret, { namespace, fieldSelector });
  const objects = unique([...children, ...pods, ...claims, ...credentials]);
  const names = new Set([name, ...objects.map((one) => one.metadata.name)]);
  const events = await cluster.list(Event, { namespace });
  return [...objects, ...events.filter(({ regarding }) => names.has(regarding?.name ?? ''))];
}

function unique(objects: readonly Stored[]): Stored[] {
  return [...new Map(objects.map((one) => [one.metadata.uid, one])).values()];
}

function valuesOf({ data = {} }: Stored<Secret>): string[] {
  return Object.values(data).flatMap((value) => [value, Buffer.from(value, 'base64').toString()]);
}

async function logs(cluster: Cluster, found: readonly Stored[]) {
  const operator = await operatorOf(cluster).catch(() => undefined);
  const labelSelector = `app.kubernetes.io/name=${operator?.spec?.selector.matchLabels?.['app.kubernetes.io/name']}`;
  const operators = operator ? await cluster.list(Pod, { namespace: operator.metadata.namespace, labelSelector }) : [];
  const pods = [...operators, ...found.filter((one) => one.kind === 'Pod')];
  return Promise.all(
    pods.map(async ({ metadata }) => {
      const lines = await cluster.log(metadata, 300).catch((error: Error) => error.message);
      return { log: `${metadata.namespace}/${metadata.name}`, lines: lines ?? '' };
    }),
  );
}
