import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/**
 * Packs the package as npm would publish it, built again, and unpacks it into `directory`/node_modules beside
 * everything that this repository has.
 */
export function installPackage(directory: string): void {
  const modules = join(directory, 'node_modules');
  const installed = join(modules, 'cdk8s-reconciler');
  mkdirSync(installed, { recursive: true });
  const staging = mkdtempSync(join(tmpdir(), 'reconciler-'));
  try {
    for (const name of ['package.json', 'README.md', 'LICENSE', 'template']) {
      cpSync(join(root, 'reconciler', name), join(staging, name), { recursive: true });
    }
    const tsc = join(root, 'node_modules/.bin/tsc');
    execFileSync(tsc, ['-p', join(root, 'reconciler/tsconfig.build.json'), '--outDir', join(staging, 'build')]);
    const archive = execFileSync('npm', ['pack', '--silent'], { cwd: staging, encoding: 'utf8' }).trim();
    execFileSync('tar', ['-xzf', join(staging, archive), '-C', installed, '--strip-components=1']);
  } finally {
    rmSync(staging, { recursive: true });
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 'cdk8s-reconciler') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
}
