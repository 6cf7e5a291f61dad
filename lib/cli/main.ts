#!/usr/bin/env node
import { CommanderError } from 'commander';
import { DataError } from '../data/source.js';
import { UserError } from './manifests.js';
import { program } from './program.js';

const root = program();
// Help that is asked for is no mistake.
const args = process.argv.length > 2 ? process.argv : [...process.argv, '--help'];

root.parseAsync(args).catch((error: unknown) => {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (isHelp) return;
  const known = [UserError, DataError, CommanderError].some((kind) => error instanceof kind);
  if (!known) throw error;
  process.stderr.write(`cdk8s-nacos: ${(error as Error).message.replace(/^error: /, '')}\n`);
  process.exitCode = 2;
});
