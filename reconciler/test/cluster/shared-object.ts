/** A place in the spec of a shared object: a field, a key of a map, a value of a set, a field of an item of a list. */
export type Slot =
  | 'a'
  | 'withDefault'
  | 'whole'
  | `map.${'x' | 'y'}`
  | `set.${'m' | 'n'}`
  | `list.${'p' | 'q'}.${'value' | 'other'}`;
export type Values = Partial<Record<Slot, string>>;

interface Spec {
  always: string;
  a?: string;
  withDefault?: string;
  whole?: string[];
  map?: Record<string, string>;
  set?: string[];
  list?: { name: string; value?: string; other?: string }[];
}

/**
 * The values as a spec, never an empty one: where a map had fields before, the API server makes null of it, which the
 * schema refuses (measured).
 */
export function specOf(values: Values): Spec {
  const spec: Spec = { always: 'there' };
  for (const [slot, value] of Object.entries(values)) {
    const [field, name = '', inside = ''] = slot.split('.');
    if (field === 'whole') spec.whole = [value];
    else if (field === 'map') spec.map = { ...spec.map, [name]: value };
    else if (field === 'set') spec.set = [...(spec.set ?? []), name];
    else if (field === 'list') {
      const item = spec.list?.find((one) => one.name === name) ?? { name };
      spec.list = [...(spec.list ?? []).filter((one) => one !== item), { ...item, [inside]: value }];
    } else Object.assign(spec, { [field as string]: value });
  }
  return spec;
}

/** The values of a spec. */
export function itemsOf(spec: Partial<Spec> = {}): Values {
  const entries = [
    ...(['a', 'withDefault'] as const).map((name) => [name, spec[name]]),
    ['whole', spec.whole?.join()],
    ...Object.entries(spec.map ?? {}).map(([name, value]) => [`map.${name}`, value]),
    ...(spec.set ?? []).map((name) => [`set.${name}`, 'in']),
    ...(spec.list ?? []).flatMap(({ name, ...fields }) =>
      Object.entries(fields).map(([inside, value]) => [`list.${name}.${inside}`, value]),
    ),
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** What server-side apply says that there must be: each value, and who holds it. */
export class Model {
  private readonly held = new Map<Slot, { value: string; by: Set<string> }>();
  /** Who has put an item into the list: without any of them it goes, with all that is in it. */
  private readonly items = new Map<string, Set<string>>();

  get values(): Values {
    const all = [...this.held].map(([slot, { value }]) => [slot, value]);
    return { withDefault: 'default', ...Object.fromEntries(all) };
  }

  clear(): void {
    this.held.clear();
    this.items.clear();
  }

  /** Whether `by` holds these, with these values, and nothing else. */
  owns(by: string, values: Values): boolean {
    const mine = [...this.held].filter(([, held]) => held.by.has(by)).map(([slot, { value }]) => [slot, value]);
    return mine.length === Object.keys(values).length && mine.every(([slot, value]) => values[slot as Slot] === value);
  }

  /** By force: what the manager leaves out and no one else holds goes. */
  apply(by: string, values: Values): void {
    const slots = Object.keys(values) as Slot[];
    for (const [slot, { by: holders }] of this.held) {
      if (!slots.includes(slot) && holders.delete(by) && holders.size === 0) this.held.delete(slot);
    }
    for (const [item, holders] of this.items) {
      if (slots.some((slot) => itemOf(slot) === item) || !holders.delete(by) || holders.size > 0) continue;
      this.items.delete(item);
      for (const slot of this.held.keys()) if (itemOf(slot) === item) this.held.delete(slot);
    }
    for (const [slot, value] of Object.entries(values) as [Slot, string][]) {
      const held = this.held.get(slot);
      if (held?.value === value) held.by.add(by);
      else this.held.set(slot, { value, by: new Set([by]) });
      const item = itemOf(slot);
      if (item) this.items.set(item, new Set(this.items.get(item)).add(by));
    }
  }

  /** What is changed is held by no one else any more. */
  update(by: string, slot: Slot, value: string | undefined): void {
    if (value === undefined) this.held.delete(slot);
    else if (this.values[slot] !== value) this.held.set(slot, { value, by: new Set([by]) });
    const there = new Set([...this.held.keys()].flatMap((one) => itemOf(one) ?? []));
    for (const item of there) if (!this.items.has(item)) this.items.set(item, new Set([by]));
    for (const item of this.items.keys()) if (!there.has(item)) this.items.delete(item);
  }
}

function itemOf(slot: Slot): string | undefined {
  const [field, name] = slot.split('.');
  return field === 'list' ? name : undefined;
}
