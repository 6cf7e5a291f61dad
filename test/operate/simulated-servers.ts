/** Milliseconds. */
export const tickLength = 30_000;

export const groups = ['nacos_config', 'naming_service_metadata'] as const;
export type Group = (typeof groups)[number];

export interface SimulatedPod {
  revision: number;
  ready: boolean;
  /** Ticks until its server is up; it stays down at 0 where its template is broken. */
  starting: number;
  /** Members in the list when its kubelet was last made to look. */
  notified?: number;
  /** Servers that ran when its own last compared its configurations with the database. */
  refreshed?: string;
  /** Whether it has the label for client traffic. */
  traffic: boolean;
  /** Members that its server knows. */
  list: number;
  /** Ticks when the pod was made, and when its server was last started. */
  created: number;
  since: number;
  restarts: number;
  /** Whether the connections to the pod that it replaced were left open. */
  estranged?: boolean;
  /** Ticks for which its server has been up and heard no leader of a group that has one. */
  deaf: number;
}

/** Ticks until a kernel gives up a connection to an address that is gone. */
const untilGivenUp = (15 * 60_000) / tickLength;

export interface Start {
  readonly members: number;
  /** Who leads each group at first. @default the first */
  readonly leader?: number;
  /** Who is elected of those that can be. @default first */
  readonly elected?: 'first' | 'last';
}

/** Pods and the servers in them, with the rules of Raft that matter here; time passes in ticks. */
export class SimulatedServers {
  readonly pods = new Map<number, SimulatedPod>();
  readonly peers: Record<Group, Set<number>>;
  readonly leaders: Record<Group, number | undefined>;
  /** As the API server has them. */
  list: number;
  servers: number;
  /** Of the pod template. */
  revision = 1;
  /** Revisions with which servers do not start. */
  readonly broken = new Set<number>();
  /** Members whose servers do not start, whatever their template. */
  readonly doomed = new Set<number>();
  /** What was wrong about what the operator did. */
  readonly violations: string[] = [];
  /** Members that were stopped before Raft was without them. */
  readonly stoppedVoters: number[] = [];
  /** Whether members take a peer out of Raft themselves when the list gets shorter, as they do at times. */
  selfRemoval = false;
  /** Ticks that a start takes. */
  startTakes = 2;
  /** Whether servers answer while they start. */
  answersEarly = false;
  protected ticks = 1;
  /** Servers that were ever started: their volumes stay. */
  protected started = 0;
  private readonly elected: 'first' | 'last';

  constructor({ members, leader = 0, elected = 'first' }: Start) {
    this.elected = elected;
    [this.list, this.servers, this.started] = [members, members, members];
    const perGroup = <T>(value: () => T) =>
      Object.fromEntries(groups.map((group) => [group, value()])) as Record<Group, T>;
    this.peers = perGroup(() => new Set(range(members)));
    this.leaders = perGroup(() => leader);
    for (const ordinal of range(members)) this.pods.set(ordinal, { ...this.newPod(), ready: true, starting: 0 });
  }

  /** Its server ends and starts again after some ticks. */
  kill(ordinal: number, ticks: number): void {
    const pod = this.pods.get(ordinal);
    if (pod) [pod.ready, pod.starting, pod.since, pod.restarts] = [false, ticks, this.ticks, pod.restarts + 1];
  }

  /** Its node is gone at once, and its pod runs on another one: leaders that ran before do not reach it any more. */
  vanish(ordinal: number): void {
    this.start(ordinal);
    this.pods.get(ordinal)!.estranged = true;
    for (const group of groups) if (this.leaders[group] === ordinal) this.leaders[group] = undefined;
    for (const group of groups) this.elect(group);
  }

  /** As `kubectl delete pod` does: its connections are closed, and it is made again. */
  deletePod(ordinal: number): void {
    this.pods.delete(ordinal);
  }

  isUp(ordinal: number): boolean {
    return this.pods.get(ordinal)?.starting === 0;
  }

  hasQuorum(group: Group): boolean {
    const peers = [...this.peers[group]];
    return peers.filter((peer) => this.isUp(peer)).length * 2 > peers.length;
  }

  /** Controllers, servers and Raft go on by one step. */
  tick(): void {
    this.ticks += 1;
    for (const [ordinal] of this.pods) if (ordinal >= this.servers) this.stop(ordinal);
    for (const ordinal of range(this.servers)) if (!this.pods.has(ordinal)) this.start(ordinal);
    for (const [ordinal, pod] of this.pods) {
      if (pod.starting > 0 && !this.broken.has(pod.revision) && !this.doomed.has(ordinal)) pod.starting -= 1;
      if (pod.notified === this.list) this.follow(pod);
      if (pod.starting > 0) continue;
      for (const group of groups) if (!pod.ready && this.hasQuorum(group)) this.peers[group].add(ordinal);
      pod.ready = groups.every((group) => this.hasQuorum(group) && this.reaches(group, pod));
      if (pod.ready || this.ticks - pod.created > untilGivenUp) pod.estranged = false;
    }
    for (const group of groups) this.elect(group);
    for (const [ordinal, pod] of this.pods) {
      const deaf = groups.some((group) => this.leaders[group] !== undefined && !this.reaches(group, pod));
      pod.deaf = this.isUp(ordinal) && deaf ? pod.deaf + 1 : 0;
    }
  }

  /** Whether the leader of a group knows the present address of a pod. */
  protected reaches(group: Group, pod: SimulatedPod): boolean {
    const leader = this.pods.get(this.leaders[group] ?? -1);
    return !pod.estranged || leader === pod || (leader !== undefined && leader.since > pod.created);
  }

  private stop(ordinal: number): void {
    const voting = groups.filter((group) => this.peers[group].has(ordinal));
    if (voting.length > 0) this.stoppedVoters.push(ordinal);
    const deciding = voting.filter((group) => this.hasQuorum(group));
    this.pods.delete(ordinal);
    if (deciding.some((group) => !this.hasQuorum(group)))
      this.violations.push(`n-${ordinal} stopped, and with it a majority`);
  }

  private start(ordinal: number): void {
    this.started = Math.max(this.started, ordinal + 1);
    this.pods.set(ordinal, this.newPod());
  }

  private newPod(): SimulatedPod {
    const { revision, list, ticks: created, startTakes: starting } = this;
    const since = created;
    return { revision, ready: false, starting, traffic: true, list, created, since, restarts: 0, deaf: 0 };
  }

  private follow(pod: SimulatedPod): void {
    const removed = range(pod.list).slice(this.list);
    pod.list = this.list;
    if (!this.selfRemoval) return;
    for (const group of groups) if (this.hasQuorum(group)) for (const peer of removed) this.peers[group].delete(peer);
  }

  private elect(group: Group): void {
    const candidates = [...this.peers[group]].filter((peer) => this.isUp(peer));
    if (!this.hasQuorum(group)) this.leaders[group] = undefined;
    else if (!candidates.includes(this.leaders[group] ?? -1))
      this.leaders[group] = candidates.at(this.elected === 'first' ? 0 : -1);
  }
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
