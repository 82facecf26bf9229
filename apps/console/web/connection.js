import { append, beginHistory, changesOf, stepBetween } from './history.js';

/** Milliseconds. The server sends something at least every 15 s. */
const [POLL, SILENCE, PATIENCE, RETRY_EVENTS] = [5000, 25_000, 8000, 30_000];

async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(PATIENCE), cache: 'no-store' });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** What is known of the server: by events if it sends them, otherwise by asking for its status. */
export class Connection {
  /** Replaced, never changed. */
  state = { status: undefined, history: undefined, seenAt: 0, lost: false, startedAt: Date.now() };
  #changed;
  #events;
  #heardAt = 0;
  #previous;
  #triedEventsAt = 0;
  #needsHistory = true;

  /** @param changed is called after each change of `state` */
  constructor(changed) {
    this.#changed = changed;
  }

  start() {
    void this.#turn();
    setInterval(() => void this.#turn(), POLL);
    globalThis.addEventListener('online', () => void this.#turn());
  }

  #set(change) {
    this.state = { ...this.state, ...change };
    this.#changed(this.state);
  }

  #seen(change) {
    this.#heardAt = performance.now();
    this.#set({ ...change, seenAt: Date.now(), lost: false });
  }

  async #turn() {
    if (
      this.#events !== undefined &&
      performance.now() - this.#heardAt < SILENCE &&
      !this.state.lost
    )
      return;
    try {
      if (this.#needsHistory) await this.#readHistory();
      const status = await ask('api/status');
      if (status === undefined) throw new Error('there is no status');
      this.#status(status);
      if (this.state.history?.isLocal) return;
      const now = performance.now();
      if (this.#events?.readyState === EventSource.CLOSED || now - this.#heardAt > SILENCE)
        this.#close();
      if (
        this.#events === undefined &&
        (this.#triedEventsAt === 0 || now - this.#triedEventsAt > RETRY_EVENTS)
      )
        this.#listen();
      else if (this.#events === undefined) await this.#readHistory();
    } catch {
      this.#lose();
    }
  }

  #lose() {
    // What is missed meanwhile is read when the server answers again.
    this.#needsHistory = true;
    if (!this.state.lost) this.#set({ lost: true });
  }

  async #readHistory() {
    const history = await ask('api/history?range=hour');
    this.#needsHistory = false;
    if (history !== undefined) this.#seen({ history });
    else if (this.state.history === undefined || !this.state.history.isLocal)
      this.#seen({ history: beginHistory(Date.now(), POLL) });
  }

  #close() {
    this.#events?.close();
    this.#events = undefined;
  }

  #listen() {
    this.#triedEventsAt = performance.now();
    const events = new EventSource('api/events');
    this.#events = events;
    events.addEventListener('open', () => {
      if (this.#needsHistory) void this.#readHistory().catch(() => this.#lose());
    });
    events.addEventListener('status', ({ data }) => this.#status(JSON.parse(data)));
    events.addEventListener('step', ({ data }) => {
      if (this.state.history !== undefined)
        this.#seen({ history: append(this.state.history, JSON.parse(data)) });
    });
    events.addEventListener('error', () => {
      // Without events, the status is still asked for; without a server, that says so.
      if (events.readyState === EventSource.CLOSED) this.#close();
      this.#needsHistory = true;
      this.#heardAt = -SILENCE;
      void this.#turn();
    });
  }

  #status(status) {
    const { history } = this.state;
    const now = Date.now();
    const before = this.#previous;
    this.#previous = { status, now };
    if (!history?.isLocal) return this.#seen({ status });
    const isSame = before !== undefined && before.status.pid === status.pid;
    const ahead = isSame ? Math.max(1, Math.round((now - history.untilMs) / POLL)) : 0;
    const untilMs = history.untilMs + ahead * POLL;
    const next = isSame
      ? append(history, stepBetween(before.status, status, now - before.now, untilMs, POLL))
      : history;
    this.#seen({ status, history: { ...next, changes: changesOf(status) } });
  }
}
