import { atLeast, type Version } from '../../server/version.js';
import type { Doors } from './doors.js';

/** Sizes of the heap in bytes; undefined where the JVM decides, or where they come by reference. */
export interface Heap {
  readonly initial?: number;
  readonly maximum?: number;
  readonly young?: number;
}

// nacos-docker: Dockerfile.
const image = { JVM_XMS: '1g', JVM_XMX: '1g', JVM_XMN: '512m' } as const;

/**
 * The start script adds its three sizes behind `JAVA_OPT`, and of an option that is there twice the JVM takes the last.
 */
export function heap(doors: Doors, version: Version): Heap {
  const size = (variable: keyof typeof image, option: string) => {
    const { value = image[variable], from } = doors.variables.get(variable) ?? {};
    if (from) return undefined;
    // From 2.5 on an empty one leaves the option away; before, the JVM does not start (nacos-docker: docker-startup.sh
    // of 2.5.0).
    if (value === '' && atLeast(version, '2.5')) return bytes(inOptions(doors, option));
    return bytes(value);
  };
  return clean({ initial: size('JVM_XMS', 'Xms'), maximum: size('JVM_XMX', 'Xmx'), young: size('JVM_XMN', 'Xmn') });
}

function inOptions({ variables }: Doors, option: string): string {
  const words = (variables.get('JAVA_OPT')?.value ?? '').split(/\s+/);
  return words.findLast((word) => word.startsWith(`-${option}`))?.slice(option.length + 1) ?? '';
}

function bytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([kKmMgGtT]?)$/.exec(text.trim()) ?? [];
  if (!number) return undefined;
  return Number(number) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase());
}

function clean(heap: { [size in keyof Heap]: number | undefined }): Heap {
  return Object.fromEntries(Object.entries(heap).filter(([, size]) => size !== undefined));
}
