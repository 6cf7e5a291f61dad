import { binaries } from '../../cluster/binaries.js';
import { command } from '../command.js';
import { type Image, image } from '../image.js';

/** etcd of two minor versions, one after the other. */
export const etcdTools = ['etcd-3.6', 'etcd'] as const;
type EtcdTool = (typeof etcdTools)[number];

/** Such as 3.6.16. */
export async function etcdVersion(tool: EtcdTool): Promise<string> {
  const { [tool]: program } = await binaries([tool]);
  return /etcd Version: (\S+)/.exec(await command(program, ['--version']))?.[1] ?? '';
}

/** The program alone, without a shell, as in the official image whose name it has. */
export async function etcdImage(tool: EtcdTool): Promise<Image> {
  const { [tool]: program } = await binaries([tool]);
  return image({
    names: [`quay.io/coreos/etcd:v${await etcdVersion(tool)}`],
    packages: ['netbase'],
    files: { '/usr/local/bin/etcd': { copy: program } },
    entrypoint: ['etcd'],
  });
}
