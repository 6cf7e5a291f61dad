/** Something about Secrets that servers cannot start with. */
export interface CredentialProblem {
  readonly reason: string;
  readonly message: string;
}
