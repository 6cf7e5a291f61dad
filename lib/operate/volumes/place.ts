import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { overlay } from '../../render/overlay.js';
import { storage } from '../../render/storage.js';
import type { Instance } from '../../resource/resolve.js';
import { dataFolders, mountOf, templateThatRuns } from '../pods/pods.js';
import type { View } from '../view.js';
import { usedClaims } from './claims.js';

/** Where a server has a part of its data. */
interface Place {
  readonly volume: string;
  readonly words: string;
}

/** Undefined where a part of the data is in the pod, and lost with it. */
function placesIn(spec: PodSpec | undefined, container: string): readonly Place[] | undefined {
  const places = dataFolders.map((folder): Place | undefined => {
    const mount = mountOf({ spec }, container, folder);
    const volume = spec?.volumes?.find(({ name }) => name === mount?.name);
    if (!mount || volume?.emptyDir) return undefined;
    const { name, mountPath, subPath = mount.subPathExpr } = mount;
    const source = volume?.persistentVolumeClaim?.claimName ?? volume?.hostPath?.path;
    const words = `volume ${name}${source ? ` (${source})` : ''} at ${mountPath}${subPath ? `, its folder ${subPath}` : ''}`;
    return { volume: name, words };
  });
  return places.every((place) => place !== undefined) ? places : undefined;
}

/** Of servers that are rendered, with the wrapper laid over them. */
function renderedPlaces(instance: Instance): readonly Place[] | undefined {
  const { container } = instance.names;
  const { mounts, volumes } = storage(instance);
  const { containers, volumes: more } = (instance.spec.k8sWrapper?.PodSpec ?? {}) as Partial<PodSpec>;
  const over = { ...(Array.isArray(containers) && { containers }), ...(Array.isArray(more) && { volumes: more }) };
  const spec = overlay({ containers: [{ name: container, volumeMounts: mounts }], volumes }, over);
  return placesIn(spec, container);
}

/**
 * Why servers must not get another place for their data than they have: they would start empty, and clients would see
 * nothing, though all is still there. Where none runs, claims that say what they hold are the place.
 */
export function placeObstacle({ instance, observed, version }: View): string | undefined {
  const { database, names } = instance;
  if (database.type !== 'embedded' || !version) return undefined;
  const next = renderedPlaces(instance);
  const live = templateThatRuns(observed)?.spec;
  const former = live && placesIn(asTemplate(live, names.claim), names.container);
  const marked = usedClaims(instance, observed.volumes).find(({ mark, consented }) => mark && !consented);
  const moves = live ? former && inWords(former) !== inWords(next) : marked && !next?.every(isOn(names.claim));
  if (!moves) return undefined;
  const where = former ? inWords(former) : `volume claim ${marked?.name}`;
  return `spec.k8sWrapper: servers have their data in ${where}, and with ${inWords(next)} they would start without it: take volumes and volumeMounts for /home/nacos/data back, or move the data to a second Nacos (docs/moving-data.md)`;
}

/** Whether servers that run have their data on their claims; also where that is not known. */
export function isDataOnClaims({ instance, observed }: View): boolean {
  const { names } = instance;
  const live = templateThatRuns(observed)?.spec;
  return (live && placesIn(asTemplate(live, names.claim), names.container)?.every(isOn(names.claim))) ?? true;
}

/** A pod, unlike a template, names its claim. */
function asTemplate(spec: PodSpec, claim: string): PodSpec {
  return { ...spec, volumes: spec.volumes?.filter((one) => one.name !== claim || !one.persistentVolumeClaim) };
}

function isOn(claim: string): (place: Place) => boolean {
  return ({ volume }) => volume === claim;
}

function inWords(places: readonly Place[] | undefined): string {
  return [...new Set(places?.map(({ words }) => words) ?? ['a folder of the pod'])].join(' and ');
}
