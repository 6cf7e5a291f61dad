#!/usr/bin/env node
import { CommanderError } from 'commander';
import { UserError } from './manifests.js';
import { program } from './program.js';

const root = program();
// Help that is asked for is no mistake.
const args = process.argv.length > 2 ? process.argv : [...process.argv, '--help'];

root.parseAsync(args).catch((error: unknown) => {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (isHelp) return;
  if (!(error instanceof UserError) && !(error instanceof CommanderError)) throw error;
  process.stderr.write(`cdk8s-nacos: ${error.message.replace(/^error: /, '')}\n`);
  process.exitCode = 2;
});
