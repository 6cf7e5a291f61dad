import type { OperatedCluster } from './operated-cluster.js';

/** A user of Nacos 2.x at one of its servers. */
export class NacosUser {
  private constructor(
    private readonly server: string,
    private readonly token: string,
  ) {}

  /** Undefined where the server does not take the password. */
  static async logIn(
    operated: OperatedCluster,
    pod: string,
    username: string,
    password: string,
  ): Promise<NacosUser | undefined> {
    const server = await serverIn(operated, pod);
    const body = new URLSearchParams({ username, password });
    const answer = await fetch(`${server}/auth/users/login`, { method: 'POST', body });
    return answer.ok
      ? new NacosUser(server, ((await answer.json()) as { accessToken: string }).accessToken)
      : undefined;
  }

  /** Where servers ask for no login. */
  static async anonymous(operated: OperatedCluster, pod: string): Promise<NacosUser> {
    return new NacosUser(await serverIn(operated, pod), '');
  }

  /** With the password that the operator has written down. */
  static async administrator(operated: OperatedCluster, pod: string): Promise<NacosUser> {
    const name = pod.slice(0, pod.lastIndexOf('-'));
    const password = await operated.secret(`${name}-auth`, 'administratorPassword');
    const user = await NacosUser.logIn(operated, pod, 'nacos', password);
    if (!user) throw new Error(`${pod} does not take the password in ${name}-auth`);
    return user;
  }

  async publish(dataId: string, content: string): Promise<void> {
    await this.send('POST', '/cs/configs', { dataId, group: 'DEFAULT_GROUP', content });
  }

  async createUser(username: string, password: string): Promise<void> {
    await this.send('POST', '/auth/users', { username, password });
  }

  async setPassword(username: string, newPassword: string): Promise<void> {
    await this.send('PUT', `/auth/users?${new URLSearchParams({ username, newPassword })}`);
  }

  /** What configurations hold, by name; `undefined` for one that is not there. */
  async read(dataIds: readonly string[]): Promise<Record<string, string | undefined>> {
    const contents = dataIds.map(async (dataId) => {
      const answer = await this.ask(`/cs/configs?dataId=${dataId}&group=DEFAULT_GROUP`);
      return [dataId, answer.ok ? await answer.text() : undefined] as const;
    });
    return Object.fromEntries(await Promise.all(contents));
  }

  private async send(method: string, path: string, form?: Record<string, string>): Promise<void> {
    const answer = await this.ask(path, { method, ...(form && { body: new URLSearchParams(form) }) });
    if (!answer.ok) throw new Error(`${method} ${path.split('?')[0]}: ${answer.status} ${await answer.text()}`);
  }

  private ask(path: string, request: RequestInit = {}): Promise<Response> {
    return fetch(`${this.server}${path}`, { ...request, headers: { Authorization: `Bearer ${this.token}` } });
  }
}

async function serverIn(operated: OperatedCluster, pod: string): Promise<string> {
  return `http://${(await operated.pod(pod)).status?.podIP}:8848/nacos/v1`;
}
