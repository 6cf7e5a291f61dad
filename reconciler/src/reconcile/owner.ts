import type { Stored } from '../object.js';
import type { CustomResource } from '../resource.js';

/** An object of the controller's resource, as the cache has it: the owner of its children. */
export type Owner = Stored<CustomResource<unknown, unknown>>;
