import { type Bench, find, type LeftOut, program } from './compare.js';
import { synthOutput } from './synth-output.js';

/** Whole processes: our synth and `helm template` of what it wrote. */
export function synthAndHelm(): Bench | LeftOut {
  const title = 'synth and helm template';
  const helm = find('helm');
  if (!helm) return { title, reason: 'helm is not in PATH; install it (https://helm.sh) or set HELM to its path' };
  const { synth, helmChart } = synthOutput();
  const baseline = program('helm template', helm, ['template', 'bench', helmChart, '--include-crds']);
  return { title, subject: synth, baseline, target: 20, rounds: 10 };
}
