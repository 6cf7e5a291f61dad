import type { KubernetesObject } from 'cdk8s-reconciler';
import { isSecret } from '../resource/problem.js';

type Json = Readonly<Record<string, unknown>>;

const hidden = '***';

/**
 * Takes secrets out of what is shown to others: by where they stand, and wherever else the same text stands.
 *
 * @param secrets texts that are known to be secret, or may be
 * @param names of what the report is about, which stay readable
 */
export class Redaction {
  private readonly exact: ReadonlySet<string>;
  private readonly texts: readonly string[];

  constructor(secrets: Iterable<string>, names: readonly string[]) {
    this.exact = new Set(secrets);
    const found = [...this.exact].filter(
      (secret) => isDistinct(secret) && !names.some((name) => name.includes(secret)),
    );
    const encoded = found.map((secret) => Buffer.from(secret).toString('base64'));
    // The longest first: one may be part of another.
    this.texts = [...new Set([...found, ...encoded])].sort((a, b) => b.length - a.length);
  }

  object(object: KubernetesObject): unknown {
    const { metadata = {}, ...rest } = object as KubernetesObject & { metadata?: Json };
    const { managedFields: _fields, annotations = {}, ...others } = metadata as Json;
    // The whole object once more, as it was applied.
    const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...kept } = annotations as Json;
    return this.value({ ...rest, metadata: { ...others, annotations: kept } }, '', object.kind ?? '');
  }

  text(text: string): string {
    return this.texts.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  }

  private value(value: unknown, path: string, kind: string): unknown {
    if (value !== undefined && value !== null && isHidden(path, kind)) return hidden;
    if (typeof value === 'string') return inEnvironment.test(path) && this.exact.has(value) ? hidden : this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item, index) => this.value(item, `${path}.${index}`, kind));
    const fields = Object.entries(value).map(([name, inner]) => [
      name,
      this.value(inner, path ? `${path}.${name}` : name, kind),
    ]);
    return Object.fromEntries(fields);
  }
}

/** Of any pod. */
const inEnvironment = /(^|\.)env\.\d+\.value$/;

/** Whether a text is more than a word such as `nacos`, `prod` or `8848`, which stand everywhere. */
function isDistinct(secret: string): boolean {
  return secret.length >= 8 || (secret.length >= 5 && /[a-z]/i.test(secret) && /[^a-z]/i.test(secret));
}

/** Texts of a spec that are secret, or may be. */
export function secretsOf(value: unknown, path = ''): string[] {
  if (typeof value === 'string') {
    if (!isSecret(path) && !isEnvironment(path)) return [];
    // A configuration's lines, and what stands in each.
    return [value, ...value.split('\n').map((line) => line.replace(/^[^=:]*[=:]\s*/, '').trim())];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => secretsOf(inner, path ? `${path}.${name}` : name));
}

function isHidden(path: string, kind: string): boolean {
  if (kind === 'Secret') return /^(data|stringData)\.[^/]+$/.test(path);
  if (kind === 'ConfigMap') return /^(data|binaryData)\./.test(path) && path !== 'data.cluster.conf';
  return kind === 'Nacos' && (isSecret(path) || isEnvironment(path));
}

/** A container of the user's own. */
function isEnvironment(path: string): boolean {
  return /^spec\.(k8sWrapper|overlays)\..*\.env\.\d+\.value$/.test(path);
}
