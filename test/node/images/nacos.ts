import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Content, type Image, image } from '../image.js';
import { mavenDependencies } from '../maven.js';
import { javaEnvironment, javaPackages } from './java.js';

/** Versions of the real server that Maven Central has, rebuilt by a third party. */
export const nacosVersions = ['2.0.4', '2.3.2'] as const;

/**
 * An image with the real server of that version; `nacos/README.md` says what it honours and how it differs from the
 * official one.
 */
export async function nacosImage(version: (typeof nacosVersions)[number]): Promise<Image> {
  return server(version, { [`${home}/lib`]: { copy: await serverLibraries(version) } });
}

/** Folder with the jars of the server. */
export function serverLibraries(version: (typeof nacosVersions)[number]): Promise<string> {
  return mavenDependencies('org.jeecgframework.nacos', 'nacos-console', version);
}

/**
 * An image of an official distribution that is at hand: no package registry has 3.x.
 * @param folder the unpacked release archive, with `target/nacos-server.jar` in it
 */
export async function nacosDistributionImage(folder: string): Promise<Image> {
  return server(distributionVersion(folder), { [`${home}/target/nacos-server.jar`]: { copy: jarOf(folder) } });
}

/** The version of an unpacked distribution. */
export function distributionVersion(folder: string): string {
  // The names of files inside a zip are not compressed, and nothing outside says the version.
  const version = /nacos-core-(\d+\.\d+\.\d+)\.jar/.exec(readFileSync(jarOf(folder), 'latin1'))?.[1];
  if (!version) throw new Error(`NACOS_DIST=${folder}: no nacos-core-<version>.jar inside ${jarOf(folder)}`);
  return version;
}

function jarOf(folder: string): string {
  const jar = join(folder, 'target', 'nacos-server.jar');
  if (!existsSync(jar))
    throw new Error(`NACOS_DIST=${folder}: there is no ${jar}; name the folder of an unpacked Nacos release`);
  return jar;
}

const home = '/home/nacos';

function server(version: string, program: Readonly<Record<string, Content>>): Promise<Image> {
  return image({
    names: ['docker.io', 'harbor.cloud.io'].map((registry) => `${registry}/nacos/nacos-server:v${version}`),
    packages: javaPackages,
    files: {
      ...program,
      [`${home}/version`]: { text: `${version}\n` },
      [`${home}/bin/docker-startup.sh`]: { text: source('docker-startup.sh'), mode: 0o755 },
      [`${home}/conf/application.properties`]: {
        text: `${source('application.properties')}${onePort(version)}${workFolder(version)}`,
      },
      ...Object.fromEntries(
        ['data', 'init.d', 'logs', 'plugins'].map((name) => [`${home}/${name}`, { folder: 0o755 }]),
      ),
    },
    entrypoint: ['bin/docker-startup.sh'],
    workingDirectory: home,
    env: {
      ...javaEnvironment,
      ...(version.startsWith('2.0.') && publicDefaults),
    },
  });
}

/** From 3.0 on there is a second web server, the console, which would take the first one's port and path from these. */
function onePort(version: string): string {
  if (!version.startsWith('2.')) return '';
  return `server.port=\${NACOS_APPLICATION_PORT:8848}\nserver.servlet.contextPath=\${SERVER_SERVLET_CONTEXTPATH:/nacos}\n`;
}

/** Spring Boot 2.1, in Nacos 2.0, takes `file:.` for a name and cannot make it; there Tomcat works in /tmp. */
function workFolder(version: string): string {
  return version.startsWith('2.0.') ? '' : 'server.tomcat.basedir=file:.\n';
}

/** Up to 2.2.0 the official image has these in conf/application.properties. */
const publicDefaults = {
  NACOS_AUTH_TOKEN: 'SecretKey012345678901234567890123456789012345678901234567890123456789',
  NACOS_AUTH_IDENTITY_KEY: 'serverIdentity',
  NACOS_AUTH_IDENTITY_VALUE: 'security',
};

function source(name: string): string {
  return readFileSync(join(__dirname, 'nacos', name), 'utf8');
}
