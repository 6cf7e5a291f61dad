import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerState, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { type Api, Refused } from './api.js';

/**
 * A pod as its kubelet sees it. Each method reports a state to the API server, as a kubelet does when containers get
 * there.
 */
export class FakePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** How often its containers ended and were started again. */
  restarts = 0;
  /** How they ended last; a kubelet goes on reporting it when they run again. */
  private lastState: ContainerState | undefined;
  private readonly gone = new AbortController();
  private readonly startTime = new Date().toISOString();
  private readonly transitions = new Map<string, Pick<PodCondition, 'status' | 'lastTransitionTime'>>();

  constructor(
    private readonly api: Api,
    readonly manifest: Pod,
    /** Its address; a stand-in server for the pod listens on `standInAddress(address)`. */
    readonly address: string,
  ) {
    this.namespace = manifest.metadata?.namespace ?? '';
    this.name = manifest.metadata?.name ?? '';
    this.uid = manifest.metadata?.uid ?? '';
  }

  /** Containers run; not ready yet. */
  async run(): Promise<void> {
    await this.report('Running', false, { running: { startedAt: this.startTime } });
  }

  async becomeReady(): Promise<void> {
    await this.report('Running', true, { running: { startedAt: this.startTime } });
  }

  async becomeUnready(): Promise<void> {
    await this.run();
  }

  /** All containers end for good. */
  async exit(exitCode: number): Promise<void> {
    await this.report(exitCode === 0 ? 'Succeeded' : 'Failed', false, this.terminated(exitCode));
  }

  /** All containers end and wait to be started again. */
  async crash(exitCode: number, reason?: string): Promise<void> {
    this.restarts++;
    const message = `back-off restarting failed container of pod ${this.name}_${this.namespace}`;
    this.lastState = this.terminated(exitCode, reason);
    await this.report('Running', false, { waiting: { reason: 'CrashLoopBackOff', message } });
  }

  /** The containers cannot start, such as with reason `ImagePullBackOff` or `CreateContainerConfigError`. */
  async wait(reason: string, message: string): Promise<void> {
    await this.report('Pending', false, { waiting: { reason, message } });
  }

  /** Rejects when the pod is deleted or evicted meanwhile, which ends its script. */
  async sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.gone.signal });
  }

  /** Ends a script that still runs. */
  leave(): void {
    this.gone.abort();
  }

  get left(): boolean {
    return this.gone.signal.aborted;
  }

  /** The kubelet's last word: takes the object away. */
  async remove(): Promise<void> {
    await ignoreGone(this.api.delete(this.path, { gracePeriodSeconds: 0, preconditions: { uid: this.uid } }));
  }

  private async report(phase: string, ready: boolean, state: ContainerState): Promise<void> {
    const { spec } = this.manifest;
    const started = state.running !== undefined;
    const status = {
      phase,
      startTime: this.startTime,
      podIP: this.address,
      podIPs: [{ ip: this.address }],
      conditions: [
        this.condition('PodReadyToStartContainers', true),
        this.condition('Initialized', phase !== 'Pending'),
        this.condition('ContainersReady', ready),
        this.condition('Ready', ready && this.gatesOpen()),
      ],
      initContainerStatuses: spec?.initContainers?.map((container) => ({
        ...this.container(container),
        // A sidecar goes on running, as the other containers do.
        ...(container.restartPolicy === 'Always'
          ? { ready, started, state }
          : { ready: true, started: false, state: this.terminated(0) }),
      })),
      containerStatuses: spec?.containers.map((container) => ({
        ...this.container(container),
        restartCount: this.restarts,
        ready,
        started,
        state,
        ...(this.lastState && { lastState: this.lastState }),
      })),
    };
    await ignoreGone(this.api.patch(`${this.path}/status`, { metadata: { uid: this.uid }, status }, 'strategic'));
  }

  private container({ name, image }: { name: string; image?: string }) {
    return { name, image: image ?? '', imageID: `fake://${image ?? ''}`, restartCount: 0 };
  }

  private terminated(exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): ContainerState {
    return { terminated: { exitCode, reason, startedAt: this.startTime, finishedAt: new Date().toISOString() } };
  }

  private condition(type: string, value: boolean): PodCondition {
    const status = value ? 'True' : 'False';
    const last = this.transitions.get(type);
    const now = last?.status === status ? last : { status, lastTransitionTime: new Date().toISOString() };
    this.transitions.set(type, now);
    return { type, ...now };
  }

  /** Readiness gates are opened by others; a pod that has some is never ready here. */
  private gatesOpen(): boolean {
    return (this.manifest.spec?.readinessGates ?? []).length === 0;
  }

  private get path(): string {
    return `/api/v1/namespaces/${this.namespace}/pods/${this.name}`;
  }
}

/** Others may remove the pod, or put another in its place, at any time. */
async function ignoreGone(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof Refused && [404, 409, 422].includes(error.status))) throw error;
  }
}
