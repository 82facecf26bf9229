/**
 * What signals ask of a server: SIGHUP a reload, SIGTERM or SIGINT the stop, a second one of these that skips the delay of the stop.
 * Signals during the start are kept until they can be handled; several SIGHUPs are then one reload.
 */
export class ServerSignals {
  readonly #stop = Promise.withResolvers<NodeJS.Signals>();
  /** Resolves with the first signal that requests the stop. */
  readonly stop = this.#stop.promise;
  /** Whether the stop has been requested. */
  stopping = false;
  #reload: (() => void) | undefined;
  #reloadWanted = false;
  #secondStop: (() => void) | undefined;
  #stoppedTwice = false;

  receive(signal: NodeJS.Signals): void {
    if (signal === 'SIGHUP') this.#hangUp();
    else if (!this.stopping) {
      this.stopping = true;
      this.#stop.resolve(signal);
    } else {
      this.#stoppedTwice = true;
      this.#secondStop?.();
    }
  }

  /** Enables reloads. */
  onReload(reload: () => void): void {
    this.#reload = reload;
    if (this.#reloadWanted) this.#hangUp();
  }

  /** Calls back for every signal after the first that asks for the stop, those that have arrived included. */
  onSecondStop(act: () => void): void {
    this.#secondStop = act;
    if (this.#stoppedTwice) act();
  }

  #hangUp(): void {
    this.#reloadWanted = true;
    // A stopping server does not load another configuration.
    if (!this.stopping) this.#reload?.();
  }
}
