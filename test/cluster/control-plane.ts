import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Api } from './api.js';
import { binaries, controlPlaneTools } from './binaries.js';
import { CertificateAuthority, type KeyPair, signingKeys, type User } from './certificates.js';
import { Daemon } from './daemon.js';
import { type Kubeconfig, kubeconfig, writeKubeconfig } from './kubeconfig.js';
import { freePort, nodeFacingAddress, portReleased } from './network.js';
import { createRunDirectory, type RunDirectory, recordProcess, removeRunDirectory } from './run-directory.js';
import * as servers from './servers.js';

export interface ControlPlaneOptions {
  /** Writes every request to `log/audit.log`. @default false */
  readonly audit?: boolean;
  /** Starts controller manager and scheduler too. @default true */
  readonly controllers?: boolean;
  /** Of the API server. @default one that is free */
  readonly port?: number;
  /** More arguments of the API server. @default none */
  readonly apiServerArguments?: readonly string[];
}

/** What another process needs to know of a running cluster. */
export type ControlPlaneAddress = RunDirectory & { readonly port: number };

type Tools = Readonly<Record<(typeof controlPlaneTools)[number], string>>;

/**
 * A cluster without nodes: etcd, API server (RBAC on), controller manager and scheduler in the network namespace of
 * this process, and what kubelets need to join it.
 */
export class ControlPlane {
  /** Start of the names of all that cannot lie in `directory`: cgroups, network namespaces. */
  readonly id: string;
  readonly directory: string;
  /** 0 to 31; no two running clusters have the same one. */
  readonly slot: number;
  private apiServer:
    | { readonly command: string; readonly args: readonly string[]; readonly process?: Daemon }
    | undefined;
  private adminApi: Api | undefined;
  private readonly endings: (() => Promise<void> | void)[] = [];
  private readonly atExit = () => removeRunDirectory(this.directory);

  private constructor(
    run: RunDirectory,
    readonly port: number,
    readonly authority: CertificateAuthority,
  ) {
    this.id = run.id;
    this.directory = run.path;
    this.slot = run.slot;
  }

