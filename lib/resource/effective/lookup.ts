import type { SettingFacts } from '../../server/settings.js';
import type { Doors, Setting } from './doors.js';

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
