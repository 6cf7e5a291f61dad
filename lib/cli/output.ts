import { Yaml } from 'cdk8s';

/** What a command says. */
export interface Output {
  /** For people. */
  readonly text: string;
  /** The same for programs. */
  readonly data: unknown;
  /** Whether something differs, is refused or is missing. */
  readonly failed?: boolean;
}

export type Format = 'json' | 'yaml';

export function printed({ text, data }: Output, format: Format | undefined): string {
  if (format === 'json') return `${JSON.stringify(data, undefined, 2)}\n`;
  // A copy: YAML would write what is there twice as an anchor and an alias.
  if (format === 'yaml') return Yaml.stringify(JSON.parse(JSON.stringify(data)));
  return text;
}
