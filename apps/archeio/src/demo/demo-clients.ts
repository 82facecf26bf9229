/** A client, told apart by its address in X-Forwarded-For. */
export interface DemoClient {
  /** Cloud and region of the address, by the ranges that the cloud publishes. */
  readonly place: string;
  readonly address: string;
  readonly architecture: 'amd64' | 'arm64';
  /** Whether the near store is near to it. */
  readonly isNear: boolean;
}

export const CLIENTS: readonly DemoClient[] = [
  { place: 'AWS eu-west-3', address: '35.180.1.1', architecture: 'amd64', isNear: true },
  { place: 'GCP europe-west1', address: '34.76.0.1', architecture: 'amd64', isNear: false },
  { place: 'AWS us-east-2', address: '3.128.0.1', architecture: 'amd64', isNear: false },
  { place: 'AWS eu-west-1', address: '52.16.0.1', architecture: 'arm64', isNear: true },
  { place: 'Azure westeurope', address: '13.80.0.1', architecture: 'arm64', isNear: false },
  { place: 'GCP asia-northeast1', address: '34.84.0.1', architecture: 'arm64', isNear: false },
];
