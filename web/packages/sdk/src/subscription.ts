// What a subscription tells, one notification after the other:
//
//   for await (const { height, items } of subscription) { ... }
//
// It ends with an error when the node ends it, when the connection breaks, or when the reader is
// too slow; `nextHeight` is what `from_height` of a new one has to be so that nothing is missed. A
// height that was told in part (`more`) is told again from its beginning.
import { GenerionError } from "./error.ts";

const kQueueMax = 10_000; // notifications that wait for their reader

export interface Notification {
  readonly subscription: number;
  readonly height: number;
  readonly block_hash: string;
  readonly time_ms: number;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly more?: boolean; // the height's other items follow
}

export class Subscription implements AsyncIterable<Notification> {
  readonly #queue: Notification[] = [];
  readonly #cancel: () => Promise<void>;
  #waiting: (() => void) | undefined;
  #error: GenerionError | undefined;
  #cancelled = false;

  // `cancel` tells the node; `nextHeight` is undefined until the node has told where it begins.
  constructor(
    readonly id: number,
    cancel: () => Promise<void>,
    public nextHeight?: number | undefined,
  ) {
    this.#cancel = cancel;
  }

  // For the transport.
  push(params: Record<string, unknown>): void {
    if (this.#error !== undefined || this.#cancelled) return;
    if (this.#queue.length === kQueueMax) {
      void this.#cancel().catch(() => undefined); // the subscription ends either way
      this.end(
        new GenerionError(
          "OVERLOADED",
          `${kQueueMax} notifications wait: the reader is too slow; resume from nextHeight`,
        ),
      );
      return;
    }
    this.#queue.push(params as unknown as Notification);
    this.#wake();
  }

  // For the transport.
  end(error: GenerionError): void {
    this.#error ??= error;
    this.#wake();
  }

  // No more notifications; a running loop ends.
  async unsubscribe(): Promise<void> {
    if (this.#cancelled || this.#error !== undefined) return;
    this.#cancelled = true;
    this.#wake();
    await this.#cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Notification> {
    try {
      for (;;) {
        const next = this.#queue.shift();
        if (next !== undefined) {
          yield next;
          this.nextHeight = next.more === true ? next.height : next.height + 1;
        } else if (this.#cancelled) {
          return;
        } else if (this.#error !== undefined) {
          throw this.#error;
        } else {
          await new Promise<void>((resolve) => {
            this.#waiting = resolve;
          });
        }
      }
    } finally {
      await this.unsubscribe();
    }
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
