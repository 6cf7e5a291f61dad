import type { Progress } from '../data/progress.js';

/** Milliseconds between two drawings. */
const pause = 200;

/** A line on standard error that counts; nothing where that is no terminal. */
export function drawnProgress(stream: NodeJS.WriteStream = process.stderr): { progress: Progress; end(): void } {
  const counts = new Map<string, number>();
  const began = Date.now();
  let drawn = 0;
  const draw = (name: string) => {
    const seconds = (Date.now() - began) / 1000;
    const all = [...counts].map(([what, count]) => `${what} ${count}`).join(', ');
    const line = `${all} (${seconds.toFixed(0)} s)  ${name}`;
    stream.write(`\r\x1b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  return {
    progress: ({ what, name }) => {
      counts.set(what, (counts.get(what) ?? 0) + 1);
      if (!stream.isTTY || Date.now() - drawn < pause) return;
      drawn = Date.now();
      draw(name);
    },
    end: () => {
      if (drawn > 0) stream.write('\r\x1b[K');
    },
  };
}
