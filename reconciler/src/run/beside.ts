import type { Lease } from 'kubernetes-types/coordination/v1.js';
import type { Client } from '../client/client.js';
import { listAll } from '../client/list-all.js';
import type { Controller } from '../controller.js';
import { environment } from '../environment.js';
import { type Kind, kind } from '../kind.js';
import { roleName } from '../role-name.js';

const leases = kind<Lease>('coordination.k8s.io/v1', 'Lease');
const roles: readonly Kind[] = [
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole', { namespaced: false }),
  kind('rbac.authorization.k8s.io/v1', 'Role'),
];

/**
 * The Leases that are held by operators of the same objects, as `Operator` deploys them, such as
 * `nacos-operator/nacos-operator, held by nacos-operator-7d4f`. None where their roles or Leases may not be read.
 *
 * @param now milliseconds since 1970
 */
export async function operatorsBeside(
  controllers: readonly Controller[],
  client: Client,
  now: number,
): Promise<string[]> {
  try {
    const { items } = await listAll(client, leases);
    const held = items.filter((lease) => isHeld(lease, now));
    const found = await Promise.all(
      held.map(async ({ metadata: { name, namespace }, spec }) => {
        const uses = await Promise.all(controllers.map((one) => hasRole(roleName(name, one.resource), client)));
        return uses.includes(true) ? [`${namespace}/${name}, held by ${spec?.holderIdentity}`] : [];
      }),
    );
    return found.flat();
  } catch {
    return [];
  }
}

/** @throws Error if another operator is at work */
export async function refuseBeside(controllers: readonly Controller[], client: Client): Promise<void> {
  const [other] = await operatorsBeside(controllers, client, Date.now());
  if (!other) return;
  throw new Error(
    `another operator is at work on the same objects (Lease ${other}): scale its Deployment to 0 first, or set ${environment.besideOperator}=true to run beside it`,
  );
}

/** By a clock that may differ by some minutes from that of the holder. */
function isHeld({ spec }: Lease, now: number): boolean {
  return Boolean(spec?.holderIdentity) && now - Date.parse(spec?.renewTime ?? '') < 300_000;
}

async function hasRole(name: string, client: Client): Promise<boolean> {
  const fieldSelector = `metadata.name=${name}`;
  const found = await Promise.all(roles.map((role) => listAll(client, role, { fieldSelector })));
  return found.some(({ items }) => items.length > 0);
}
