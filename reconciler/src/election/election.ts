/** The part of a Lease's spec that election is about. */
export interface Claim {
  readonly holder: string;
  /** How long the holder may be silent. Seconds. */
  readonly durationSeconds: number;
  /** RFC 3339 with six digits of fraction: a Lease takes no others. */
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly transitions: number;
}

/** Milliseconds, and the defaults that client-go has. */
export const timing = {
  /** After so much silence of the holder another one takes over. */
  lease: 15_000,
  /** A holder that could not renew for so long stops. The difference to `lease` is for writes on their way. */
  renewDeadline: 10_000,
  retry: 2_000,
} as const;

/**
 * What is known of a Lease. Only the local clock counts, at moments when the record was seen to change: times in the
 * record are written by other clocks, which may go wrong.
 */
export interface Observation {
  readonly claim?: Claim;
  /** Changes with every write to the Lease. */
  readonly version?: string;
  /** When this version was first seen, by the local clock. */
  readonly seenAt: number;
}

/** The first observation is not old, however old the record says it is. */
export function observe(
  before: Observation | undefined,
  claim: Claim | undefined,
  version: string | undefined,
  now: number,
): Observation {
  return before && before.version === version ? before : { claim, version, seenAt: now };
}

/** What a replica should do about a Lease as it knows it. */
export function decide(
  { claim, seenAt }: Observation,
  self: string,
  now: number,
): 'create' | 'renew' | 'take' | 'wait' {
  if (!claim) return 'create';
  if (claim.holder === self) return 'renew';
  if (claim.holder === '') return 'take';
  // A shorter one, by hand or of another version, does not make a holder notice sooner.
  return now - seenAt > Math.max(claim.durationSeconds * 1000, timing.lease) ? 'take' : 'wait';
}

/** The claim that carries the decision out. */
export function claimFor(
  decision: 'create' | 'renew' | 'take',
  before: Claim | undefined,
  self: string,
  time: string,
): Claim {
  const renewed = { holder: self, durationSeconds: timing.lease / 1000, renewTime: time };
  if (decision === 'renew' && before) return { ...before, ...renewed };
  return { ...renewed, acquireTime: time, transitions: decision === 'create' ? 0 : (before?.transitions ?? 0) + 1 };
}

/** The claim that lets the next replica in at once. */
export function released(before: Claim, time: string): Claim {
  return { ...before, holder: '', durationSeconds: 1, acquireTime: time, renewTime: time };
}
