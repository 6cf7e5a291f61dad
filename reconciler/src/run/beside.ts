import type { Lease } from 'kubernetes-types/coordination/v1.js';
import type { ClusterRoleBinding, RoleBinding } from 'kubernetes-types/rbac/v1.js';
import type { Client } from '../client/client.js';
import { listAll } from '../client/list-all.js';
import type { Controller } from '../controller.js';
import { environment } from '../environment.js';
import { type Kind, kind } from '../kind.js';
import { roleName } from '../role-name.js';

const leases = kind<Lease>('coordination.k8s.io/v1', 'Lease');
const bindings: readonly Kind<RoleBinding | ClusterRoleBinding>[] = [
  kind<ClusterRoleBinding>('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', { namespaced: false }),
  kind<RoleBinding>('rbac.authorization.k8s.io/v1', 'RoleBinding'),
];

/**
 * The Leases that are held by operators of the same objects, as `Operator` deploys them, such as
 * `nacos-operator/nacos-operator, held by nacos-operator-7d4f`: its ServiceAccount, beside the Lease, is bound to the
 * role of such objects. None where bindings or Leases may not be read.
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
        const uses = await Promise.all(
          controllers.map((one) => isBound(namespace, roleName(name, one.resource), client)),
        );
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

/** Whether a ServiceAccount of the namespace has the role. An operator of the same name elsewhere is another one. */
async function isBound(namespace: string | undefined, role: string, client: Client): Promise<boolean> {
  const fieldSelector = `metadata.name=${role}`;
  const found = await Promise.all(bindings.map((binding) => listAll(client, binding, { fieldSelector })));
  const subjects = found.flatMap(({ items }) => items.flatMap((binding) => binding.subjects ?? []));
  return subjects.some((subject) => subject.namespace === namespace);
}
