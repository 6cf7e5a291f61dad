import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { built } from '../cache.js';
import { command } from '../command.js';
import { type Image, image } from '../image.js';
import { mavenDependencies } from '../maven.js';
import { javaEnvironment, javaPackages } from './java.js';

/**
 * An application with Nacos's own Java client, which talks to every line of the server; `nacos-client/README.md` says
 * what it does.
 */
export async function nacosClientImage(): Promise<Image> {
  const libraries = await mavenDependencies('com.alibaba.nacos', 'nacos-client', '2.3.2');
  // The library leaves the choice of a log to applications; this one has none.
  const log = await mavenDependencies('org.slf4j', 'slf4j-nop', '2.0.17');
  const program = ['-cp', '/client/classes:/client/lib/*:/client/log/*', 'Client'];
  return image({
    names: ['docker.io/test/nacos-client:1'],
    packages: javaPackages,
    files: {
      '/client/lib': { copy: libraries },
      '/client/log': { copy: log },
      '/client/classes': { copy: await compiled(libraries) },
    },
    // The library keeps copies in the user's home.
    entrypoint: ['java', '-Duser.home=/tmp', '-Xmx64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...program],
    env: javaEnvironment,
  });
}

/** By a compiler that is a library: a machine with Maven has a Java to run it, but not always one to compile with. */
async function compiled(libraries: string): Promise<string> {
  const source = join(__dirname, 'nacos-client', 'Client.java');
  const key = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  const compiler = await mavenDependencies('org.eclipse.jdt', 'ecj', '3.33.0');
  return built('classes', key, (target) =>
    command('java', [
      '-cp',
      `${compiler}/*`,
      'org.eclipse.jdt.internal.compiler.batch.Main',
      ...['--release', '17', '-classpath', `${libraries}/nacos-client-2.3.2.jar`, '-d', target, source],
    ]),
  );
}
