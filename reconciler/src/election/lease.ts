import type { Lease as LeaseObject } from 'kubernetes-types/coordination/v1.js';
import { ApiError } from '../client/api-error.js';
import type { Client } from '../client/client.js';
import { collectionPath, objectPath } from '../client/endpoint.js';
import { kind } from '../kind.js';
import { type Clock, sleep } from '../queue/clock.js';
import { NotLeaderError } from '../reconcile/problem.js';
import { type Claim, claimFor, decide, type Observation, observe, released, timing } from './election.js';

/** Leadership of one among several replicas. */
export interface Leadership {
  /** @throws NotLeaderError unless this replica may write now */
  check(): void;
  /** Resolves true once this replica leads, false if `signal` aborts before. */
  acquire(signal: AbortSignal): Promise<boolean>;
  /** Keeps it until it is lost, or `signal` aborts. */
  keep(signal: AbortSignal): Promise<'lost' | 'stopped'>;
  /** Lets the next replica in. Nothing may be written after it. */
  release(): Promise<void>;
}

/** What a Lease shares with the writers, perhaps in another thread. */
interface LeaseSigns {
  /** Until when this replica may write, by the clock; 0 where it may not. */
  heldUntil: number;
  /** Whether the writers hang for good, so that another replica should lead. @default false */
  readonly hung?: boolean;
}

export interface LeaseOptions {
  readonly name: string;
  readonly namespace: string;
  /** Unique among the replicas. */
  readonly identity: string;
}

/** Milliseconds. An attempt that hangs must end in time for the next one. */
const timeout = timing.renewDeadline / 2;

const LeaseKind = kind<LeaseObject>('coordination.k8s.io/v1', 'Lease');

/** Leader election on a Lease. The decisions are in `election.ts`, the requests here. */
export class Lease implements Leadership {
  private observation: Observation | undefined;
  /** What others have put on the Lease: a PUT without them would take them away. */
  private metadata: LeaseObject['metadata'] = {};
  private released = false;
  /** A write that is under way. */
  private attempting: Promise<boolean> | undefined;

  constructor(
    private readonly options: LeaseOptions,
    private readonly client: Client,
    private readonly clock: Clock,
    private readonly log: { warn(about: { readonly err: unknown }, message: string): void },
    private readonly signs: LeaseSigns = { heldUntil: 0 },
  ) {}

  /**
   * Whether this replica may write now. False as soon as it could not renew in time, even if it did not notice: it may
   * have been stopped.
   */
  held(): boolean {
    return this.clock.now() < this.signs.heldUntil;
  }

  check(): void {
    if (!this.held()) throw new NotLeaderError('not the leader any more: nothing is written');
  }

  async acquire(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      this.attempting = this.attempt(signal);
      if (await this.attempting) return true;
      // Less than client-go's jitter (up to 2.2 times): so that a Lease that is released is taken within 3 s.
      await sleep(this.clock, timing.retry * (0.9 + Math.random() * 0.2), signal);
    }
    return false;
  }

  async keep(signal: AbortSignal): Promise<'lost' | 'stopped'> {
    while (!signal.aborted) {
      await sleep(this.clock, timing.retry, signal);
      if (signal.aborted) break;
      this.attempting = this.attempt(signal);
      await this.attempting;
      if (this.released) break;
      if (!this.held() || this.observation?.claim?.holder !== this.options.identity) return 'lost';
    }
    return 'stopped';
  }

  async release(): Promise<void> {
    this.released = true;
    // Of two writes of the same version one fails.
    await this.attempting;
    const { claim, version } = this.observation ?? {};
    if (!this.held() || !version || claim?.holder !== this.options.identity) return;
    this.signs.heldUntil = 0;
    await this.write(released(claim, microTime()), version).catch((err) => {
      this.log.warn({ err }, 'could not release the lease: another replica takes over when it runs out');
    });
  }

  /** Returns whether this replica holds the lease now. */
  private async attempt(signal: AbortSignal): Promise<boolean> {
    if (this.released || this.signs.hung) return false;
    const { identity } = this.options;
    const sentAt = this.clock.now();
    try {
      // A leader knows the record: it writes without reading, and reads when that fails.
      if (this.observation?.claim?.holder !== identity) await this.read(signal);
      const { claim, version } = this.observation ?? {};
      const decision = decide(this.observation ?? { seenAt: sentAt }, identity, this.clock.now());
      if (decision === 'wait') return false;
      await this.write(claimFor(decision, claim, identity, microTime()), version, signal);
      // Counted from when the request was sent: when it arrived is not known.
      this.signs.heldUntil = sentAt + timing.renewDeadline;
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const lostRace = error instanceof ApiError && (error.status === 409 || error.status === 404);
      if (lostRace) await this.read(signal).catch(() => {});
      else this.log.warn({ err: error }, 'could not write the lease');
      return false;
    }
  }

  private async read(signal: AbortSignal): Promise<void> {
    try {
      const lease = await this.client.request<LeaseObject>('GET', this.path, { signal, timeout });
      this.see(lease);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
      this.observation = observe(this.observation, undefined, undefined, this.clock.now());
    }
  }

  private async write(claim: Claim, version: string | undefined, signal?: AbortSignal): Promise<void> {
    const { name, namespace } = this.options;
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...this.metadata, name, namespace, resourceVersion: version },
      spec: {
        holderIdentity: claim.holder,
        leaseDurationSeconds: claim.durationSeconds,
        acquireTime: claim.acquireTime,
        renewTime: claim.renewTime,
        leaseTransitions: claim.transitions,
      },
    };
    const create = version === undefined;
    const path = create ? collectionPath(LeaseKind, namespace) : this.path;
    this.see(await this.client.request<LeaseObject>(create ? 'POST' : 'PUT', path, { body, signal, timeout }));
  }

  private see({ metadata, spec }: LeaseObject): void {
    const claim: Claim = {
      holder: spec?.holderIdentity ?? '',
      durationSeconds: spec?.leaseDurationSeconds ?? timing.lease / 1000,
      acquireTime: spec?.acquireTime,
      renewTime: spec?.renewTime,
      transitions: spec?.leaseTransitions ?? 0,
    };
    const { labels, annotations, ownerReferences, finalizers, resourceVersion } = metadata ?? {};
    this.metadata = { labels, annotations, ownerReferences, finalizers };
    this.observation = observe(this.observation, claim, resourceVersion, this.clock.now());
  }

  private get path(): string {
    return objectPath(LeaseKind, this.options.name, this.options.namespace);
  }
}

/** The API server refuses times with three digits of fraction in a Lease (apimachinery, meta/v1/micro_time.go). */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
