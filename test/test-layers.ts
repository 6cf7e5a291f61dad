import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import {
  binaries,
  controlPlaneTools,
  executable,
  linterTools,
  missing,
  nodeTools,
  type Tool,
} from './cluster/binaries.js';
import { inNamespace } from './cluster/network.js';
import { buildImages } from './node/prepare.js';

/** A kind of tests, named like the vitest project that holds them. */
export interface Layer {
  readonly name: 'unit' | 'cluster' | 'browser' | 'node';
  readonly what: string;
  /** Fetches and builds what the layer needs, with access to the network, once per machine. */
  prepare(progress: (line: string) => void): Promise<unknown>;
  /** Runs in a network namespace of its own where one can be had. */
  readonly isolated: boolean;
  /** Test files at the same time. @default vitest's, by the number of cores */
  readonly workers?: number;
  /**
   * Each file is run by itself, in a network namespace of its own; so many at the same time.
   *
   * @default all files are one run
   */
  readonly filesAtOnce?: number;
  /** Of such files, those to begin with. */
  takesLong?(file: string): boolean;
  /** Why the layer cannot run on this machine and what to do about it, a sentence each. */
  obstacles(): string[];
  /** Why a part of its tests is left out while the rest runs, in the same way. */
  gaps(): string[];
}

const clusterTools = [...controlPlaneTools, ...linterTools];
const allNodeTools = [...controlPlaneTools, ...nodeTools];

export const layers: readonly Layer[] = [
  {
    name: 'unit',
    what: 'pure functions, constructs and golden files',
    // vitest would leave a core to itself.
    workers: availableParallelism(),
    prepare: async () => {},
    isolated: false,
    obstacles: () => [],
    gaps: () => [],
  },
  {
    name: 'cluster',
    what: 'a real control plane with pods that are played',
    // Its tests wait more than they compute: 166 s of CPU in the 510 s of seven files (measured).
    workers: 4,
    prepare: (progress) => binaries(missing(linterTools) ? controlPlaneTools : clusterTools, progress),
    isolated: true,
    obstacles: () => toolsMissing(controlPlaneTools),
    gaps: () => toolsMissing(linterTools),
  },
  {
    name: 'browser',
    what: 'the console in a real browser, before a real control plane',
    prepare: (progress) => binaries(controlPlaneTools, progress),
    isolated: true,
    obstacles: () => [...packagesMissing('manager/test/browser'), ...toolsMissing(controlPlaneTools)],
    gaps: () => [],
  },
  {
    name: 'node',
    what: 'real nodes and containers, real Nacos and databases',
    // Its nodes have fixed addresses.
    filesAtOnce: 2,
    takesLong: (file) => file.includes('/operator/'),
    prepare: async (progress) => {
      await binaries(allNodeTools, progress);
      await buildImages(progress);
    },
    isolated: true,
    obstacles: () => [
      ...(process.platform === 'linux' && process.getuid?.() === 0 ? [] : ['It needs root on Linux.']),
      ...(inNamespace(['true'])
        ? []
        : ['It needs network namespaces: the programs unshare and ip, and a kernel that permits them.']),
      ...packagesMissing('test/node'),
      ...toolsMissing(allNodeTools),
    ],
    gaps: () => [],
  },
];

/** Debian packages that a layer needs, each with a program or file by which it is known. `.ci/run` installs them. */
function packages(folder: string): string[][] {
  const lines = readFileSync(join(__dirname, '..', folder, 'debian-packages'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => line.split(' '));
}

function packagesMissing(folder: string): string[] {
  const directories = `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  const absent = packages(folder)
    .filter(([, known = '']) => !directories.some((directory) => executable(resolve(directory, known))))
    .map(([name]) => name);
  return absent.length > 0 ? [`Programs are missing; on Debian: apt-get install ${absent.join(' ')}`] : [];
}

function toolsMissing(tools: readonly Tool[]): string[] {
  const sentence = missing(tools);
  return sentence ? [sentence] : [];
}
