import { Outbox, READ_AT_ONCE, type Worth } from './outbox.ts';

/** What both ends say of the channel itself; `count` is how many messages of the other side they have read. */
export interface Upkeep {
  /** `ping` asks for a sign of life, `pong` is one. */
  readonly kind: 'read' | 'ping' | 'pong';
  readonly count: number;
}

/** One end of the channel between a supervisor and a worker: messages out, and how many have been read each way. */
export class Channel<Out> {
  readonly #send: (message: Out | Upkeep) => void;
  readonly #outbox: Outbox<Out>;
  readonly #onPong: () => void;
  #read = 0;

  /**
   * @param send must not throw, whether the other side is still there or not
   * @param onPong is called when the other side answers `ping`
   */
  constructor(
    send: (message: Out | Upkeep) => void,
    worthOf: (message: Out) => Worth,
    onPong: () => void = () => undefined,
  ) {
    this.#send = send;
    this.#outbox = new Outbox(send, worthOf);
    this.#onPong = onPong;
  }

  /** How many messages have been dropped because the other side did not read. */
  get dropped(): number {
    return this.#outbox.dropped;
  }

  post(message: Out): void {
    this.#outbox.post(message);
  }

  /** Asks for a sign of life, before anything that waits to be sent. */
  ping(): void {
    this.#send({ kind: 'ping', count: this.#read });
  }

  /** Has read a message: gives it back, unless it was one of the channel itself. */
  receive<In extends { readonly kind: string }>(message: In | Upkeep): In | undefined {
    if (isUpkeep(message)) {
      this.#outbox.read(message.count);
      if (message.kind === 'ping') this.#send({ kind: 'pong', count: this.#read });
      else if (message.kind === 'pong') this.#onPong();
      return undefined;
    }
    this.#read++;
    if (this.#read % READ_AT_ONCE === 0) this.#send({ kind: 'read', count: this.#read });
    return message;
  }
}

function isUpkeep(message: { readonly kind: string }): message is Upkeep {
  return message.kind === 'read' || message.kind === 'ping' || message.kind === 'pong';
}
