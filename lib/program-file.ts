/**
 * Path of a packed program of this package, as its `exports` declare it.
 *
 * @throws Error if the build did not put it there
 */
export function programFile(name: 'operator' | 'manager'): string {
  try {
    return require.resolve(`cdk8s-nacos/${name}.cjs.gz`);
  } catch {
    throw new Error(`the program ${name}.cjs.gz is missing: install cdk8s-nacos again, or npm run build in a checkout`);
  }
}

/** Path of the operator's program; in a checkout of its source, which synth bundles. */
export function operatorProgram(): string {
  return __filename.endsWith('.ts') ? `${__dirname}/operate/main.ts` : programFile('operator');
}
