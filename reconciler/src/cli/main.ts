#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { init, UserError } from './init.js';

const usage = `cdk8s-reconciler: Kubernetes operators in TypeScript

  cdk8s-reconciler init NAME [--kind KIND] [--group GROUP]
      Writes a working project to the new folder NAME: a resource, its operator, tests, Dockerfile and CI.

  --kind      the resource's kind, such as RedisCluster; default Website
  --group     its API group, a domain of yours; default example.com
  -h, --help  prints this text
`;

function main(args: string[]): string {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      kind: { type: 'string', default: 'Website' },
      group: { type: 'string', default: 'example.com' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, name, ...rest] = positionals;
  if (values.help || args.length === 0) return usage;
  if (command !== 'init') throw new UserError(`${command}: no such command; see cdk8s-reconciler --help`);
  if (name === undefined) throw new UserError('init: a name is missing, such as cdk8s-reconciler init my-operator');
  if (rest.length > 0) throw new UserError(`${rest.join(' ')}: not expected here; see cdk8s-reconciler --help`);
  return init({ name, kind: values.kind, group: values.group });
}

try {
  process.stdout.write(main(process.argv.slice(2)));
} catch (error) {
  const expected = error instanceof UserError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  if (!expected) throw error;
  process.stderr.write(`cdk8s-reconciler: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
