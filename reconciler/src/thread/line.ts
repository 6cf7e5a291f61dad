/** One end of what joins two threads, such as `parentPort` or a `Worker`. */
export interface Port {
  on(event: 'message', listener: (message: Message) => void): unknown;
  postMessage(message: Message): void;
}

interface Message {
  readonly id: number;
  /** Of a call: the name of the function. An answer has none. */
  readonly name?: string;
  /** The argument, or what came of it. Structured clones. */
  readonly value?: unknown;
  /** What was thrown, in words. */
  readonly error?: string;
}

/** What one side lets the other one call. */
export type Served = Readonly<Record<string, (argument: never) => unknown>>;

/** Calls between threads. */
export class Line {
  private readonly calls = new Map<number, (answer: Message) => void>();
  private count = 0;

  constructor(
    private readonly port: Port,
    private readonly served: Served,
  ) {
    port.on('message', (message) => {
      if (message.name !== undefined) void this.serve(message);
      else this.calls.get(message.id)?.(message);
    });
  }

  /** Calls a function of the other side. Rejects with what that throws, in words. */
  call<T>(name: string, value?: unknown): Promise<T> {
    const id = this.count++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, (answer) => {
        this.calls.delete(id);
        if (answer.error === undefined) resolve(answer.value as T);
        else reject(new Error(answer.error));
      });
      this.port.postMessage({ id, name, value });
    });
  }

  private async serve({ id, name = '', value }: Message): Promise<void> {
    try {
      this.port.postMessage({ id, value: await this.served[name]?.(value as never) });
    } catch (error) {
      this.port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  }
}
