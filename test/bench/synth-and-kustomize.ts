import { type Bench, find, type LeftOut, program } from './compare.js';
import { synthOutput } from './synth-output.js';

/** Whole processes: our synth and `kustomize build` of what it wrote. */
export function synthAndKustomize(): Bench | LeftOut {
  const title = 'synth and kustomize build';
  const kustomize = find('kustomize');
  if (!kustomize)
    return {
      title,
      reason: 'kustomize is not in PATH; install it (https://kustomize.io) or set KUSTOMIZE to its path',
    };
  const { synth, kustomization } = synthOutput();
  return {
    title,
    subject: synth,
    baseline: program('kustomize build', kustomize, ['build', kustomization]),
    target: 15,
    rounds: 25,
  };
}
