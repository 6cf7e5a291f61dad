import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorProcess, type Program } from './process.js';
import type { QuietCluster } from './quiet-cluster.js';
import { quiet } from './requests.js';
import { image, nameOf, WebServers } from './web-servers.js';

/** Of every edit of one operator, in milliseconds. */
export interface EditFigures {
  /** From sending it to the event with the child that shows it. */
  readonly latencies: readonly number[];
  /** Of its own request. */
  readonly roundTrips: readonly number[];
}

/**
 * Edits of one operator before the other one has its turn, a second later: the machine's speed changes within a few
 * (measured).
 */
const turn = 10;

/** Both operators stand side by side, each with objects of its own, which are edited ten times a second, by turns. */
export async function measureEdits(
  programs: readonly Program[],
  cluster: QuietCluster,
  namespace: string,
  { objects, edits }: { readonly objects: number; readonly edits: number },
): Promise<EditFigures[]> {
  const subjects: Subject[] = [];
  try {
    for (const program of programs) {
      const subject = await Subject.of(program, cluster, `${namespace}-${program.name}`, objects);
      // At once, so that it goes even if its objects do not come.
      subjects.push(subject);
      await subject.prepare();
    }
    const order = [...subjects];
    for (let done = 0; done < edits; done += turn) {
      for (const subject of order) await subject.edit(Math.min(turn, edits - done));
      // Who was last goes first.
      order.reverse();
    }
    return subjects.map(({ figures }) => figures);
  } finally {
    for (const subject of subjects) await subject.remove();
  }
}

/** An operator that has its objects, and what was seen of its edits. */
class Subject {
  private readonly latencies: number[] = [];
  private readonly roundTrips: number[] = [];
  private sent = 0;

  private constructor(
    private readonly operator: OperatorProcess,
    private readonly cluster: QuietCluster,
    private readonly servers: WebServers,
    private readonly objects: number,
  ) {}

  static async of(program: Program, cluster: QuietCluster, namespace: string, objects: number): Promise<Subject> {
    const servers = await WebServers.in(cluster.api, namespace);
    const scoped = { ...program, env: { ...program.env, WATCH_NAMESPACES: namespace } };
    const log = `build/bench/${program.port}.log`;
    return new Subject(
      OperatorProcess.start(scoped, await cluster.operatorKubeconfig(), log),
      cluster,
      servers,
      objects,
    );
  }

  async prepare(): Promise<void> {
    await this.operator.ready();
    await this.servers.createAll(this.objects);
    await this.servers.haveStatus(this.objects);
    await quiet(this.cluster.api);
  }

  async edit(count: number): Promise<void> {
    const pending: Promise<void>[] = [];
    for (let i = 0; i < count; i++) {
      pending.push(this.editOne(this.sent++));
      await sleep(100);
    }
    await Promise.all(pending);
  }

  get figures(): EditFigures {
    const { latencies, roundTrips } = this;
    return { latencies, roundTrips };
  }

  async remove(): Promise<void> {
    await this.operator.stop();
    this.servers.unwatch();
    await this.servers.remove();
  }

  private async editOne(index: number): Promise<void> {
    const name = nameOf((index * 7919) % this.objects);
    const begin = performance.now();
    const answered = this.servers.edit(name, image(index + 1)).then(() => performance.now() - begin);
    const seen = await this.servers.showsImage(name, image(index + 1));
    this.latencies.push(seen - begin);
    this.roundTrips.push(await answered);
  }
}
