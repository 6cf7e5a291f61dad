import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a program to its end. @returns standard output @throws Error with the last lines of its output */
export function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
    child.stdin.on('error', () => {}); // a program may end without reading its input; its exit code says enough
    child.stdin.end(options.input);
    child.on('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'ENOENT' ? new Error(`${program} is not installed`, { cause }) : cause),
    );
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = `${output}${errors}`.trimEnd().split('\n').slice(-20).join('\n');
      reject(new Error(`${[program, ...args].join(' ').slice(0, 200)}: ${signal ?? `exit code ${code}`}\n${tail}`));
    });
  });
}
