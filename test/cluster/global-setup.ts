import type { TestProject } from 'vitest/node';
import { ControlPlane, type ControlPlaneAddress } from './control-plane.js';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly controlPlane: ControlPlaneAddress;
  }
}

let controlPlane: ControlPlane | undefined;

/** One control plane for all test files; fixture.ts gives each a namespace and nodes of its own. */
export async function setup({ provide }: TestProject): Promise<void> {
  controlPlane = await ControlPlane.start({ audit: true });
  provide('controlPlane', controlPlane.at);
}

export async function teardown(): Promise<void> {
  await controlPlane?.stop();
}
