import type { FakePod } from './fake-pod.js';

/** How a pod plays. Times are in milliseconds. */
export interface PodScript {
  /** From the moment it is bound to the node. */
  start(pod: FakePod): Promise<void>;
  /** From the moment its deletion is asked for; the object goes when this resolves. @default at once */
  stop?(pod: FakePod): Promise<void>;
}

/** Runs, and is ready after a while. */
export function ready({ after = 0 }: { readonly after?: number } = {}): PodScript {
  return {
    async start(pod) {
      if (after > 0) {
        await pod.run();
        await pod.sleep(after);
      }
      await pod.becomeReady();
    },
  };
}

/** Runs and never becomes ready. */
export function unready(): PodScript {
  return { start: (pod) => pod.run() };
}

/** Runs to completion, as the pod of a Job does. */
export function complete({ exitCode = 0, after = 0 } = {}): PodScript {
  return {
    async start(pod) {
      if (after > 0) {
        await pod.run();
        await pod.sleep(after);
      }
      await pod.exit(exitCode);
    },
  };
}

export interface CrashLoopOptions {
  /** @default 1 */
  readonly exitCode?: number;
  /** @default for ever */
  readonly times?: number;
  /** @default 200 */
  readonly every?: number;
  /** Of a container that ended, such as `OOMKilled`. @default by its exit code */
  readonly reason?: string;
}

/** Starts, ends and starts again, `times` times; then it is ready. */
export function crashLoop({
  exitCode = 1,
  times = Number.POSITIVE_INFINITY,
  every = 200,
  reason,
}: CrashLoopOptions = {}): PodScript {
  return {
    async start(pod) {
      while (pod.restarts < times) {
        await pod.run();
        await pod.sleep(every / 2);
        await pod.crash(exitCode, reason);
        await pod.sleep(every / 2);
      }
      await pod.becomeReady();
    },
  };
}

/** Is stuck before its containers run, such as with reason `ImagePullBackOff`. */
export function stuck(reason: string, message = reason): PodScript {
  return { start: (pod) => pod.wait(reason, message) };
}

/** Plays `script`, but does not go when deleted: for `during` milliseconds, or until it is removed by force. */
export function hangInTermination({ script = ready(), during = Number.POSITIVE_INFINITY } = {}): PodScript {
  return {
    start: script.start,
    stop: () => new Promise((resolve) => (Number.isFinite(during) ? setTimeout(resolve, during) : undefined)),
  };
}
