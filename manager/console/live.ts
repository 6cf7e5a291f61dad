import { useEffect, useState } from 'preact/hooks';
import type { Instance } from '../src/instance.js';
import { Failure, open } from './api.js';

/** The instances, as they are at this moment. */
export interface Live {
  /** Absent until the first answer. */
  readonly instances?: readonly Instance[];
  /** Why nothing comes; absent while all is well. */
  readonly failure?: Failure;
}

const pause = 2000;

/** The instances as they are now, and whenever one changes. */
export function useLive(namespace: string, session: number): Live {
  const [live, setLive] = useState<Live>({});
  // Another session is another caller.
  useEffect(() => {
    const control = new AbortController();
    setLive({});
    void follow(namespace, control.signal, setLive);
    return () => control.abort();
  }, [namespace, session]);
  return live;
}

async function follow(
  namespace: string,
  signal: AbortSignal,
  set: (change: (live: Live) => Live) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const query = namespace && `?namespace=${encodeURIComponent(namespace)}`;
      const { body } = await open('GET', `/api/v1/watch${query}`, { signal });
      if (body) await read(body, set);
    } catch (error) {
      if (signal.aborted) return;
      set(({ instances }) => ({
        instances,
        failure: error instanceof Failure ? error : new Failure(0, String(error)),
      }));
      // Trying again helps against what passes by itself only.
      if (error instanceof Failure && error.status >= 400 && error.status < 500 && error.status !== 429) return;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function read(body: ReadableStream<Uint8Array>, set: (change: (live: Live) => Live) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const messages = (rest + value).split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/m.exec(message) ?? [];
      if (event && data) set(({ instances = [] }) => ({ instances: after(instances, event, JSON.parse(data)) }));
    }
  }
}

function after(before: readonly Instance[], event: string, data: Instance & { items: Instance[] }): Instance[] {
  if (event === 'snapshot') return data.items.toSorted(byName);
  const others = before.filter(({ namespace, name }) => namespace !== data.namespace || name !== data.name);
  return event === 'deleted' ? others : [...others, data].toSorted(byName);
}

function byName(a: Instance, b: Instance): number {
  return `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1;
}