  static async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const { audit = false, controllers = true, port, apiServerArguments } = options;
    const tools = await binaries(controlPlaneTools);
    const run = createRunDirectory();
    try {
      const authority = await CertificateAuthority.create('cdk8s-nacos-test');
      const cluster = new ControlPlane(run, port ?? (await freePort()), authority);
      process.once('exit', cluster.atExit);
      await cluster.boot(tools, audit, apiServerArguments);
      if (controllers) await cluster.startControllers(tools);
      return cluster;
    } catch (error) {
      removeRunDirectory(run.path);
      throw error;
    }
  }

  /** The cluster that another process started, and stops. */
  static async attach({ port, ...run }: ControlPlaneAddress): Promise<ControlPlane> {
    const [certificate, key] = ['ca.crt', 'ca.key'].map((file) => readFileSync(join(run.path, 'pki', file), 'utf8'));
    return new ControlPlane(run, port, await CertificateAuthority.load(certificate ?? '', key ?? ''));
  }

  get at(): ControlPlaneAddress {
    return { id: this.id, path: this.directory, slot: this.slot, port: this.port };
  }

  /** As seen on 127.0.0.1; every kubeconfig says this unless another is given. */
  get server(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** As nodes in network namespaces of their own see it. */
  get serverForNodes(): string {
    return `https://${nodeFacingAddress}:${this.port}`;
  }

  /** Path of the administrator's kubeconfig (group system:masters); `kubectl` lies in `../bin` seen from its folder. */
  get kubeconfig(): string {
    return join(this.directory, 'kubeconfig', 'admin.yaml');
  }

  get kubectl(): string {
    return join(this.directory, 'bin', 'kubectl');
  }

  /** The API server as the administrator. */
  get api(): Api {
    this.adminApi ??= Api.fromFile(this.kubeconfig);
    return this.adminApi;
  }

  /** Starts a server that ends with the cluster. */
  daemon(name: string, command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Daemon {
    return Daemon.start(this.directory, name, command, args, env);
  }

  /** Has a process that a test started end with the cluster, also when the test is killed. */
  adopt({ pid }: ChildProcess): void {
    if (pid !== undefined) recordProcess(this.directory, `test-${pid}`, pid);
  }

  /** Path of a kubeconfig for a user who shows a certificate. */
  async userKubeconfig(user: User, server: string = this.server): Promise<string> {
    return this.writeKubeconfig(user.name, server, await this.authority.client(user));
  }

  /** Path of a kubeconfig with a token of a service account, valid for an hour. */
  async serviceAccountKubeconfig(namespace: string, name: string, server: string = this.server): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { status } = await this.api.create<{ status: { token: string } }>(path, {
      spec: { expirationSeconds: 3600 },
    });
    return this.writeKubeconfig(`${namespace}.${name}`, server, status.token);
  }

  /** Paths of a certificate and its key, for a server that nodes or the API server talk to. */
  async serverCertificate(
    name: string,
    alternatives: { readonly dns?: readonly string[]; readonly ip?: readonly string[] },
  ) {
    return this.writeKeys(name, await this.authority.server(name, alternatives));
  }

  /** Of the process; undefined unless this process started the cluster. */
  get apiServerPid(): number | undefined {
    return this.apiServer?.process?.pid;
  }

  /** Kills the API server, as a crash would. Only for who started the cluster. */
  async stopApiServer(): Promise<void> {
    await this.apiServer?.process?.stop();
    await portReleased(this.port);
  }

  /** Resolves when it is ready to serve again. */
  async startApiServer(): Promise<void> {
    if (!this.apiServer) throw new Error('the API server is started again by the process that started the cluster');
    const { command, args } = this.apiServer;
    const process = this.daemon('kube-apiserver', command, args);
    this.apiServer = { command, args, process };
    await process.ready(async () => (await this.api.get<string>('/readyz')) === 'ok');
  }

  /** Runs before the servers end; the last registered runs first. */
  onStop(ending: () => Promise<void> | void): void {
    this.endings.unshift(ending);
  }

  /** Ends every process of the cluster and removes all it kept. */
  async stop(): Promise<void> {
    for (const ending of this.endings) await ending();
    this.adminApi?.close();
    process.off('exit', this.atExit);
    removeRunDirectory(this.directory);
  }

  private async boot(tools: Tools, audit: boolean, others?: readonly string[]): Promise<void> {
    const etcd = this.daemon('etcd', tools.etcd, servers.etcd(this.directory));
    await this.writeFiles();
    symlinkSync(tools.kubectl, this.kubectl);
    const args = servers.apiServer(this.directory, this.port, audit, others);
    this.apiServer = { command: tools['kube-apiserver'], args };
    try {
      await this.startApiServer();
    } catch (error) {
      if (!etcd.running) await etcd.ready(async () => false);
      throw error;
    }
  }

  private async startControllers(tools: Tools): Promise<void> {
    const manager = await this.userKubeconfig({ name: 'system:kube-controller-manager' });
    const controllers = this.daemon(
      'kube-controller-manager',
      tools['kube-controller-manager'],
      servers.controllerManager(this.directory, manager, this.slot),
    );
    const schedulerUser = await this.userKubeconfig({ name: 'system:kube-scheduler' });
    this.daemon('kube-scheduler', tools['kube-scheduler'], servers.scheduler(schedulerUser));
    await controllers.ready(async () => {
      // Namespaces come one by one; where nodes renew their leases is not the first.
      const namespaces = ['default', 'kube-node-lease'];
      await Promise.all(namespaces.map((name) => this.api.get(`/api/v1/namespaces/${name}/serviceaccounts/default`)));
      return true;
    });
  }

  private async writeFiles(): Promise<void> {
    mkdirSync(join(this.directory, 'pki'));
    writeFileSync(this.pki('ca.crt'), this.authority.certificate);
    writeFileSync(this.pki('ca.key'), this.authority.key, { mode: 0o600 });
    const tokens = signingKeys();
    writeFileSync(this.pki('service-account.pub'), tokens.publicKey);
    writeFileSync(this.pki('service-account.key'), tokens.privateKey, { mode: 0o600 });
    await this.serverCertificate('server', servers.apiServerNames);
    const admins = ['system:masters'];
    this.writeKeys('kubelet-client', await this.authority.client({ name: 'kube-apiserver', groups: admins }));
    await this.userKubeconfig({ name: 'admin', groups: admins });
    writeFileSync(join(this.directory, 'audit-policy.yaml'), stringify(servers.auditPolicy));
  }

  private pki(file: string): string {
    return join(this.directory, 'pki', file);
  }

  private writeKeys(name: string, keys: KeyPair): { readonly certificate: string; readonly key: string } {
    const paths = { certificate: this.pki(`${name}.crt`), key: this.pki(`${name}.key`) };
    writeFileSync(paths.certificate, keys.certificate);
    writeFileSync(paths.key, keys.key, { mode: 0o600 });
    return paths;
  }

  private writeKubeconfig(name: string, server: string, credentials: KeyPair | string): string {
    const content: Kubeconfig = kubeconfig(server, this.authority.certificate, name, credentials);
    return writeKubeconfig(join(this.directory, 'kubeconfig', `${name.replaceAll(/[^\w.-]/g, '-')}.yaml`), content);
  }
}
