import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { synth } from '../synth.js';
import { test } from './fixture.js';
import type { AuditEvent, TestCluster } from './test-cluster.js';

export const examples = join(__dirname, '../../examples');

/** For `expect.poll`. The garbage collector looks for new kinds every 30 s. */
export const eventually = { timeout: 60_000, interval: 50 };

export interface ExampleOptions {
  /** Names of the manifests in the example's folder. @default the example's own */
  readonly manifests?: readonly string[];
  /** Of the operator. @default no election */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * `test('…', async ({ cluster, operator, sample }) => …)` with the operator of `examples/<name>` at work on the file's
 * namespace, and the user's manifest applied there, unchanged, before the first test that asks for `sample`.
 */
export function testExample(name: string, { manifests = [name], env }: ExampleOptions = {}) {
  return test
    .extend('operator', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
      await install(cluster, name);
      const operator = await ExampleOperator.start(cluster, name, env);
      onCleanup(() => operator.stop());
      return operator;
    })
    .extend('sample', { scope: 'file' }, async ({ cluster, operator }) => {
      for (const file of manifests)
        await cluster.kubectl(['apply', '--filename', join(operator.directory, `${file}.yaml`)]);
      return new Objects(cluster);
    });
}

/** Applies definitions and roles; the operator's pods would only be played. */
export async function install(cluster: TestCluster, name: string): Promise<void> {
  const dist = synth(`examples/${name}`);
  const files = ['00-crds', '10-operator'].map((chart) => `--filename=${dist}/${chart}.k8s.yaml`);
  await cluster.kubectl(['apply', ...files, `--namespace=${name}-operator`]);
  await cluster.kubectl([
    'wait',
    '--for=create',
    '--for=condition=Established',
    '--filename',
    `${dist}/00-crds.k8s.yaml`,
  ]);
}

/**
 * The operator of an example as `npm start` runs it, with the permissions that it is rendered with, in the namespace
 * of `cluster`.
 */
export class ExampleOperator {
  private constructor(
    private readonly cluster: TestCluster,
    private readonly name: string,
    private readonly process: ChildProcess,
  ) {}

  /** @param env settings beside those that keep it to the namespace */
  static async start(cluster: TestCluster, name: string, env: NodeJS.ProcessEnv = {}): Promise<ExampleOperator> {
    const { controlPlane, namespace } = cluster;
    const log = openSync(join(controlPlane.directory, 'log', `${name}-operator.log`), 'a');
    const KUBECONFIG = await controlPlane.serviceAccountKubeconfig(`${name}-operator`, `${name}-operator`);
    const process = spawn(
      globalThis.process.execPath,
      ['--conditions=cdk8s-source', '--import', 'tsx', 'operator.ts'],
      {
        cwd: join(examples, name),
        // The one operator here, which as its Deployment need not look for another one.
        env: {
          ...globalThis.process.env,
          KUBECONFIG,
          WATCH_NAMESPACES: namespace,
          PORT: '0',
          BESIDE_OPERATOR: 'true',
          ...env,
        },
        stdio: ['ignore', log, log],
      },
    );
    controlPlane.adopt(process);
    return new ExampleOperator(cluster, name, process);
  }

  /** Where the example lies. */
  get directory(): string {
    return join(examples, this.name);
  }

  /** What it asked of the API server so far, as whatever replica. */
  get requests(): AuditEvent[] {
    return this.cluster.audit(`system:serviceaccount:${this.name}-operator:${this.name}-operator`);
  }

  /** Such as `patch deployments`: what its role does not allow. */
  get refused(): string[] {
    const refused = this.requests.filter(({ responseStatus }) => responseStatus?.code === 403);
    return refused.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`);
  }

  /** Ends it, if it still runs, and resolves when it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { exitCode, signalCode } = this.process;
    if (exitCode === null && signalCode === null && this.process.kill(signal)) await once(this.process, 'exit');
  }
}

/** Objects of the file's namespace, as kubectl handles them. */
export class Objects {
  constructor(private readonly cluster: TestCluster) {}

  /** @param target such as `deployment/web` */
  async get<T>(target: string): Promise<T> {
    return JSON.parse(await this.cluster.kubectl(['get', target, '--output=json']));
  }

  /** Undefined if there is none. */
  async find<T>(target: string): Promise<T | undefined> {
    const found = await this.cluster.kubectl(['get', target, '--output=json', '--ignore-not-found']);
    return found ? JSON.parse(found) : undefined;
  }

  /** @param target such as `jobs`, with `--selector` and the like as `options` */
  async list<T>(target: string, ...options: readonly string[]): Promise<T[]> {
    return JSON.parse(await this.cluster.kubectl(['get', target, '--output=json', ...options])).items;
  }

  async apply(manifest: object): Promise<void> {
    await this.cluster.kubectl(['apply', '--filename=-'], JSON.stringify(manifest));
  }

  /** A merge patch. */
  async edit(target: string, patch: object): Promise<void> {
    await this.cluster.kubectl(['patch', target, '--type=merge', `--patch=${JSON.stringify(patch)}`]);
  }

  async delete(target: string): Promise<void> {
    await this.cluster.kubectl(['delete', target]);
  }

  /** Resolves when the operator says that all is as it should be. */
  async ready(target: string): Promise<void> {
    await this.cluster.kubectl(['wait', '--for=condition=Ready', target, '--timeout=60s']);
  }

  /** The message of a condition that is true, undefined where it is not. */
  async condition(target: string, type: string): Promise<string | undefined> {
    const { status } = await this.get<{
      status?: { conditions?: { type: string; status: string; message: string }[] };
    }>(target);
    return status?.conditions?.find((condition) => condition.type === type && condition.status === 'True')?.message;
  }
}
