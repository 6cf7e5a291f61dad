import { removeUnused } from './cache.js';
import type { Image } from './image.js';
import { busyboxImage, pauseImage } from './images/basic.js';
import { mariadbImage, mysqlImage } from './images/database.js';
import { etcdImage, etcdTools } from './images/etcd.js';
import { nginxImage, redisImage } from './images/examples.js';
import { nacosDistributionImage, nacosImage, nacosVersions } from './images/nacos.js';
import { nacosClientImage } from './images/nacos-client.js';
import { nodeImage } from './images/node-runtime.js';

/**
 * All images that pods of the tests can name. What is not in the cache is fetched and built, which needs the network
 * and takes a minute.
 */
export async function buildImages(progress: (line: string) => void = () => {}): Promise<readonly Image[]> {
  const distribution = process.env.NACOS_DIST;
  const builds: Readonly<Record<string, () => Promise<Image>>> = {
    pause: pauseImage,
    busybox: busyboxImage,
    'Node.js': () => nodeImage(),
    ...Object.fromEntries(nacosVersions.map((version) => [`Nacos ${version}`, () => nacosImage(version)])),
    ...(distribution && { 'Nacos of NACOS_DIST': () => nacosDistributionImage(distribution) }),
    'a Nacos client': nacosClientImage,
    ...Object.fromEntries(etcdTools.map((tool) => [`etcd (${tool})`, () => etcdImage(tool)])),
    MariaDB: mariadbImage,
    MySQL: mysqlImage,
    nginx: nginxImage,
    Redis: redisImage,
  };
  const images: Image[] = [];
  for (const [name, build] of Object.entries(builds)) {
    const slow = setTimeout(() => progress(`building the image of ${name}`), 1000);
    images.push(await build().finally(() => clearTimeout(slow)));
  }
  await removeUnused();
  return images;
}
