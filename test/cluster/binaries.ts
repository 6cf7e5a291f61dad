import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { withLock } from './lock.js';

/** Folders of tools/, each a Go module whose `tool` lines name what it builds. */
const families = {
  etcd: ['etcd'],
  'etcd-3.6': ['etcd-3.6'],
  kubernetes: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kubelet', 'kube-proxy'],
  kubeconform: ['kubeconform'],
  'kube-score': ['kube-score'],
} as const;

type Family = keyof typeof families;
export type Tool = (typeof families)[Family][number];

export const controlPlaneTools = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
] as const;
export const nodeTools = ['kubelet', 'kube-proxy', 'etcd-3.6'] as const;
export const linterTools = ['kubeconform', 'kube-score'] as const;

const sources = join(__dirname, 'tools');
/** Outside the work tree; everything in it can be made again. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk8s-nacos');
const cache = join(cacheDirectory, 'tools');
const oldestGo = 26;
const unusedDays = 14;

/** Paths of the tools asked for; those that are neither in KUBEBUILDER_ASSETS nor in the cache are built. */
export async function binaries<T extends Tool>(
  tools: readonly T[],
  progress: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<Readonly<Record<T, string>>> {
  const found = {} as Record<T, string>;
  for (const family of Object.keys(families) as Family[]) {
    const wanted = tools.filter((tool) => (families[family] as readonly Tool[]).includes(tool));
    const directory = directoryWith(wanted, family) ?? (await build(family, wanted, progress));
    for (const tool of wanted) found[tool] = join(directory, tool);
  }
  return found;
}

/** What is missing to have `tools`, in a sentence that says how to get it; undefined when nothing is. */
export function missing(tools: readonly Tool[]): string | undefined {
  const absent = (Object.keys(families) as Family[]).flatMap((family) => {
    const wanted = tools.filter((tool) => (families[family] as readonly Tool[]).includes(tool));
    return directoryWith(wanted, family) ? [] : wanted;
  });
  const go = absent.length > 0 && unfitGo();
  return go
    ? `${absent.join(', ')}: ${go}. Install Go 1.${oldestGo} or newer (https://go.dev/dl) to have them built, or set KUBEBUILDER_ASSETS to a folder that holds them.`
    : undefined;
}

/** A family comes from one place as a whole, so that its tools have the same version. */
function directoryWith(wanted: readonly Tool[], family: Family): string | undefined {
  return [process.env.KUBEBUILDER_ASSETS, cacheOf(family)].find(
    (directory) => directory && wanted.every((tool) => executable(join(directory, tool))),
  );
}

function cacheOf(family: Family): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(join(sources, family)).sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(sources, family, file)));
  }
  return join(cache, `${family}-${hash.digest('hex').slice(0, 16)}`);
}

async function build(family: Family, wanted: readonly Tool[], progress: (line: string) => void): Promise<string> {
  const directory = cacheOf(family);
  const go = unfitGo();
  if (go) throw new Error(missing(wanted));
  mkdirSync(directory, { recursive: true });
  await withLock(`${directory}.lock`, async () => {
    const left = wanted.filter((tool) => !executable(join(directory, tool)));
    if (left.length === 0) return;
    const partial = join(directory, `building-${process.pid}`);
    try {
      await goBuild(family, left, partial, progress);
      for (const tool of left) renameSync(join(partial, tool), join(directory, tool));
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  });
  utimesSync(directory, new Date(), new Date());
  removeUnused();
  return directory;
}

function goBuild(family: Family, tools: readonly Tool[], out: string, progress: (line: string) => void): Promise<void> {
  const cwd = join(sources, family);
  const packages = execFileSync('go', ['list', 'tool'], { cwd, encoding: 'utf8', env: goEnvironment() })
    .split('\n')
    .filter((path) => tools.some((tool) => path.endsWith(`/${tool}`)));
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  let compiled = 0;
  const report = () => progress(`building ${tools.join(', ')}: ${compiled} packages compiled, ${seconds()} s`);
  report();
  const timer = setInterval(report, 15_000);
  const go = spawn('go', ['build', '-v', '-trimpath', '-ldflags', linkerFlags(family), '-o', `${out}/`, ...packages], {
    cwd,
    env: goEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const last: string[] = [];
  createInterface({ input: go.stderr }).on('line', (line) => {
    if (/^[\w.-]+(\/\S+)*$/.test(line)) compiled++;
    else last.push(line);
  });
  return new Promise((resolve, reject) => {
    go.on('error', reject);
    go.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) progress(`built ${tools.join(', ')} in ${seconds()} s`);
      if (code === 0) resolve();
      else reject(new Error(`go build of ${tools.join(', ')} failed:\n${last.slice(-20).join('\n')}`));
    });
  });
}

/** Without a version stamp an API server takes itself for v0.0.0 and turns features off. */
function linkerFlags(family: Family): string {
  const version = /k8s\.io\/kubernetes v(1)\.(\d+)\.\d+/.exec(readFileSync(join(sources, family, 'go.mod'), 'utf8'));
  if (!version) return '-s -w';
  const [module, major, minor] = version;
  const stamp = { gitVersion: module.split(' ')[1], gitMajor: major, gitMinor: minor };
  const component = Object.entries(stamp).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ['-s', '-w', ...component, `-X k8s.io/client-go/pkg/version.gitVersion=${stamp.gitVersion}`].join(' ');
}

function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly -buildvcs=false' };
}

function unfitGo(): string | undefined {
  try {
    const version = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env: goEnvironment() }).trim();
    return Number(/^go1\.(\d+)/.exec(version)?.[1]) >= oldestGo ? undefined : `${version} is too old to build them`;
  } catch {
    return 'there is no Go to build them';
  }
}

export function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Each Kubernetes version takes 0.6 GB: those of other checkouts stay as long as they are built. */
function removeUnused(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    const age = Date.now() - statSync(path).mtimeMs;
    if (age > unusedDays * 24 * 3600 * 1000 && existsSync(path)) rmSync(path, { recursive: true, force: true });
  }
}
