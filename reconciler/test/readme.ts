import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CodeBlock {
  readonly language: string;
  /** Where the reader is to put it. */
  readonly file?: string;
  readonly code: string;
}

/** The code blocks of a page of this package, in order. */
export function codeBlocks(page: string): CodeBlock[] {
  const text = readFileSync(join(__dirname, '..', page), 'utf8');
  return [...text.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file, code = '']) => {
      return { language, code, ...(file && { file }) };
    },
  );
}
