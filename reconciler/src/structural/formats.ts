import { isIPv4, isIPv6 } from 'node:net';

const name = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const matching = (pattern: RegExp) => (value: string) => pattern.test(value);
const dateTime = matching(/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/);

/**
 * The formats by which the API server judges values (k8s.io/kube-openapi: pkg/validation/strfmt, 2026-03), as far as
 * people use them; what is not here, only the API server judges.
 */
export const formats: Readonly<Record<string, (value: string) => boolean>> = {
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: (value) => {
    const [address = '', bits = ''] = value.split('/');
    return /^\d+$/.test(bits) && ((isIPv4(address) && +bits <= 32) || (isIPv6(address) && +bits <= 128));
  },
  mac: matching(/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i),
  uuid: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  date: matching(/^\d{4}-\d\d-\d\d$/),
  'date-time': dateTime,
  datetime: dateTime,
  // Of Go, or with words: "5m30s", "3 days".
  duration: matching(
    /^[+-]?(\d+(\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|w|nanos?|micros?|millis?|seconds?|minutes?|hours?|days?|weeks?)/,
  ),
  byte: matching(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  email: matching(/^[^\s@]+@[^\s@]+$/),
  hostname: matching(new RegExp(`^${name}(\\.${name})*$`, 'i')),
  uri: URL.canParse,
  'k8s-short-name': matching(new RegExp(`^${name}$`)),
  'k8s-long-name': matching(new RegExp(`^${name}(\\.${name})*$`)),
};
