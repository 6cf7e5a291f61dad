import type { SettingFacts } from '../../server/settings.js';
import type { NacosSpec } from '../spec.js';

/** Where the kubelet takes a value from. */
type Reference = NonNullable<NonNullable<NacosSpec['env']>[number]['valueFrom']>;

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
type Door = 'JAVA_OPT_EXT' | 'config' | 'JAVA_OPT' | 'env' | 'image';

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

/** A literal as the kubelet hands it on: references to unknown variables stay as they are. */
export function expanded(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name?: string) =>
    name === undefined ? '$' : (variables.get(name) ?? whole),
  );
}

/** Finds what a server has for a setting, by all doors of its container. */
export function lookup(doors: Doors): (facts: SettingFacts) => Setting {
  /** A property or a variable by its name, as Spring's `Environment` finds it. */
  const find = (name: string): Setting | undefined =>
    property(doors.arguments, name) ??
    property(doors.config, name) ??
    property(doors.options, name) ??
    variable(doors.variables, spellingsOf(name));

  /**
   * Spring fills placeholders in, also in what they stand for. A placeholder that is not known makes the whole unknown.
   */
  const filled = (setting: Setting, depth = 0): Setting => {
    const { value } = setting;
    const at = value?.lastIndexOf('${') ?? -1;
    const end = value?.indexOf('}', at) ?? -1;
    if (value === undefined || at < 0 || end < 0 || depth > 20) return setting;
    const [, name = '', otherwise] = /^([^:]*)(?::(.*))?$/s.exec(value.slice(at + 2, end)) ?? [];
    const found = find(name);
    if (at === 0 && end === value.length - 1 && found) return filled(found, depth + 1);
    const { value: inner = otherwise, from } = found ?? {};
    if (from || inner === undefined) return { ...setting, value: undefined };
    return filled({ ...setting, value: value.slice(0, at) + inner + value.slice(end + 1) }, depth + 1);
  };

  return ({ properties, image, option, early, fallback }) => {
    const [first = ''] = properties;
    const fromScript = option ? given(doors.variables.get(option)) : undefined;
    if (early) return fromScript ?? doors.options.get(first) ?? { door: 'image', name: first, value: fallback };
    for (const name of properties) {
      const found =
        property(doors.arguments, name) ??
        property(doors.config, name) ??
        (name === first ? fromScript : undefined) ??
        property(doors.options, name) ??
        variable(doors.variables, spellingsOfSetting(name));
      if (found) return filled(found);
    }
    return filled({ door: 'image', name: properties.at(-1) ?? '', value: image ?? fallback });
  };
}

/** The start script hands on no empty variable. */
function given(variable: Setting | undefined): Setting | undefined {
  return variable?.value === '' ? undefined : variable;
}

/** Only a name in Spring's canonical form has other spellings (ConfigurationPropertyName.java). */
function property(found: ReadonlyMap<string, Setting>, name: string): Setting | undefined {
  const exact = found.get(name);
  if (exact || /[A-Z_]/.test(name)) return exact;
  return [...found].findLast(([other]) => relaxed(other) === relaxed(name))?.[1];
}

function relaxed(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

function variable(variables: ReadonlyMap<string, Setting>, spellings: readonly string[]): Setting | undefined {
  const found = spellings.find((spelling) => variables.has(spelling));
  return found === undefined ? undefined : variables.get(found);
}

/**
 * `a.b-c` is also `A_BC`, `A_B_C` and `a_b-c` (SystemEnvironmentPropertyMapper.java,
 * SystemEnvironmentPropertySource.java).
 */
function spellingsOf(name: string): readonly string[] {
  const plain = name.replaceAll('.', '_');
  const upper = plain.toUpperCase();
  return [name, upper.replaceAll('-', ''), upper.replaceAll('-', '_'), plain];
}

/** Of the settings that are looked for, of which there are few, worked out once. */
const known = new Map<string, readonly string[]>();

function spellingsOfSetting(name: string): readonly string[] {
  const spellings = known.get(name) ?? spellingsOf(name);
  known.set(name, spellings);
  return spellings;
}
