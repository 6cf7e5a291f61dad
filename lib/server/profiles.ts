import { atLeast, type Version } from './version.js';

/**
 * Ports of a server. Clients add 1000 to the HTTP port themselves, members add 1001 and subtract 1000 (nacos:
 * MemberUtil.java).
 */
export const ports = {
  http: 8848,
  /** gRPC for clients. */
  grpc: 9848,
  /** gRPC between members. */
  peer: 9849,
  raft: 7848,
  /** From 3.0 on; before, the console is at `/nacos` of the HTTP port. */
  console: 8080,
  /** Registry of MCP servers and skills. */
  ai: 9080,
  /** Services as names of DNS, over UDP and TCP. */
  dns: 5353,
  /** xDS, for Envoy and Istio. */
  xds: 18848,
} as const;

/** An HTTP health check; its path is relative to the context path of `port`. */
export interface HealthCheck {
  readonly port: 'http' | 'console';
  readonly path: string;
}

/** Where the administrator logs in, gets another password, and comes from. */
interface AdministratorApi {
  readonly login: string;
  readonly users: { readonly port: 'http' | 'console'; readonly path: string };
  /**
   * Makes the first one. Absent where the server's schema brings the user nacos with the password nacos, which is
   * changed.
   */
  readonly create?: string;
}

/** Paths of the HTTP API, relative to the context path. */
export interface Api {
  /** Version and whether an administrator is missing; needs no login. */
  readonly state: string;
  /** The server as a member: its state and its Raft groups. */
  readonly self: string;
  /** The members that it knows. */
  readonly members: string;
  /** Operations on Raft groups. */
  readonly raft: string;
  /** Has it compare the configurations that it hands out with the database. */
  readonly refresh: string;
  readonly administrator: AdministratorApi;
  /** How namespaces, users and configurations are read and written. */
  readonly data: 'v1' | 'v3';
}

/** What differs between versions of the server. Nothing else in this project branches on a version. */
export interface Profile {
  /** The first version that the profile is for. */
  readonly since: string;
  /** Whether the operator knows this line well enough to manage it. */
  readonly managed: boolean;
  readonly consolePort?: number;
  readonly aiPort?: number;
  /**
   * Whether the image exits unless token and identity are set, even where authentication is off (nacos-docker:
   * docker-startup.sh).
   */
  readonly authRequired: boolean;
  readonly liveness: HealthCheck;
  readonly readiness: HealthCheck;
  readonly api: Api;
  /**
   * Whether one member of a cluster is never ready: it waits for a second one in its list (measured on 3.0.3; nacos:
   * DistroLoadDataTask.java).
   */
  readonly unreadyAlone: boolean;
  /**
   * Whether calls of Raft carry the identity, so that members with two of them refuse each other (nacos:
   * NacosJRaftServerInterceptor.java of 3.2.4).
   */
  readonly identityInRaft: boolean;
  /** Whether the image brings files in its data folder, which a volume would hide (nacos-docker: Dockerfile of 3.2). */
  readonly seedsData: boolean;
  /**
   * Whether a member has to keep its data folder also where its database is elsewhere: what was set for its plugins is
   * there (nacos-group.github.io: manual/admin/upgrading of 3.3).
   */
  readonly keepsState: boolean;
  /** Properties that are set where a user sets nothing else. */
  readonly properties: Readonly<Record<string, string>>;
  /**
   * Properties without which members of an embedded cluster exit instead of waiting for a leader (measured on 3.0.3).
   */
  readonly embeddedCluster: Readonly<Record<string, string>>;
}

// The v2 readiness of 2.3 to 2.5 answers 200 while not ready (nacos: HealthControllerV2.java), so all of 2.x uses v1.
const v1: Profile = {
  since: '0.0',
  managed: false,
  authRequired: false,
  liveness: { port: 'http', path: '/v1/console/health/liveness' },
  readiness: { port: 'http', path: '/v1/console/health/readiness' },
  api: {
    state: '/v1/console/server/state',
    self: '/v1/core/cluster/self',
    members: '/v1/core/cluster/nodes',
    raft: '/v1/core/ops/raft',
    refresh: '/v1/cs/ops/localCache',
    administrator: { login: '/v1/auth/users/login', users: { port: 'http', path: '/v1/auth/users' } },
    data: 'v1',
  },
  unreadyAlone: false,
  identityInRaft: false,
  seedsData: false,
  keepsState: false,
  properties: {},
  embeddedCluster: {},
};

const v2: Profile = { ...v1, since: '2.0', managed: true };

// From 2.4 on the schema brings no user.
const v2_4: Profile = {
  ...v2,
  since: '2.4',
  api: { ...v2.api, administrator: { ...v2.api.administrator, create: '/v1/auth/users/admin' } },
};

const v3: Profile = {
  since: '3.0',
  managed: true,
  consolePort: ports.console,
  authRequired: true,
  // On the HTTP port, 3.x answers 200 while not ready (nacos: ServerStateController.java); the console answers 500.
  liveness: { port: 'console', path: '/v3/console/health/liveness' },
  readiness: { port: 'console', path: '/v3/console/health/readiness' },
  api: {
    state: '/v3/admin/core/state',
    self: '/v3/admin/core/cluster/node/self',
    members: '/v3/admin/core/cluster/node/list',
    raft: '/v3/admin/core/ops/raft',
    refresh: '/v3/admin/cs/ops/localCache',
    administrator: {
      login: '/v3/auth/user/login',
      // On the HTTP port even the administrator may not change it (measured on 3.0.3).
      users: { port: 'console', path: '/v3/auth/user' },
      create: '/v3/auth/user/admin',
    },
    data: 'v3',
  },
  unreadyAlone: true,
  identityInRaft: false,
  seedsData: false,
  keepsState: false,
  properties: {},
  embeddedCluster: {
    // A check of namespaces of before 3.0 gives up after 4 s, sooner than the first election ends; an embedded cluster
    // has none of them.
    'nacos.config.namespace.compatible.mode': 'false',
    // JRaft's own default; Nacos's 5 s is longer than what its start waits for a leader. Measured: formed after 57 s
    // instead of never.
    'nacos.core.protocol.raft.data.election_timeout_ms': '1000',
  },
};

const v3_2: Profile = { ...v3, since: '3.2', aiPort: ports.ai, seedsData: true };

const v3_2_4: Profile = { ...v3_2, since: '3.2.4', identityInRaft: true };

const { 'nacos.config.namespace.compatible.mode': _gone, ...embeddedCluster } = v3.embeddedCluster;

// 3.3 moves no configurations of 2.x any more, and has no property for that (nacos-group.github.io:
// manual/admin/upgrading of 3.3, 2.1.7).
const v3_3: Profile = {
  ...v3_2_4,
  since: '3.3',
  keepsState: true,
  // By default servers fetch AI resources from the internet (manual/admin/upgrading of 3.3, 2.2).
  properties: { 'nacos.plugin.ai-resource-import.enabled': 'false' },
  embeddedCluster,
};

/** Newest first, open at the end: a version that is newer than all of them gets the first. */
const profiles: readonly Profile[] = [v3_3, v3_2_4, v3_2, v3, v2_4, v2, v1];

/** The newest minor version that is described here. */
export const newestLine = v3_3.since;

/** Whether a version is of a newer line than all that are described here. */
export function isUnknown({ major, minor }: Version): boolean {
  return atLeast({ major, minor, patch: 0 }, newestLine) && `${major}.${minor}` !== newestLine;
}

export function profileOf(version: Version): Profile {
  return profiles.find(({ since }) => atLeast(version, since)) ?? v1;
}
