import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { apps, isProgram, programFile, synthTo } from '../synth.js';
import { withLock } from './lock.js';
import type { TestCluster } from './test-cluster.js';

const root = dirname(dirname(__dirname));

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Paths below the root of every file in `dist/` that git keeps, of the product and of the examples. */
export function synthesized(): string[] {
  return apps()
    .flatMap((app) => yamlFiles(join(app, 'dist')))
    .filter((path) => !isProgram(basename(path)));
}

/** Paths of the Deployments and programs of the product and of the examples, rendered once for all test files. */
export async function programs({ controlPlane }: TestCluster): Promise<string[]> {
  const folder = join(controlPlane.directory, 'programs');
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    for (const app of apps()) synthTo(join(`${folder}.new`, app), app);
    renameSync(`${folder}.new`, folder);
  });
  return apps()
    .map((app) => join(folder, app, programFile))
    .filter((path) => existsSync(path));
}

/** Paths below the root of manifests that users wrote and that stay accepted as they are, and of those for users. */
export function samples(): string[] {
  return [...yamlFiles('test/samples'), ...yamlFiles('samples')];
}

/** @param path absolute, or below the root */
export function read(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(resolve(root, path), 'utf8'))
    .map((document) => document.toJS())
    .filter((manifest) => manifest !== null);
}

export function definitions(): CustomResourceDefinition[] {
  return synthesized().flatMap<object>(read).filter(isDefinition);
}

/** Makes the custom resources known to the API server, and the namespaces that manifests name. */
export async function install(cluster: TestCluster): Promise<void> {
  const crds = definitions();
  // Tests of examples apply some of them as their users do, on the client's side.
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '--filename=-'], list(crds));
  // `kubectl wait` gives up on a definition that has no status yet.
  for (const { metadata } of crds) await vi.waitFor(() => established(cluster, metadata?.name ?? ''), 120_000);
  const named = new Set(
    synthesized()
      .flatMap(read)
      .flatMap(({ metadata }) => metadata.namespace ?? []),
  );
  const namespaces = [...named].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '--filename=-'], list(namespaces));
}

async function established({ api }: TestCluster, name: string): Promise<void> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
  const { status } = await api.get<CustomResourceDefinition>(path);
  const found = status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
  if (!found) throw new Error(`${name} is not established`);
}

/** Resolves when the API server would take them; rejects with its answer. Stores nothing. */
export async function judge(cluster: TestCluster, manifests: readonly object[]): Promise<void> {
  await cluster.kubectl(['apply', '--dry-run=server', '--validate=strict', '--filename=-'], list(manifests));
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function isDefinition(manifest: object): manifest is CustomResourceDefinition {
  return 'kind' in manifest && manifest.kind === 'CustomResourceDefinition';
}

function yamlFiles(directory: string): string[] {
  const path = join(root, directory);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(directory, name))
    .sort();
}
