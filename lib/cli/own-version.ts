import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of the package that this file is in. @throws Error if it is in none */
export function ownVersion(folder = __dirname): string {
  const file = join(folder, 'package.json');
  const { name, version } = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as Record<string, string>;
  if (name === 'cdk8s-nacos' && version) return version;
  if (dirname(folder) === folder) throw new Error('the package.json of cdk8s-nacos is missing');
  return ownVersion(dirname(folder));
}
