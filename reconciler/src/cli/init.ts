import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as kinds from '../kinds/kinds.js';

/** What the caller did wrong, in words for the caller. */
export class UserError extends Error {}

interface Project {
  /** Of the operator, and of its folder. */
  readonly name: string;
  readonly kind: string;
  /** API group of the kind. */
  readonly group: string;
}

/** A project that works as it is; the names in it stand for the caller's. */
const template = join(__dirname, '../../template');

/**
 * Copies the template to a new folder below the current one.
 *
 * @returns what to do next
 * @throws UserError if a name cannot be, or the folder is in use
 */
export function init({ name, kind, group }: Project): string {
  check({ name, kind, group });
  if (existsSync(name) && readdirSync(name).length > 0) {
    throw new UserError(`${name}: there is such a folder, and it is not empty; choose another name or remove it`);
  }
  const names = { 'my-operator': name, Website: kind, website: kind.toLowerCase(), 'example.com': group };
  const adapt = (text: string) =>
    text.replace(/my-operator|website|Website|(?<!\.)example\.com/g, (word) => names[word as keyof typeof names]);
  for (const file of readdirSync(template, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )) {
    const source = join(file.parentPath, file.name);
    // npm leaves a file of that name out of packages.
    const target = join(name, adapt(source.slice(template.length)).replace(/gitignore$/, '.gitignore'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, adapt(readFileSync(source, 'utf8')));
  }
  return next({ name, kind, group });
}

function check({ name, kind, group }: Project): void {
  // The Operator's own limit: names of what belongs to it are longer.
  if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) {
    throw new UserError(`${name}: not a name; lower-case letters, digits and dashes, at most 40, as in my-operator`);
  }
  if (!/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind)) {
    throw new UserError(`--kind ${kind}: not a kind; one word in CamelCase, as in RedisCluster`);
  }
  if (kind in kinds || ['Main', 'Operator', 'Type'].includes(kind)) {
    throw new UserError(`--kind ${kind}: the project needs this name for something else; choose another`);
  }
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/.test(group)) {
    throw new UserError(`--group ${group}: not an API group; a domain, as in example.com`);
  }
}

function next({ name, kind }: Project): string {
  return `${name}/ is a project that works. Next:

  cd ${name}
  npm install
  npm test             # what it promises, without a cluster
  npm run synth        # writes dist/: kubectl apply --filename dist/ installs it

Then edit ${kind.toLowerCase()}.ts, which declares what a ${kind} is; README.md has the rest.
`;
}
