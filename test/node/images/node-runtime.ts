import { join } from 'node:path';
import { built } from '../cache.js';
import { command } from '../command.js';
import { type Image, image } from '../image.js';

const version = '24.21.0';

/** The Node.js that the operator's own pod runs on, from the npm package that holds its binary. */
export async function nodeImage(
  names: readonly string[] = [version, '24'].map((tag) => `docker.io/library/node:${tag}-slim`),
): Promise<Image> {
  const packageName = `node-linux-${process.arch}@${version}`;
  const unpacked = await built('npm', packageName, async (target) => {
    const tarball = await command('npm', ['pack', '--silent', '--pack-destination', join(target, '..'), packageName]);
    await command('mkdir', [target]);
    await command('tar', [
      '--extract',
      `--file=${join(target, '..', tarball.trim())}`,
      `--directory=${target}`,
      '--strip-components=1',
    ]);
  });
  return image({
    names,
    packages: ['libstdc++6', 'coreutils', 'dash'],
    files: {
      '/usr/local/bin/node': { copy: join(unpacked, 'bin', 'node') },
      '/etc/passwd': { text: 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/sh\n' },
      '/etc/group': { text: 'root:x:0:\nnode:x:1000:\n' },
      '/home/node': { folder: 0o777 },
    },
    entrypoint: ['node'],
  });
}
