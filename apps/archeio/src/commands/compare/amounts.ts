/** Requests, and what they fetch. Sums of weights, so not always whole numbers. */
export interface Amount {
  requests: number;
  bytes: number;
  /** Requests that fetch a blob of unknown size. */
  unknownSizes: number;
}

export function noAmount(): Amount {
  return { requests: 0, bytes: 0, unknownSizes: 0 };
}

export function addAmount(to: Amount, { requests, bytes, unknownSizes }: Readonly<Amount>): void {
  to.requests += requests;
  to.bytes += bytes;
  to.unknownSizes += unknownSizes;
}

/** What requests cost under one configuration. */
export interface Cost {
  usd: number;
  /** Bytes from backends without a price. */
  unpricedBytes: number;
}

export function noCost(): Cost {
  return { usd: 0, unpricedBytes: 0 };
}

export function addCost(to: Cost, { usd, unpricedBytes }: Readonly<Cost>): void {
  to.usd += usd;
  to.unpricedBytes += unpricedBytes;
}
