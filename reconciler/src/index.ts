export { inRegistry } from './image.js';
export {
  type Column,
  type CommonStatus,
  type Condition,
  type CustomResource,
  type ObjectOf,
  type Resource,
  type ResourceOptions,
  resource,
  type Scale,
} from './resource.js';
