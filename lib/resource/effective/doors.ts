import { expanded } from '../expansion.js';
import type { NacosSpec } from '../spec.js';

/** Where the kubelet takes a value from. */
export type Reference = NonNullable<NonNullable<NacosSpec['env']>[number]['valueFrom']>;

/** What of a container decides on settings. */
export interface Settings {
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: readonly object[];
}

/**
 * Ways by which a property comes to a server, the strongest first: words of `JAVA_OPT_EXT`, properties of `config` and
 * of `SPRING_APPLICATION_JSON`, options of the JVM, variables, and the image's own application.properties (Spring Boot:
 * Externalized Configuration).
 */
export type Door = 'JAVA_OPT_EXT' | 'config' | 'JAVA_OPT' | 'env' | 'image';

/** A setting as a server has it. */
export interface Setting {
  readonly door: Door;
  /** Property or variable that it came as. */
  readonly name: string;
  /** Absent where only the kubelet knows it, or the process. */
  readonly value?: string;
  /** Where the kubelet takes it from. */
  readonly from?: Reference;
}

/** What a container hands to its server by each door. */
export interface Doors {
  readonly arguments: ReadonlyMap<string, Setting>;
  readonly config: ReadonlyMap<string, Setting>;
  readonly options: ReadonlyMap<string, Setting>;
  readonly variables: ReadonlyMap<string, Setting>;
  /** Doors with content that comes by reference: what they set is not known. */
  readonly closed: readonly string[];
}

/** @param properties that are not in `SPRING_APPLICATION_JSON` yet; this wins over them */
export function doorsOf(
  { env = [], envFrom = [] }: Settings,
  properties: Readonly<Record<string, string>> = {},
): Doors {
  const variables = variablesOf(env);
  const text = (name: string) => variables.get(name)?.value ?? '';
  const whole = ['JAVA_OPT_EXT', 'SPRING_APPLICATION_JSON', 'JAVA_OPT'];
  return {
    arguments: words(text('JAVA_OPT_EXT'), '--', 'JAVA_OPT_EXT'),
    config: new Map([...flat(properties), ...flat(json(text('SPRING_APPLICATION_JSON')))]),
    options: words(text('JAVA_OPT'), '-D', 'JAVA_OPT'),
    variables,
    closed: [...whole.filter((name) => variables.get(name)?.from), ...(envFrom.length > 0 ? ['envFrom'] : [])],
  };
}

function variablesOf(env: NonNullable<Settings['env']>): ReadonlyMap<string, Setting> {
  const variables = new Map<string, Setting>();
  const literals = new Map<string, string>();
  for (const { name, value = '', valueFrom } of env) {
    const text = expanded(value, literals);
    variables.set(name, { door: 'env', name, ...(valueFrom ? { from: valueFrom } : { value: text }) });
    if (valueFrom) literals.delete(name);
    else literals.set(name, text);
  }
  return variables;
}

/** The start script splits at blanks, and knows no quotes. Of an option that is there twice, the last counts. */
function words(text: string, mark: '--' | '-D', door: Door): ReadonlyMap<string, Setting> {
  const found = text.split(/\s+/).filter((word) => word.startsWith(mark));
  return new Map(
    found.map((word) => {
      const [name = '', ...value] = word.slice(mark.length).split('=');
      return [name, { door, name, value: value.join('=') }];
    }),
  );
}

function json(text: string): unknown {
  // Most have none, and an error takes longer than all the rest.
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function flat(value: unknown, path = ''): ReadonlyMap<string, Setting> {
  if (typeof value !== 'object' || value === null) {
    return new Map(path ? [[path, { door: 'config', name: path, value: String(value ?? '') }]] : []);
  }
  const inner = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value).map(([name, item]) => [path ? `${path}.${name}` : name, item] as const);
  return new Map(inner.flatMap(([name, item]) => [...flat(item, name)]));
}
