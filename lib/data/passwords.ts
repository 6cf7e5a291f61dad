import { randomBytes } from 'node:crypto';
import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises';
import { DataError } from './source.js';

/** Of users that are created. */
export interface Passwords {
  /** Undefined if the user is not to be created. */
  of(username: string): Promise<string | undefined>;
}

export const noPasswords: Passwords = { of: async () => undefined };

/**
 * A file of lines `{"username":"ann","password":"…"}` that the owner alone can read. A user that it lacks gets a new
 * password, which is in the file before the server has it.
 */
export class PasswordFile implements Passwords {
  private constructor(
    private readonly file: string,
    private readonly known: Map<string, string>,
  ) {}

  /** @throws DataError if there is a file of another content */
  static async open(file: string): Promise<PasswordFile> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw new DataError(`${file} cannot be read: ${error.code}`);
    });
    const known = new Map<string, string>();
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const { username, password } = parsed(line);
      if (typeof username !== 'string' || typeof password !== 'string')
        throw new DataError(`${file}: line ${index + 1} is no {"username":"…","password":"…"}`);
      known.set(username, password);
    }
    await writeFile(file, text === '' || text.endsWith('\n') ? '' : '\n', { mode: 0o600, flag: 'a' });
    await chmod(file, 0o600);
    return new PasswordFile(file, known);
  }

  async of(username: string): Promise<string> {
    const found = this.known.get(username);
    if (found !== undefined) return found;
    const password = randomBytes(18).toString('base64url');
    this.known.set(username, password);
    await appendFile(this.file, `${JSON.stringify({ username, password })}\n`);
    return password;
  }
}

function parsed(line: string): { readonly username?: unknown; readonly password?: unknown } {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}
