import { inRegistry } from 'cdk8s-reconciler/kit';
import { defaultImage } from '../resource/resolve.js';
import { ports, profileOf } from '../server/profiles.js';
import { defaultVersion, knownVersions, parseVersion } from '../server/version.js';
import type { Output } from './output.js';
import { table } from './table.js';

/** The versions that this project was run with; others work by the line that they belong to. */
export function versions(registry: string | undefined): Output {
  const rows = knownVersions.map((version) => {
    const { consolePort, authRequired } = profileOf(parseVersion(version)!);
    return {
      version,
      image: inRegistry(defaultImage(version), registry),
      console: consolePort ? `${consolePort}` : `${ports.http}/nacos`,
      'token needed': authRequired ? 'always' : 'with authentication',
      default: version === defaultVersion ? 'yes' : '',
    };
  });
  return { text: table(rows), data: rows };
}
