import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { built } from './cache.js';
import { command } from './command.js';

/**
 * What lies at a path of the image: text, a copy of a file or folder of this machine, a symbolic link, or an empty
 * folder with that mode.
 */
export type Content =
  | { readonly text: string; readonly mode?: number }
  | { readonly copy: string }
  | { readonly link: string }
  | { readonly folder: number };

export interface ImageProps {
  /** References that pods use, one or more for the same bytes; fully qualified (`docker.io/library/busybox:1.36`). */
  readonly names: readonly string[];
  /** Debian packages; they and what they depend on are unpacked. Maintainer scripts do not run. */
  readonly packages: readonly string[];
  /** Debian release that the packages come from. @default bookworm */
  readonly release?: string;
  /** By absolute path in the image. */
  readonly files?: Readonly<Record<string, Content>>;
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default / */
  readonly workingDirectory?: string;
  /** @default root, as in most images; a pod chooses its own with runAsUser */
  readonly user?: string;
}

/** A built image: what a registry answers when it is asked for it. */
export interface Image {
  readonly names: readonly string[];
  /** The manifest, in the form of the Open Container Initiative. */
  readonly manifest: string;
  /** Files of the cache by digest (`sha256:…`): the configuration and the layers. */
  readonly blobs: Readonly<Record<string, string>>;
}

/** Builds an image without a registry or a builder. Each layer is built once; equal inputs give equal bytes. */
export async function image(props: ImageProps): Promise<Image> {
  const layers = [
    await packagesLayer(props.packages, props.release ?? 'bookworm'),
    await filesLayer(props.files ?? {}),
  ];
  const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...props.env };
  const configuration = JSON.stringify({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Entrypoint: props.entrypoint,
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      WorkingDir: props.workingDirectory ?? '/',
      User: props.user ?? '',
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: [],
  });
  const file = await built('configurations', sha256(configuration), (target) => writeFile(target, configuration));
  const config = { digest: `sha256:${sha256(configuration)}`, size: Buffer.byteLength(configuration), file };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map((layer) => descriptor('application/vnd.oci.image.layer.v1.tar', layer)),
  };
  const blobs = Object.fromEntries([config, ...layers].map((blob) => [blob.digest, blob.file]));
  return { names: props.names, manifest: JSON.stringify(manifest), blobs };
}

interface Blob {
  /** `sha256:…` */
  readonly digest: string;
  readonly size: number;
  readonly file: string;
}

function descriptor(mediaType: string, { digest, size }: Blob): object {
  return { mediaType, digest, size };
}

/** mmdebstrap resolves dependencies, checks signatures and writes the same tar for the same package versions. */
function packagesLayer(packages: readonly string[], release: string): Promise<Blob> {
  const args = [
    '--quiet',
    '--mode=root',
    '--variant=extract',
    '--format=tar',
    // A mirror that lags behind must not stop a test run; signatures are still checked.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    ...packageHooks,
    `--include=${packages.join(',')}`,
    release,
  ];
  return layer(args, (target) => command('mmdebstrap', [...args, target], { env: { SOURCE_DATE_EPOCH: '0' } }));
}

const packageHooks = [
  // /bin and the like are links into /usr, as Debian's installer makes them
  '--setup-hook=cd "$1" && for d in bin sbin lib lib64; do mkdir -p usr/$d && ln -s usr/$d $d; done',
  // what no pod reads, and what was copied from this machine
  '--customize-hook=cd "$1" && rm -rf dev/* etc/apt etc/dpkg etc/fstab etc/hostname etc/resolv.conf usr/share/doc usr/share/man usr/share/locale usr/share/info usr/share/lintian',
];

async function filesLayer(files: Readonly<Record<string, Content>>): Promise<Blob> {
  const entries = Object.entries({ ...base, ...files }).sort(([a], [b]) => (a < b ? -1 : 1));
  const inputs = await Promise.all(
    entries.map(async ([path, content]) => ('copy' in content ? [path, await digest(content.copy)] : [path, content])),
  );
  return layer(inputs, async (target) => {
    const root = await mkdtemp(`${target}-`);
    await chmod(root, 0o755);
    for (const [path, content] of entries) await place(join(root, path), content);
    const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await command('tar', ['--create', `--file=${target}`, `--directory=${root}`, ...reproducible, '.']);
  });
}

/** What Debian's base packages make when they are configured. */
const base: Readonly<Record<string, Content>> = {
  '/etc/passwd': {
    text: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  },
  '/etc/group': { text: 'root:x:0:\nnogroup:x:65534:\n' },
  '/root': { folder: 0o700 },
  '/run': { folder: 0o755 },
  '/tmp': { folder: 0o1777 },
  '/var/run': { link: '/run' },
};

async function place(path: string, content: Content): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if ('text' in content) await writeFile(path, content.text, { mode: content.mode ?? 0o644 });
  else if ('copy' in content) await cp(content.copy, path, { recursive: true, dereference: true });
  else if ('link' in content) await symlink(content.link, path);
  else {
    await mkdir(path, { recursive: true });
    await chmod(path, content.folder);
  }
}

async function layer(inputs: unknown, build: (target: string) => Promise<unknown>): Promise<Blob> {
  const folder = await built('layers', sha256(JSON.stringify(inputs)), async (target) => {
    await mkdir(target);
    await build(join(target, 'layer.tar'));
    await writeFile(join(target, 'sha256'), await digest(join(target, 'layer.tar')));
  });
  const file = join(folder, 'layer.tar');
  return { file, digest: `sha256:${await readFile(join(folder, 'sha256'), 'utf8')}`, size: (await stat(file)).size };
}

/** SHA-256 of a file's bytes, or of a folder's names and their digests. */
async function digest(path: string): Promise<string> {
  const children = await readdir(path).catch(() => undefined);
  if (children) {
    const lines = await Promise.all(
      children.sort().map(async (child) => `${child} ${await digest(join(path, child))}`),
    );
    return sha256(lines.join('\n'));
  }
  if (!existsSync(path)) throw new Error(`image: no file ${path} on this machine`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
