import { join } from 'node:path';
import { type Client, credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

type Answered<Response> = (error: ServiceError | null, response: Response) => void;
type Call<Response> = (
  request: { image: { image: string } },
  options: { deadline: number },
  answered: Answered<Response>,
) => void;
type ImageService = Client & {
  readonly PullImage: Call<{ image_ref: string }>;
  readonly RemoveImage: Call<object>;
};

/** How long a call may take, in milliseconds. */
const PATIENCE = 120_000;

const { runtime } = loadPackageDefinition(
  loadSync(join(import.meta.dirname, 'cri.proto'), { keepCase: true }),
) as unknown as {
  runtime: { v1: { ImageService: new (address: string, credentials: object) => ImageService } };
};

function call<Response>(
  socket: string,
  make: (service: ImageService) => Call<Response>,
  image: string,
): Promise<Response> {
  const service = new runtime.v1.ImageService(`unix://${socket}`, credentials.createInsecure());
  const options = { deadline: Date.now() + PATIENCE };
  return new Promise<Response>((resolve, reject) => {
    make(service).call(service, { image: { image } }, options, (error, response) => {
      if (error === null) resolve(response);
      else reject(new Error(error.details));
    });
  }).finally(() => service.close());
}

/**
 * Pulls an image as a kubelet does, by the runtime that listens on `socket`.
 *
 * @throws Error with the runtime's message if it fails
 */
export async function criPull(socket: string, image: string): Promise<string> {
  return (await call(socket, (service) => service.PullImage, image)).image_ref;
}

/** Removes an image and its content. */
export async function criRemove(socket: string, image: string): Promise<void> {
  await call(socket, (service) => service.RemoveImage, image);
}
