const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity of memory in bytes; undefined for what is none. */
export function bytes(quantity: string | number): number | undefined {
  const match = /^\+?([0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(String(quantity));
  const factor = factors[match?.[2] ?? '-'];
  return match && factor !== undefined ? Number(match[1]) * factor : undefined;
}
