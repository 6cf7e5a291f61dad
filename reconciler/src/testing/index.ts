/**
 * `cdk8s-reconciler/testing`: what this package tests itself with, for the tests of your controllers.
 *
 * @module
 */

export type { Clock } from '../queue/clock.js';
export { FakeClock } from './fake-clock.js';
export { type Effect, type Fault, FaultyProxy, type InjectedFault, type ProxiedRequest } from './faulty-proxy.js';
