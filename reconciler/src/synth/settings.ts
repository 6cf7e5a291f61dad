import { isAbsolute } from 'node:path';
import type { OperatorProps } from './props.js';

/** What `OperatorProps` come to once checked. */
export interface Settings extends OperatorProps {
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly ha: boolean;
  /** Of every object. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of the pods: never changes, a Deployment's selector can't. */
  readonly selector: Readonly<Record<string, string>>;
}

/**
 * @param id the name unless `props` has one
 * @param chartNamespace the namespace unless it is undefined: then the operator has one of its own, named as itself
 * @throws Error saying which property can't be, and what it should be
 */
export function resolveSettings(props: OperatorProps, id: string, chartNamespace?: string): Settings {
  const { name = id, ha = true, replicas = ha ? 2 : 1 } = props;
  // 40 leaves room for the suffixes of a pod's name, and of a namespace's.
  check(
    isLabel(name) && name.length <= 40,
    `name "${name}": expected a DNS label of at most 40 characters, such as webserver-operator`,
  );
  check(Number.isInteger(replicas) && replicas >= 0, `replicas ${replicas}: expected a whole number`);
  check(ha || replicas <= 1, `replicas ${replicas} without ha: they would all write, expected 1 or ha: true`);
  check(props.controllers.length > 0, 'controllers is empty: expected at least one');
  check(props.image ?? props.entry, 'entry is missing: expected the path of the file that calls run(), or an image');
  check(
    !props.entry || isAbsolute(props.entry),
    `entry ${props.entry}: expected an absolute path, such as path.join(__dirname, 'operator.ts')`,
  );
  check(props.watchNamespaces?.length !== 0, 'watchNamespaces is empty: leave it out to watch all namespaces');
  for (const namespace of props.watchNamespaces ?? []) {
    check(isLabel(namespace), `watchNamespaces: "${namespace}" is no name of a namespace, expected a DNS label`);
  }
  const selector = { 'app.kubernetes.io/name': name };
  return {
    ...props,
    name,
    ha,
    replicas,
    namespace: chartNamespace ?? name,
    selector,
    labels: { ...selector, 'app.kubernetes.io/component': 'operator' },
  };
}

function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Operator: ${message}`);
}

function isLabel(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}
