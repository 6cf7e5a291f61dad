import type { Stored } from 'cdk8s-reconciler';
import type { Pod, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { PasswordName, ServerFacts } from '../server/client.js';
import type { ObservedItem } from './observed-item.js';

/** The claim of a server. */
export interface ObservedClaim {
  readonly name: string;
  /** Requested size, such as `10Gi`. */
  readonly requested: string;
  /** Size of its volume; 0 while it has none. */
  readonly capacity: string;
  /** Whether its volume is one that is there, or is filled from a snapshot or another claim. */
  readonly filled?: boolean;
  /** Its own words while it is being resized. */
  readonly waitsFor?: string;
  /** The last refusal of an expansion. */
  readonly refused?: Refusal;
  readonly uid?: string;
  /** What its data is. Absent where that was never written down. */
  readonly mark?: DataMark;
  /** Whether a human lets this Nacos use it, whatever is in it. */
  readonly consented?: boolean;
  /** Whether it goes when the Nacos is deleted. */
  readonly owned?: boolean;
  /** Whether it is being deleted: it goes once no pod uses it, and its finalizers let it. */
  readonly ending?: boolean;
}

/** What the data in a claim is. */
export interface DataMark {
  /**
   * The same in all claims that share data: uid of the claim in which it began. New data, also of the same
   * Nacos, has another: to Raft the entries of two logs are the same where index and term are (measured on 2.3.2).
   */
  readonly origin: string;
  readonly type: 'standalone' | 'cluster';
  readonly database: 'embedded' | 'mysql';
  /** Number of servers that shared it last: Raft has no voters beyond them. */
  readonly members: number;
  /** Version that all servers had reached. Absent before any has answered. */
  readonly version?: string;
  /** Domain of the members' names. */
  readonly domain?: string;
}

/** Why a claim was not expanded; kept in an annotation of the claim. */
export interface Refusal {
  /** The size that was refused. */
  readonly size: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

export interface ObservedVolumes {
  readonly claims: readonly ObservedClaim[];
}

/** A server's pod, and what the server in it says. */
export interface ObservedMember {
  readonly pod: string;
  /** Number of the pod, from 0. */
  readonly ordinal: number;
  readonly ready: boolean;
  /** Whether the StatefulSet has another pod template by now. */
  readonly outdated?: boolean;
  /** Whether it cannot run: no node, no image, or it ends again and again. Nothing is lost with such a pod. */
  readonly halted?: boolean;
  /** Whether its data is in the pod, and gone with it. */
  readonly volatile?: boolean;
  /** Whether its pod was made without a volume claim. */
  readonly claimless?: boolean;
  /** Whether it deletes its Raft data before it stops, as a pod of the official operator does. */
  readonly wipes?: boolean;
  /** Whether its list of members is in its environment, and follows no change: another operator has made it. */
  readonly fixedList?: boolean;
  /** Whether it is being deleted. */
  readonly terminating?: boolean;
  /** Whether its StatefulSet was deleted without it, so that the next one adopts it. */
  readonly orphan?: boolean;
  /** Whether it has the label of members that get client traffic. */
  readonly traffic?: boolean;
  /** Whether it lacks that label: it was made by the official operator. */
  readonly unlabelled?: boolean;
  /** When the pod was made, in milliseconds since 1970: from then on it has its address. */
  readonly created?: number;
  /** When its server was last started. Absent while it does not run. */
  readonly since?: number;
  /** Servers that ran when it last compared its configurations with the database, as `runningServers` writes them. */
  readonly refreshed?: string;
  /** Milliseconds for which it was seen UP without a leader of a group that has one, see `Deafness`. */
  readonly deafFor?: number;
  /** Restarts of the server in this pod. */
  readonly restarts?: number;
  /** Number of members in the list when its kubelet was last made to look at it. */
  readonly notified?: number;
  /** Ports on which its server listens. Absent where that is not known. */
  readonly ports?: readonly number[];
  /** Version that the pod was made for. Absent where neither annotation nor image names one. */
  readonly version?: string;
  /** Revision of the Secrets that the pod was made with, if it names one. */
  readonly secretsRevision?: string;
  /** Absent while there is no server to ask: no address yet, or the pod is being deleted. */
  readonly server?: ServerFacts;
}

/** A pod with the name of a server that is none of its StatefulSet's. */
export interface ObservedObstacle {
  readonly pod: string;
  /** Labels by which it would be, such as `app=prod`. */
  readonly lacks: readonly string[];
  /** Its controller, if it is another. */
  readonly owner?: string;
}

/** What is known where another operator has made the children, or still has pods. */
export interface ObservedAdoption {
  /** Whether the StatefulSet is still as it made it. */
  readonly foreign: boolean;
  /** Field manager that has written the status beside this operator, and not long ago. */
  readonly rival?: string;
  /** Whether this operator has watched for so long that a rival would have answered. */
  readonly looked: boolean;
}

/** What one look found, in the caches and outside. Holds passwords: never to be logged or put into a status. */
export interface Observed {
  /** Time of the look, in milliseconds since 1970: what follows from it has no clock of its own. */
  readonly at: number;
  readonly members: readonly ObservedMember[];
  /** The live StatefulSet with the name of the instance's, whatever owns it. */
  readonly statefulSet?: Stored<StatefulSet>;
  /** A pod of servers whose StatefulSet is gone, see `templateThatRuns`. */
  readonly orphan?: Stored<Pod>;
  /** What keeps the StatefulSet from making pods. @default nothing */
  readonly inTheWay?: readonly ObservedObstacle[];
  /** Lines in the live list of members. Absent where there is no list, as after the official operator. */
  readonly listed?: number;
  /** The live Service for clients, whatever owns it. */
  readonly clientService?: Stored<Service>;
  readonly volumes: ObservedVolumes;
  /** Absent where all is this operator's own. */
  readonly adoption?: ObservedAdoption;
  /** The Secret with identity and administrator's password. Absent if there is no such Secret, or none is needed. */
  readonly credentials?: ObservedCredentials;
  /** Absent where no password is needed, and while no server says which it takes. */
  readonly login?: ObservedLogin;
  readonly secrets: ObservedSecrets;
  /** Whether clients must log in to the servers that run; absent where there are none, or it is not known. */
  readonly clientsLogIn?: boolean;
  /** Absent where the spec has no initial data, and while there is no server to look at. */
  readonly data?: ObservedData;
  /** Configurations in the namespace `public`. Absent where nothing goes by their number. */
  readonly publicConfigurations?: ObservedConfigurations;
}

/** How many configurations there are, or why that is not known. */
export type ObservedConfigurations =
  | { readonly known: true; readonly count: number }
  | { readonly known: false; readonly reason: string };

export interface ObservedCredentials {
  /** Keys whose values are printed in documents, so that others know them. @default none */
  readonly known?: readonly string[];
  /** Keys that are missing. */
  readonly missing: readonly string[];
  /** Values that no server can use, in words. */
  readonly unusable: readonly string[];
  readonly administratorPassword?: string;
  /** The last password that the servers were seen to take. */
  readonly currentAdministratorPassword?: string;
}

/** What a server said of the passwords in the Secrets. */
export interface ObservedLogin {
  readonly pod: string;
  /**
   * That of the key administratorPassword, that of currentAdministratorPassword, or the one with which servers before
   * 2.4 begin; the first of them that the server takes.
   */
  readonly takes: PasswordName | 'none';
}

/** What servers take from Secrets. */
export interface ObservedSecrets {
  /** Changes with the values, see `secretsRevision`. Absent while it is not known. */
  readonly revision?: string;
  /** The same of the identity alone. */
  readonly identity?: string;
  /** Whether the own Secret lacks the key that revisions are made with. */
  readonly keyMissing?: boolean;
  /** Whether the own Secret takes no other keys or values: hands have made it so. */
  readonly immutable?: boolean;
  /** Whether the own Secret lacks its mark, as one that was made by hand, or would not live as long as the data. */
  readonly unmarked?: boolean;
  /** Secrets and keys that servers need and that are not there, such as `key token of Secret mine`. */
  readonly missing: readonly string[];
}

/** What a server has of the initial data, or why that is not known. */
export type ObservedData =
  | {
      readonly found: true;
      /** Pod of the server that was asked. */
      readonly pod: string;
      readonly items: readonly ObservedItem[];
    }
  | { readonly found: false; readonly reason: string };
