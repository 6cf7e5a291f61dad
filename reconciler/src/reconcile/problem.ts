import { ApiError, ConnectionError, NoAnswerError } from '../client/api-error.js';
import type { Controller } from '../controller.js';
import { RivalError, TerminalError } from '../errors.js';
import { describeObject, type Stored } from '../object.js';
import { wordsOf } from '../words.js';
import type { Problem } from './conditions.js';
import { adoptAnnotation, controllerOf } from './ownership.js';

/** An object with another owner, or none, has the name of a desired child. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/** This replica is no longer the leader, or not yet again. */
export class NotLeaderError extends Error {
  override readonly name = 'NotLeaderError';
}

/** The definition of a kind lacks fields, so that its objects come without them. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

/** An object is being deleted, or gone, which its watch has not shown yet. */
export class OwnerGoesError extends Error {
  override readonly name = 'OwnerGoesError';

  constructor(owner: string) {
    super(`${owner} is being deleted: nothing is created for it, and what it leaves behind is not taken back`);
  }
}

/** Why what a reconciliation waits for outside the cluster is broken off: the process is about to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** A namespace is being deleted, and so nothing can be created in it. */
export class NamespaceEndingError extends Error {
  override readonly name = 'NamespaceEndingError';

  constructor(namespace: string | undefined) {
    super(`waits for namespace ${namespace}, which is being deleted, to be gone`);
  }
}

/**
 * Whether the API server refuses what is created because its namespace is being deleted (apiserver:
 * plugin/namespace/lifecycle).
 */
export function refusesForNamespace(error: unknown): boolean {
  return error instanceof ApiError && error.causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

export function isInterrupted({ reason }: AbortSignal): boolean {
  return reason instanceof InterruptedError;
}

/**
 * An error as a condition, or undefined for what says nothing about the object: a connection, a leadership, or a
 * definition by which its status must not be written. That one request got no answer may be for a webhook that hangs.
 *
 * @param during what was tried, such as `Service shop/web`
 * @param reason of errors that have none of their own
 */
export function problemOf(error: unknown, during: string, reason: string): Problem | undefined {
  const silent = [NotLeaderError, ConnectionError, DefinitionError, OwnerGoesError];
  if (!(error instanceof NoAnswerError) && silent.some((kind) => error instanceof kind)) return undefined;
  if (error instanceof TerminalError) return named(error.reason, error.message, reason, true);
  if (error instanceof RivalError) return { reason: 'Rival', message: error.message, final: true };
  if (error instanceof NameTakenError) return { reason: 'NameTaken', message: error.message, final: true };
  const message = `${during}: ${wordsOf(error)}`;
  if (!(error instanceof ApiError)) return { reason, message, final: /^(Render|Decide)Failed$/.test(reason) };
  return error.transient ? { reason, message, final: false } : named(error.reason, message, reason, true);
}

/** What the API server takes for the reason of a condition (apimachinery, meta/v1/types.go: Condition). */
const word = /^[A-Za-z]([A-Za-z0-9_,:]{0,1022}[A-Za-z0-9_])?$/;

/** A reason that is no word, such as a webhook's, goes in front of the message. */
function named(stated: unknown, message: string, otherwise: string, final: boolean): Problem {
  if (typeof stated === 'string' && word.test(stated)) return { reason: stated, message, final };
  return { reason: otherwise, message: stated ? `${wordsOf(stated)}: ${message}` : message, final };
}

/** Whether another attempt makes sense before anything changes. */
export function isRetriable(error: unknown): boolean {
  return !(error instanceof TerminalError);
}

export function nameTaken(controller: Controller, { metadata: { name } }: Stored, live: Stored): NameTakenError {
  const other = controllerOf(live);
  const whose = other ? `has another owner, ${other.kind} ${other.name}` : 'was made by others';
  const remedy = other
    ? ''
    : `; it is adopted, and becomes what is rendered, with the annotation ${adoptAnnotation(controller)}: ${name}`;
  return new NameTakenError(
    `${describeObject(live)} exists and ${whose}: delete or rename it, or give the resource another name${remedy}`,
  );
}
