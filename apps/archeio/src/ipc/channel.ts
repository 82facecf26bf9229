import { Outbox, READ_AT_ONCE, type Worth } from './outbox.ts';

/** Control messages of the channel; `count` is the number of messages read from the other side. */
export interface Upkeep {
  /** `ping` asks for a sign of life, and `pong` answers it. */
  readonly kind: 'read' | 'ping' | 'pong';
  readonly count: number;
}

/** One end of the channel between a supervisor and a worker: sends messages and counts those read in each direction. */
export class Channel<Out> {
  readonly #send: (message: Out | Upkeep) => void;
  readonly #outbox: Outbox<Out>;
  readonly #onPong: () => void;
  #read = 0;

  /**
   * @param send must not throw, even if the other side is gone
   * @param onPong called when the other side answers `ping`
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

  /** Number of messages dropped because the other side did not read. */
  get dropped(): number {
    return this.#outbox.dropped;
  }

  post(message: Out): void {
    this.#outbox.post(message);
  }

  /** Asks for a sign of life, ahead of waiting messages. */
  ping(): void {
    this.#send({ kind: 'ping', count: this.#read });
  }

  /** Counts a received message and returns it, unless it is a control message. */
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
