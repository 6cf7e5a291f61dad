import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlPlane } from '../cluster/control-plane.js';
import { command } from './command.js';
import type { Node } from './node.js';
import { startNodes } from './nodes.js';

/** A control plane with real nodes, of one test file. */
export class NodeCluster {
  private constructor(
    readonly controlPlane: ControlPlane,
    readonly nodes: readonly Node[],
  ) {}

  static async start(nodes: number): Promise<NodeCluster> {
    const controlPlane = await ControlPlane.start();
    try {
      return new NodeCluster(controlPlane, await startNodes(controlPlane, nodes));
    } catch (error) {
      await controlPlane.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.controlPlane.stop();
  }

  async apply(...items: readonly object[]): Promise<void> {
    await this.kubectl(['apply', '--filename=-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }

  /** Standard output of a shell script in a pod. */
  run(pod: string, script: string): Promise<string> {
    return this.kubectl(['exec', pod, '--', 'sh', '-c', script]);
  }

  /** Resolves when the pod is Ready; throws with its events and last log lines when it is not in time. */
  async podReady(pod: string, seconds: number): Promise<void> {
    for (const until = Date.now() + seconds * 1000; Date.now() < until; ) {
      // It ends at once for a pod that does not exist yet, or is replaced meanwhile.
      const answer = await this.kubectl(['wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=5s']).catch(
        () => undefined,
      );
      if (answer) return;
      await sleep(100);
    }
    const found = await Promise.all([
      this.kubectl(['describe', 'pod', pod]).catch(String),
      this.kubectl(['logs', pod, '--tail=40']).catch(String),
    ]);
    throw new Error(`pod ${pod} is not ready after ${seconds} s\n${found.join('\n')}`);
  }

  kubectl(args: readonly string[], input?: string): Promise<string> {
    return command(this.controlPlane.kubectl, args, { input, env: { KUBECONFIG: this.controlPlane.kubeconfig } });
  }

  /** Runs lines for a shell, as a document or a condition has them. */
  type(lines: string, cwd?: string): Promise<string> {
    return command('bash', ['-ec', lines], { cwd, env: this.environment() });
  }

  /** The same with a command that does not end by itself. */
  begin(line: string): void {
    const env = { ...process.env, ...this.environment() };
    this.controlPlane.adopt(spawn('bash', ['-c', `exec ${line}`], { env, stdio: 'ignore' }));
  }

  private environment() {
    const { kubectl, kubeconfig } = this.controlPlane;
    return { PATH: [dirname(kubectl), process.env.PATH].join(delimiter), KUBECONFIG: kubeconfig };
  }
}
