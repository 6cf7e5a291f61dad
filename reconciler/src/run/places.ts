/** Room for so many at a time. */
export class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Resolves when there is one: for what comes back to go on before all that is to begin. */
  take(again = false): Promise<void> | undefined {
    if (this.free > 0) return void this.free--;
    return new Promise((resolve) => {
      if (again) this.waiting.unshift(resolve);
      else this.waiting.push(resolve);
    });
  }

  give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}
