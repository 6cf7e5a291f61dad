import { writeFile } from 'node:fs/promises';
import { built } from './cache.js';
import { command } from './command.js';

/** Folder with the jars of an artifact and of all it needs at run time, fetched once by Maven. */
export function mavenDependencies(groupId: string, artifactId: string, version: string): Promise<string> {
  return built('jars', `${artifactId}-${version}`, async (target) => {
    const pom = `${target}.xml`;
    await writeFile(
      pom,
      `<project><modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>test</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency></dependencies></project>`,
    );
    await command('mvn', [
      '--batch-mode',
      '--quiet',
      `--file=${pom}`,
      `${plugin}:copy-dependencies`,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${target}`,
    ]);
  });
}

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
