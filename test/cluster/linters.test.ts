import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { binaries, linterTools, missing } from './binaries.js';
import { test as base } from './fixture.js';
import { install, programs, read, synthesized } from './manifests.js';
import { writeSchemas } from './open-api.js';

// What is left out stands in the last lines of `npm test`, and is a failure there with CI=true.
const test = base.skipIf(missing(linterTools));

/** Standard output of a linter, whatever its exit code. */
async function lint(tool: 'kubeconform' | 'kube-score', args: readonly string[]): Promise<string> {
  const { [tool]: program } = await binaries([tool]);
  const run = promisify(execFile)(program, args, { maxBuffer: 1 << 28 });
  return (await run.catch((error) => error)).stdout;
}

test('kubeconform finds every field of what synth writes in the schemas of the API server', async ({ cluster }) => {
  await install(cluster);
  const directory = join(cluster.controlPlane.directory, 'schemas');
  const files = [...synthesized(), ...(await programs(cluster))];
  const kinds = new Set(files.flatMap(read).map(({ kind }) => kind));
  const schemas = await writeSchemas(cluster.api, directory, kinds);
  const check = async (files: readonly string[]) =>
    JSON.parse(
      await lint('kubeconform', ['-output=json', '-summary', '-strict', `-schema-location=${schemas}`, ...files]),
    );

  const misspelt = join(directory, 'misspelt.yaml');
  writeFileSync(misspelt, readFileSync('dist/00-crds.k8s.yaml', 'utf8').replace('scope: ', 'scoop: '));
  expect((await check([misspelt])).resources[0].msg).toContain('scoop');

  const { resources, summary } = await check(files);
  expect(resources).toEqual([]);
  expect(summary.valid).toBeGreaterThan(0);
});

/** Checks of kube-score that do not fit, and why. */
const unfit: Readonly<Record<string, string>> = {
  'container-image-pull-policy': 'images have a version as their tag, and networks without a registry a copy of them',
  'container-ephemeral-storage-request-and-limit': 'the right limit depends on the log settings of the user',
  'container-security-context-user-group-id':
    'asks for ids above 10000; the images have files of user 1000, or of root',
  'container-security-context-readonlyrootfilesystem': 'the Nacos image writes below its own home',
  'pod-networkpolicy': 'who may reach the servers is for the owner of the namespace to say',
  'statefulset-has-servicename':
    'a standalone server has one Service with an address, as the official operator makes it',
};

test('kube-score has nothing to say against the workloads that synth writes', async ({ cluster }) => {
  // A limit on CPU slows a program down while the machine has time to spare; on memory one is asked for.
  const ignored = ['--ignore-container-cpu-limit', ...Object.keys(unfit).map((name) => `--ignore-test=${name}`)];
  const answer = await lint('kube-score', [
    'score',
    '--output-format=json',
    '--kubernetes-version=v1.37',
    ...ignored,
    ...synthesized(),
    ...(await programs(cluster)),
  ]);
  const findings = JSON.parse(answer).flatMap(({ object_name, checks }: Scored) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < warning)
      .map(({ check, comments }) => [
        object_name,
        check.id,
        ...(comments ?? []).map(({ path, summary }) => `${path}: ${summary}`),
      ]),
  );
  expect(findings).toEqual([]);
});

const warning = 5;

interface Scored {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments?: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}
