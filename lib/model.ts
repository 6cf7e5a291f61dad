/**
 * `cdk8s-nacos/model`: what an instance is, for programs that show, check or change instances. It loads neither cdk8s
 * nor a server.
 *
 * @module
 */

export { planIn } from './forecast/in-cluster.js';
export { type ChildChange, type Plan, plan } from './forecast/plan.js';
export { clientServiceName } from './render/services.js';
export { Nacos, type NacosObject } from './resource/nacos.js';
export { labelsOf } from './resource/names.js';
export { type Problem, problemText } from './resource/problem.js';
export { defaultImage, resolve } from './resource/resolve.js';
export {
  configurationRules,
  consoleRules,
  objectRules,
  permissionRules,
  serviceRules,
  specRules,
  userRules,
} from './resource/rules.js';
export { type NacosSpec, spec } from './resource/spec.js';
export { status } from './resource/status.js';
export { ports, profileOf } from './server/profiles.js';
export { defaultVersion, formatVersion, knownVersions, parseVersion, versionOfImage } from './server/version.js';
