const units: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * What a Kubernetes quantity amounts to: `500m` is 0.5, `1Gi` is 1073741824. Undefined for what is no quantity
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
 */
export function parseQuantity(quantity: string | number): number | undefined {
  const [, number, unit = '-'] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(String(quantity)) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return factor === undefined ? undefined : Number(number) * factor;
}

/** An amount of a resource, rounded up to what people write: CPUs to `m`, bytes to `Mi`, others to whole ones. */
export function formatQuantity(resource: string, amount: number): string {
  // What a sum of decimal fractions has too much is no reason to round up.
  const up = (number: number) => Math.ceil(Number(number.toFixed(6)));
  if (resource.endsWith('cpu')) return `${up(amount * 1000)}m`;
  return /(memory|storage)$/.test(resource) ? `${up(amount / 2 ** 20)}Mi` : `${up(amount)}`;
}
