import { createHash } from 'node:crypto';
import type { Instance } from '../../resource/resolve.js';
import { findPassword, type Server } from '../../server/client.js';
import type { Observed, ObservedCredentials, ObservedLogin } from '../observed.js';
import { askable } from '../servers.js';

/** What a look is about. Time in milliseconds since 1970. */
type About = Pick<Observed, 'members' | 'at'> & { readonly credentials: ObservedCredentials };

interface Known extends ObservedLogin {
  /** Changes with the passwords and the servers. */
  readonly about: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const minute = 60_000;

/**
 * Passwords are tried when one of them or a server changes, and now and then: a database may be restored from before,
 * or an administrator change the password in the console.
 */
const lasts = { settled: 10 * minute, refused: minute / 2 };

/** Servers that cache users take the old password for 15 s (nacos: NacosUserServiceDirectImpl.java, reload). */
const cached = 20_000;

/** Remembers what servers said of passwords, so that at rest none is asked. */
export class Logins {
  private readonly known = new Map<string, Known>();

  /** Which password the servers take; undefined if none says so. */
  async look(
    { namespace, name }: Pick<Instance, 'namespace' | 'name'>,
    { members, credentials, at }: About,
    serverIn: (pod: string) => Server,
    signal: AbortSignal,
  ): Promise<ObservedLogin | undefined> {
    const pod = askable(members.filter(({ server }) => server?.reachable && !server.usersElsewhere));
    if (!pod) return undefined;
    const instance = `${namespace}/${name}`;
    const { administratorPassword: wanted, currentAdministratorPassword: current } = credentials;
    const about = digest([wanted, current, members.map(({ pod, created, since }) => [pod, created, since])]);
    const before = this.known.get(instance);
    if (before?.about === about && at - before.at < lifetime(before, wanted)) return before;
    const takes = await findPassword(serverIn(pod), { wanted, current }, signal);
    if (!takes) return undefined;
    const justTaken = before && before.takes !== 'none' && at - before.at < cached;
    if (takes === 'none' && justTaken) return undefined;
    this.known.set(instance, { pod, takes, about, at });
    return { pod, takes };
  }
}

/** What leads to a step is looked at again after it. */
function lifetime({ takes }: Known, wanted: string | undefined): number {
  if (takes === 'wanted' || (takes === 'none' && !wanted)) return lasts.settled;
  return takes === 'none' ? lasts.refused : 0;
}

/** Distinguishes values that must not be kept. */
function digest(values: unknown): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}
