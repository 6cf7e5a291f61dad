#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { images } from './images.js';
import { readManifests, UserError } from './manifests.js';
import { missingSecrets, renderManifests } from './render.js';

const usage = `cdk8s-nacos: Nacos manifests without a cluster

  cdk8s-nacos render -f FILE [-n NAMESPACE] [--registry REGISTRY]
      Prints the objects that the Nacos objects in FILE consist of.
  cdk8s-nacos images [-f FILE] [--registry REGISTRY]
      Prints every image that they need, one a line, for mirroring; without FILE, those that are used by default.

  -f, --file       a file with Nacos objects, or - for standard input
  -n, --namespace  namespace of objects that name none
  --registry       takes every image from this registry, such as harbor.cloud.io
  -h, --help       prints this text
`;

function main(args: string[]): string {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      file: { type: 'string', short: 'f' },
      namespace: { type: 'string', short: 'n' },
      registry: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help || command === 'help' || (command === undefined && args.length === 0)) return usage;
  if (rest.length > 0) throw new UserError(`${rest.join(' ')}: not expected here; a file is given with -f`);
  const manifests = values.file === undefined ? undefined : readManifests(values.file, values);
  if (command === 'images') return images(manifests, values.registry);
  if (command !== 'render') throw new UserError(`${command ?? ''}: no such command; see cdk8s-nacos --help`);
  if (!manifests) throw new UserError('render: -f FILE is missing');
  const objects = renderManifests(manifests);
  process.stderr.write(missingSecrets(manifests));
  return objects;
}

try {
  process.stdout.write(main(process.argv.slice(2)));
} catch (error) {
  const expected = error instanceof UserError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  if (!expected) throw error;
  process.stderr.write(`cdk8s-nacos: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
