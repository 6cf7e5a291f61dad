import type { Size } from 'cdk8s';

/*
 * What cdk8s-plus takes, by its shape: an app may use any line of it (cdk8s-plus-28, cdk8s-plus-33, …): their types are
 * alike but not the same.
 */

/** A value that every line of cdk8s-plus takes as an `EnvValue`. */
export interface PlusEnvValue {
  readonly value: string;
}

/** A container that every line of cdk8s-plus takes as `ContainerProps`. */
export interface PlusContainer {
  readonly name: string;
  readonly image: string;
  readonly command: string[];
  readonly resources: {
    readonly cpu: { readonly request: PlusCpu; readonly limit: PlusCpu };
    readonly memory: { readonly request: Size; readonly limit: Size };
  };
  readonly securityContext: {
    readonly ensureNonRoot: boolean;
    readonly user: number;
    readonly group: number;
    readonly privileged: boolean;
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    /** `ALL`. Each line has an enum of its own, and only `never` is of all of them. */
    readonly capabilities: { readonly drop: never[] };
    /** `RuntimeDefault`, typed as above. */
    readonly seccompProfile: { readonly type: never };
  };
}

/** CPU as a Kubernetes quantity. */
export interface PlusCpu {
  amount: string;
}
