import type { PodTemplate } from './kubernetes-object.ts';

/** `512Mi` as Docker writes it. */
function size(quantity: string): string {
  return quantity.replace(/([KMG])i$/, (_, unit: string) => unit.toLowerCase());
}

/**
 * The options of `docker run` for the container of a pod: what the kubelet would ask of containerd.
 *
 * @param folders for the volumes that are ConfigMaps, by name
 */
export function dockerOptions(
  { spec }: PodTemplate,
  folders: Readonly<Record<string, string>>,
): string[] {
  const [container] = spec.containers;
  const { securityContext, resources, env, volumeMounts } = container;
  const { runAsUser, runAsGroup } = spec.securityContext;
  const mounts = volumeMounts.map(({ name, mountPath }) => {
    const { emptyDir, configMap } = spec.volumes.find((volume) => volume.name === name)!;
    if (emptyDir !== undefined)
      return `--tmpfs=${mountPath}:size=${size(emptyDir.sizeLimit)},gid=${runAsGroup},mode=2770`;
    if (configMap === undefined) throw new Error(`cannot mount the volume ${name}`);
    return `--volume=${folders[configMap.name]}:${mountPath}:ro`;
  });
  return [
    `--user=${runAsUser}:${runAsGroup}`,
    ...(securityContext.readOnlyRootFilesystem ? ['--read-only'] : []),
    ...securityContext.capabilities.drop.map((capability) => `--cap-drop=${capability}`),
    ...(securityContext.allowPrivilegeEscalation ? [] : ['--security-opt=no-new-privileges']),
    `--memory=${size(resources.limits.memory)}`,
    ...env.map(({ name, value = '' }) => `--env=${name}=${value}`),
    ...mounts,
  ];
}
