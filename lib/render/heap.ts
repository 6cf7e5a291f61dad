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

/**
 * Sizes of the heap and its young generation in MiB for a memory limit: half of it, since a server also needs
 * metaspace, thread stacks, direct memory and RocksDB's caches. Undefined without a limit: the image has its own default.
 */
export function heapOf(
  limit: string | number | undefined,
): { readonly heap: number; readonly young: number } | undefined {
  const size = limit === undefined ? undefined : bytes(limit);
  if (!size) return undefined;
  const heap = Math.max(256, Math.floor(size / 2 / 2 ** 20));
  return { heap, young: Math.floor(heap / 2) };
}
