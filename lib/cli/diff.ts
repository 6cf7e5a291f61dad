import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import type { KubernetesObject } from 'cdk8s-reconciler';
import type { NacosObject } from '../resource/nacos.js';
import { problemText } from '../resource/problem.js';
import type { Cluster } from './cluster.js';
import { UserError } from './manifests.js';
import { inCluster } from './plan.js';

export interface Difference {
  /** What `diff -u` says; empty where nothing differs. */
  readonly text: string;
  readonly differs: boolean;
  /** What could not be looked at, a line each. */
  readonly unseen: readonly string[];
}

/**
 * What would become of each instance's objects if the manifests were applied: the children now, and at the end of the
 * plan; and which changes are refused, so that nothing becomes of them.
 */
export async function diff(cluster: Cluster, manifests: readonly NacosObject[]): Promise<Difference> {
  const [refusals, notSeen]: [string[], string[]] = [[], []];
  const foresee = inCluster(cluster);
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-nacos-'));
  try {
    for (const side of ['live', 'new']) mkdirSync(join(folder, side));
    for (const nacos of manifests) {
      const { name, namespace = cluster.namespace } = nacos.metadata;
      const { refused, before, after, unseen } = (await foresee(nacos)).outcome;
      notSeen.push(...unseen.map((what) => `Nacos ${namespace}/${name}: not looked at: ${what}\n`));
      refusals.push(...refused.map((problem) => `Nacos ${namespace}/${name}: REFUSED: ${problemText(problem)}\n`));
      write(join(folder, 'live'), before);
      write(join(folder, 'new'), after);
    }
    const { text, differs } = compare(folder);
    return { text: refusals.join('') + text, differs: differs || refusals.length > 0, unseen: notSeen };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(folder: string, objects: readonly KubernetesObject[]): void {
  for (const object of objects) {
    const { kind, metadata } = object;
    const file = `${metadata?.namespace}.${kind}.${metadata?.name}.yaml`;
    writeFileSync(join(folder, file), Yaml.stringify(withoutSecrets(JSON.parse(JSON.stringify(object)))), {
      mode: 0o600,
    });
  }
}

/** The values of a Secret differ or not, as `kubectl diff` has it; they are not shown. */
function withoutSecrets(object: KubernetesObject & { data?: object; stringData?: object }): object {
  if (object.kind !== 'Secret') return object;
  const { data, stringData, ...rest } = object;
  const keys = Object.keys({ ...data, ...stringData });
  return { ...rest, data: Object.fromEntries(keys.map((key) => [key, '***'])) };
}

function compare(folder: string): Omit<Difference, 'unseen'> {
  const { status, stdout, error } = spawnSync('diff', ['-urN', 'live', 'new'], { cwd: folder, encoding: 'utf8' });
  if (error || status === null || status > 1) throw new UserError('diff: needs the program diff in PATH');
  // Times of temporary files say nothing.
  const text = stdout.replaceAll(/^(---|\+\+\+) (\S+)\t.*$/gm, '$1 $2').replaceAll(/^diff -urN .*\n/gm, '');
  return { text, differs: status === 1 };
}
