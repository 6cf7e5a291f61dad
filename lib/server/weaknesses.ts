import { atLeast, type Version } from './version.js';

/** What of a server a weakness depends on. */
export interface Exposure {
  readonly version: Version;
  readonly embedded: boolean;
  /** Whether clients must log in. */
  readonly login: boolean;
  /** Whether tokens are signed with a key that is printed in documents. */
  readonly knownToken: boolean;
}

interface Weakness {
  readonly reason: string;
  /** What it lets others do, and the way out. */
  readonly message: string;
  readonly applies: (server: Exposure) => boolean;
}

/** Known weaknesses of servers by which strangers take them over. */
export const weaknesses: readonly Weakness[] = [
  {
    reason: 'RaftRunsCode',
    message: 'all who reach port 7848 can run code in the servers (before 2.2.3): set spec.version to 2.2.3 or newer',
    // https://github.com/alibaba/nacos/releases/tag/2.2.3, https://github.com/alibaba/nacos/issues/11075; 1.4.6 has the
    // correction too.
    applies: ({ version }) => !atLeast(version, '2.2.3') && (atLeast(version, '2.0') || !atLeast(version, '1.4.6')),
  },
  {
    reason: 'DatabaseRunsCode',
    message:
      'all who reach port 8848 can run code in the servers (up to 2.3.2, embedded database, no login): set spec.certification.enabled to true, or spec.version to 2.4.0 or newer',
    // https://github.com/alibaba/nacos/issues/10613; a method of Java was run so on 2.3.2 (measured). From 2.4.0 on it
    // is off by default: https://github.com/alibaba/nacos/issues/12980.
    applies: ({ version, embedded, login }) => embedded && !login && !atLeast(version, '2.4.0'),
  },
  {
    reason: 'KnownToken',
    message:
      'all who reach port 8848 can sign in as any user, as tokens are signed with a key that is in the documents of Nacos: put another token ($(openssl rand -base64 32)) into the Secret, or remove spec.certification.token',
    // https://github.com/alibaba/nacos/issues/10060
    applies: ({ login, knownToken }) => login && knownToken,
  },
];
