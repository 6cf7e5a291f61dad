import type { Connection } from '../client/connection.js';
import type { LeaseOptions } from '../election/lease.js';

/** Settings of the second thread at its start. */
export interface Start {
  readonly connection: Omit<Connection, 'credentials' | 'server' | 'proxy'> & {
    readonly server: string;
    readonly proxy: string | undefined;
  };
  readonly userAgent: string;
  readonly lease: LeaseOptions | undefined;
  readonly port: number;
}

/** A line for the log. */
export interface Warning {
  readonly message: string;
  readonly error: { readonly name: string; readonly message: string };
}

/** As Prometheus reads them. */
export interface Metrics {
  readonly text: string;
  readonly contentType: string;
}
