/**
 * An address of loopback that no other process tests with: the port of a server is always 8848, and several runs may
 * share a machine.
 *
 * @param which 1, 2 or 3, for as many as a process needs at once
 */
export function loopbackAddress(which: 1 | 2 | 3): string {
  // A process has 22 bits, an address of loopback 24.
  const number = which * 2 ** 22 + process.pid;
  return `127.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
