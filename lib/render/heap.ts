import { parseQuantity } from '../resource/quantity.js';

/**
 * Sizes of the heap and its young generation in MiB for a memory limit: half of it, since a server also needs
 * metaspace, thread stacks, direct memory and RocksDB's caches. Undefined without a limit: the image has its own
 * default.
 */
export function heapOf(
  limit: string | number | undefined,
): { readonly heap: number; readonly young: number } | undefined {
  const size = limit === undefined ? undefined : parseQuantity(limit);
  if (!size) return undefined;
  const heap = Math.max(256, Math.floor(size / 2 / 2 ** 20));
  return { heap, young: Math.floor(heap / 2) };
}
