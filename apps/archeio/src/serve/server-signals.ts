/**
 * What signals ask of a server: SIGHUP a reload, SIGTERM or SIGINT the stop, a second one of these that the stop hurries.
 * Those that come during the start are kept until they can be acted on; several SIGHUPs are one reload then.
 */
export class ServerSignals {
  readonly #stop = Promise.withResolvers<NodeJS.Signals>();
  #stopping = false;
  #reload: (() => void) | undefined;
  #reloadWanted = false;
  #hurry: (() => void) | undefined;
  #hurried = false;

  /** Resolves with the first signal that asks for the stop. */
  get stop(): Promise<NodeJS.Signals> {
    return this.#stop.promise;
  }

  /** Whether the stop has been asked for. */
  get stopping(): boolean {
    return this.#stopping;
  }

  receive(signal: NodeJS.Signals): void {
    if (signal === 'SIGHUP') this.#hangUp();
    else if (!this.#stopping) {
      this.#stopping = true;
      this.#stop.resolve(signal);
    } else {
      this.#hurried = true;
      this.#hurry?.();
    }
  }

  /** Reloads can be done from now on. */
  onReload(reload: () => void): void {
    this.#reload = reload;
    if (this.#reloadWanted) this.#hangUp();
  }

  /** The stop can be hurried from now on. */
  onHurry(hurry: () => void): void {
    this.#hurry = hurry;
    if (this.#hurried) hurry();
  }

  #hangUp(): void {
    this.#reloadWanted = true;
    // Who stops serves no other configuration any more.
    if (!this.#stopping) this.#reload?.();
  }
}
