import { busyboxImage, pauseImage } from './images/basic.js';
import { mariadbImage, mysqlImage } from './images/database.js';
import { nacosDistributionImage, nacosImage, nacosVersions } from './images/nacos.js';
import { nodeImage } from './images/node-runtime.js';

/** Builds every image that the node tests use. Needs the network, which the namespace that they run in does not have. */
export async function buildImages(progress: (line: string) => void): Promise<void> {
  const distribution = process.env.NACOS_DIST;
  const images = {
    pause: pauseImage,
    busybox: busyboxImage,
    node: nodeImage,
    ...Object.fromEntries(nacosVersions.map((version) => [`nacos ${version}`, () => nacosImage(version)])),
    ...(distribution && { 'nacos 3': () => nacosDistributionImage(distribution) }),
    mariadb: mariadbImage,
    mysql: mysqlImage,
  };
  for (const [name, build] of Object.entries(images)) {
    const started = Date.now();
    await build();
    const seconds = Math.round((Date.now() - started) / 1000);
    if (seconds > 1) progress(`built image ${name} in ${seconds} s`);
  }
}
