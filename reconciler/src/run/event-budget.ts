/** What client-go allows per object (tools/record/events_cache.go): 25 at once, then one every five minutes. */
const burst = 25;
const refill = 5 * 60_000;
const mostRemembered = 4096;

/** How many events are left to each object, by what they are about. */
export class EventBudget {
  private readonly accounts = new Map<string, { readonly left: number; readonly since: number }>();

  /** @returns false if there is none left */
  spend(account: string, now: number): boolean {
    const { left, since } = this.accounts.get(account) ?? { left: burst, since: now };
    const available = Math.min(burst, left + (now - since) / refill);
    if (available < 1) return false;
    this.accounts.delete(account);
    this.accounts.set(account, { left: available - 1, since: now });
    const [oldest] = this.accounts.keys();
    if (this.accounts.size > mostRemembered && oldest) this.accounts.delete(oldest);
    return true;
  }
}
