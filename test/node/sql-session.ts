import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { ControlPlane } from '../cluster/control-plane.js';
import type { Login, Query } from '../server/schema-matrix.js';

/** The client of a database, in its pod. That of root stays: to start one takes longer than most statements. */
export class SqlSession {
  private root: ChildProcessWithoutNullStreams | undefined;
  private asked = 0;

  /** @param client name of the program */
  constructor(
    private readonly controlPlane: ControlPlane,
    private readonly pod: string,
    private readonly client: string,
  ) {}

  readonly query: Query = async (sql, login) => {
    if (!login) {
      this.root ??= this.start({ user: 'root', password: 'root' });
      return this.ask(this.root, sql);
    }
    const child = this.start(login);
    return this.ask(child, sql).finally(() => child.stdin.end());
  };

  end(): void {
    this.root?.stdin.end();
  }

  private start({ user, password }: Login): ChildProcessWithoutNullStreams {
    const { kubectl, kubeconfig } = this.controlPlane;
    const login = ['--host=127.0.0.1', `--user=${user}`, `--password=${password}`];
    const program = [this.client, ...login, '--batch', '--skip-column-names', '--unbuffered'];
    const child = spawn(kubectl, ['exec', '--stdin', this.pod, '--', ...program], {
      env: { ...process.env, KUBECONFIG: kubeconfig },
    });
    child.stdin.on('error', () => {}); // the client ends with the first statement that fails, and says why
    child.stdout.setEncoding('utf8');
    child.stderr.setEncoding('utf8');
    return child;
  }

  /** What is printed until a line that only this question has. */
  private ask(child: ChildProcessWithoutNullStreams, sql: string): Promise<string> {
    const end = `answered ${++this.asked}`;
    return new Promise((resolve, reject) => {
      let output = '';
      let errors = '';
      const onOutput = (text: string) => {
        output += text;
        if (output.endsWith(`${end}\n`)) finish(() => resolve(output.slice(0, -end.length - 1)));
      };
      const onErrors = (text: string) => (errors += text);
      const onClose = () => {
        if (this.root === child) this.root = undefined;
        finish(() => reject(new Error(`${errors.trim()}\nin: ${sql.slice(0, 300)}`)));
      };
      const finish = (settle: () => void) => {
        child.stdout.off('data', onOutput);
        child.stderr.off('data', onErrors);
        child.off('close', onClose);
        settle();
      };
      child.stdout.on('data', onOutput);
      child.stderr.on('data', onErrors);
      child.on('close', onClose);
      child.stdin.write(`${sql}\nSELECT '${end}';\n`);
    });
  }
}
