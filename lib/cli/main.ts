#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { adopt } from './adopt.js';
import { Cluster } from './cluster.js';
import { diff } from './diff.js';
import { images } from './images.js';
import { readManifests, UserError } from './manifests.js';
import { among, inCluster as ofCluster, plan } from './plan.js';
import { missingSecrets, renderManifests } from './render.js';
import { status } from './status.js';
import { versions } from './versions.js';

const usage = `cdk8s-nacos, or kubectl nacos: Nacos on Kubernetes

  cdk8s-nacos render -f FILE [-n NAMESPACE] [--registry REGISTRY]
      Prints the objects that the Nacos objects in FILE consist of.
  cdk8s-nacos images [-f FILE] [--registry REGISTRY]
      Prints every image that they need, one a line, for mirroring; without FILE, those that are used by default.
  cdk8s-nacos versions [--registry REGISTRY]
      Prints the versions that this project was run with.
  cdk8s-nacos diff -f FILE [-n NAMESPACE]
      Prints what applying FILE would change of what the operator makes; exits with 1 if there is something.
  cdk8s-nacos plan -f FILE [-n NAMESPACE] [--from FILE]
      Prints what applying FILE would do: what changes, what restarts in which order, what is refused; exits with 1 if something is.
  cdk8s-nacos status [NAME] [-n NAMESPACE | -A]
      Prints the instances of the cluster, or one with its members and conditions.
  cdk8s-nacos adopt NAME [-n NAMESPACE] [--confirm]
      Prints what becomes of an instance whose objects another operator has made; exits with 1 if it cannot be adopted yet. --confirm begins.

  -f, --file       a file with Nacos objects, or - for standard input
  -n, --namespace  namespace of objects that name none; of status, the only one
  -A, --all-namespaces
                   of status: every namespace, as without -n
  --from           a file with the Nacos objects as they were, instead of those in the cluster
  --confirm        of adopt: writes the consent; without it nothing is written
  --registry       takes every image from this registry, such as harbor.cloud.io
  -h, --help       prints this text

adopt, diff, status, and plan without --from read the cluster of KUBECONFIG, the others none.
`;

interface Options {
  readonly file?: string;
  readonly namespace?: string;
  readonly registry?: string;
  readonly from?: string;
}

async function main(args: string[]): Promise<string> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      file: { type: 'string', short: 'f' },
      namespace: { type: 'string', short: 'n' },
      'all-namespaces': { type: 'boolean', short: 'A' },
      from: { type: 'string' },
      registry: { type: 'string' },
      confirm: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help || command === 'help' || (command === undefined && args.length === 0)) return usage;
  const names = command === 'status' || command === 'adopt' ? rest.slice(1) : rest;
  if (values.confirm && command !== 'adopt') throw new UserError(`${command ?? ''}: --confirm is for adopt only`);
  if (values['all-namespaces']) {
    if (command !== 'status') throw new UserError(`${command ?? ''}: -A is for status only`);
    if (rest.length > 0) throw new UserError('status: a name is of one namespace; give -n in the place of -A');
    if (values.namespace !== undefined) throw new UserError('status: either -n or -A');
  }
  if (names.length > 0) throw new UserError(`${names.join(' ')}: not expected here; a file is given with -f`);
  switch (command) {
    case 'images':
      return images(values.file === undefined ? undefined : readManifests(values.file, values), values.registry);
    case 'versions':
      return versions(values.registry);
    case 'render':
      return rendered(values);
    case 'diff':
      return inCluster(async (cluster) => {
        const { text, differs, unseen } = await diff(cluster, manifestsOf('diff', values));
        process.stderr.write(unseen.join(''));
        if (differs) process.exitCode = 1;
        return text;
      });
    case 'plan':
      return planned(values);
    case 'adopt':
      return inCluster(async (cluster) => {
        const { text, refused } = await adopt(cluster, rest[0], values);
        if (refused) process.exitCode = 1;
        return text;
      });
    case 'status':
      return inCluster((cluster) => status(cluster, rest[0], values.namespace));
    default:
      throw new UserError(`${command ?? ''}: no such command; see cdk8s-nacos --help`);
  }
}

function rendered(options: Options): string {
  const manifests = manifestsOf('render', options);
  const objects = renderManifests(manifests);
  process.stderr.write(missingSecrets(manifests));
  return objects;
}

async function planned(options: Options): Promise<string> {
  const manifests = manifestsOf('plan', options);
  const { text, refused } =
    options.from === undefined
      ? await inCluster((cluster) => plan(manifests, ofCluster(cluster)))
      : await plan(manifests, among(readManifests(options.from, { ...options, mayBeEmpty: true })));
  if (refused) process.exitCode = 1;
  return text;
}

function manifestsOf(command: string, options: Options) {
  if (options.file === undefined) throw new UserError(`${command}: -f FILE is missing`);
  return readManifests(options.file, options);
}

async function inCluster<T>(use: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await Cluster.connect();
  try {
    return await use(cluster);
  } finally {
    cluster.close();
  }
}

main(process.argv.slice(2)).then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    const expected = error instanceof UserError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
    if (!expected) throw error;
    process.stderr.write(`cdk8s-nacos: ${(error as Error).message}\n`);
    process.exitCode = 2;
  },
);
