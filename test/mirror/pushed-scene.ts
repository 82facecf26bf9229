import { type PushedImage, pushImage } from './pushed-images.ts';
import { type Scene, startScene } from './scene.ts';

/** A scene whose registry has images. */
export interface PushedScene extends Scene {
  readonly images: readonly PushedImage[];
}

/** @param wanted repository, tag and, for a large layer, its bytes */
export async function startPushedScene(
  ...wanted: readonly (readonly [repository: string, tag: string, bigLayer?: number])[]
): Promise<PushedScene> {
  const scene = await startScene();
  const images: PushedImage[] = [];
  for (const [repository, tag, bigLayer] of wanted)
    images.push(await pushImage(scene.registry.host, scene.folder, repository, tag, bigLayer));
  return { ...scene, images };
}
