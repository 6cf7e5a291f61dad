// npm run bench: what takes how long, compared with something else on the same machine in the same minute. Needs no
// cluster. With an argument, only the benches whose title contains it. Exit code 1 if a target is missed.
import { cpus } from 'node:os';
import { cdk8sSynth } from './cdk8s-synth.js';
import { compare } from './compare.js';
import { renderAndApiObjects } from './render-and-api-objects.js';
import { synthAndHelm } from './synth-and-helm.js';
import { synthAndKustomize } from './synth-and-kustomize.js';

const benches = [renderAndApiObjects, synthAndHelm, synthAndKustomize, cdk8sSynth];

const wanted = process.argv[2] ?? '';
process.stdout.write(`Node ${process.version}, ${cpus().length} processors; medians, pairs run in turn\n`);
for (const prepare of benches) {
  const bench = prepare();
  if (!bench.title.includes(wanted)) continue;
  if ('reason' in bench) {
    process.stdout.write(`LEFT OUT  ${bench.title}: ${bench.reason}\n`);
    continue;
  }
  const { subject, baseline, ratio } = compare(bench);
  const met = ratio <= bench.target;
  if (!met) process.exitCode = 1;
  process.stdout.write(
    `${met ? 'ok    ' : 'MISSED'}  ${bench.title}: ${ratio.toFixed(2)} times, at most ${bench.target} ` +
      `(${bench.subject.name} ${subject.toFixed(1)} ms, ${bench.baseline.name} ${baseline.toFixed(1)} ms, ${bench.rounds} runs each)\n`,
  );
}
