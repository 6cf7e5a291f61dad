import { readFileSync } from 'node:fs';
import { inRegistry } from 'cdk8s-reconciler/kit';
import { parseAllDocuments } from 'yaml';
import type { NacosObject } from '../resource/nacos.js';
import { problemText } from '../resource/problem.js';
import { defaultImage, defaultMysqlImage } from '../resource/resolve.js';
import { type NacosManifest, validate, withDefaults } from '../resource/validate.js';

/** Something that the user can mend; its message says how. */
export class UserError extends Error {}

interface ReadOptions {
  readonly namespace?: string;
  readonly registry?: string;
  /** Whether a file without any content is taken for one without objects, such as of before there was one. */
  readonly mayBeEmpty?: boolean;
}

/**
 * The Nacos objects of a YAML file, with defaults; objects of other kinds are left out.
 *
 * @param file path, or `-` for standard input
 * @throws UserError naming file, object and field
 */
export function readManifests(file: string, { namespace, registry, mayBeEmpty }: ReadOptions): NacosObject[] {
  const content = documents(file).filter((document) => document !== null);
  const manifests = content.filter(isNacos);
  if (manifests.length === 0 && !(mayBeEmpty && content.length === 0))
    throw new UserError(`${file}: has no object with apiVersion nacos.io/v1alpha1 and kind Nacos`);
  const seen = new Set<string>();
  return manifests.map((manifest, index) => {
    const { name } = (manifest.metadata ?? {}) as Partial<NacosManifest['metadata']>;
    if (typeof name !== 'string') throw new UserError(`${file}: Nacos number ${index + 1}: metadata.name: is required`);
    const problems = validate(manifest);
    if (problems.length > 0)
      throw new UserError(problems.map((problem) => `${file}: Nacos ${name}: ${problemText(problem)}`).join('\n'));
    const nacos = withDefaults({ ...manifest, metadata: { ...(namespace && { namespace }), ...manifest.metadata } });
    const id = `${nacos.metadata.namespace ?? ''}/${name}`;
    if (seen.has(id)) throw new UserError(`${file}: Nacos ${name}: is there twice; the later one would win`);
    seen.add(id);
    return registry ? relocated(nacos, registry) : nacos;
  });
}

function documents(file: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UserError(`${file}: can't be read: ${(error as Error).message}`);
  }
  return [...parseAllDocuments(text)].flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new UserError(`${file}: is not YAML: ${error.message}`);
    const value = document.toJS() as { kind?: unknown; items?: unknown } | null;
    // What `kubectl get -o yaml` prints of several objects.
    return value?.kind === 'List' && Array.isArray(value.items) ? (value.items as unknown[]) : [value];
  });
}

function isNacos(value: unknown): value is NacosManifest {
  const { apiVersion, kind } = (value ?? {}) as NacosManifest;
  return apiVersion === 'nacos.io/v1alpha1' && kind === 'Nacos';
}

function relocated(nacos: NacosObject, registry: string): NacosObject {
  const { image, version, mysqlInitImage, database } = nacos.spec;
  const spec = {
    ...nacos.spec,
    image: inRegistry(image || defaultImage(version), registry),
    ...(database.type === 'mysql' && { mysqlInitImage: inRegistry(mysqlInitImage || defaultMysqlImage, registry) }),
  };
  return { ...nacos, spec };
}
