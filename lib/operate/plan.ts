import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import type { Facts } from './facts.js';
import { administrator, administratorPassword } from './plan/administrator.js';
import { configurations } from './plan/configurations.js';
import { credentials } from './plan/credentials.js';
import { initialData } from './plan/initial-data.js';
import { membership } from './plan/membership.js';
import { reconnect } from './plan/reconnect.js';
import { rollout } from './plan/rollout.js';
import { volumes } from './plan/volumes.js';

/** Decides by what was seen whether an instance needs an effect of one sort. Pure. */
export type Planner<A extends { readonly type: string; readonly message: string }> = (
  instance: Instance,
  facts: Facts,
) => A | undefined;

/** In the order in which an instance needs them: the first that wants something gets it. */
const planners = [
  credentials,
  administrator,
  administratorPassword,
  volumes,
  // Before clients are led to it.
  configurations,
  membership,
  rollout,
  reconnect,
  initialData,
] as const;

/** An effect; one at a time. Carries no secret: it is reported as an event. `act` carries it out. */
export type NacosAction = NonNullable<ReturnType<(typeof planners)[number]>>;

/** The next effect that an instance needs, if any. Pure. */
export function plan(nacos: NacosObject, facts: Facts): NacosAction | undefined {
  const instance = resolve(nacos);
  for (const planner of planners) {
    const action = planner(instance, facts);
    if (action) return action;
  }
  return undefined;
}
