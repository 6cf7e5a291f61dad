import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** What changes with every build: a Deployment and the program that it runs. Synth writes it, git does not keep it. */
export const programFile = '20-operator-program.k8s.yaml';

/** Also of the operator for one namespace. */
export function isProgram(file: string): boolean {
  return file.startsWith('20-operator-program');
}

const root = join(__dirname, '..');
const rendered = new Map<string, string>();

/** Folders, relative to the root, of apps that have a `dist/`. */
export function apps(): string[] {
  const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}`);
  return ['.', ...examples].filter((folder) => existsSync(join(root, folder, 'cdk8s.yaml')));
}

/** Runs an app as the cdk8s command line does, without its half second. */
export function synthTo(outdir: string, app: string): void {
  const cwd = join(root, app);
  const [command = '', ...args] = parse(readFileSync(join(cwd, 'cdk8s.yaml'), 'utf8')).app.split(' ');
  execFileSync(command, args, { cwd, env: { ...process.env, CDK8S_OUTDIR: resolve(outdir) }, stdio: 'pipe' });
}

/**
 * All that an app renders, in a folder that lives as long as this process.
 *
 * @param app of `apps()`; default: the product
 */
export function synth(app = '.'): string {
  const known = rendered.get(app);
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  synthTo(folder, app);
  rendered.set(app, folder);
  return folder;
}

/** Contents of files by name, the program left out. */
export function plainFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !isProgram(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
