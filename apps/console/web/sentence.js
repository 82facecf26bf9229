import { causeInWords } from './causes.js';
import { formatDuration, formatRate } from './format.js';
import { perSecond, stepsOf } from './history.js';
import { takersOf } from './takers.js';

/** Share of the clients of a backend that is down. */
const WORTH_NAMING = 0.1;

function list(names) {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function ofDown(down, now) {
  const [first] = down;
  if (down.length > 1) {
    const since = down.map(({ since }) => Date.parse(since ?? '')).filter((each) => each >= 0);
    const lasting =
      since.length === 0 ? '' : `, the longest for ${formatDuration(now - Math.min(...since))}`;
    return `${list(down.map(({ name }) => name))} are down${lasting}`;
  }
  const lasting =
    first.since === null
      ? 'is down'
      : `has been down for ${formatDuration(now - Date.parse(first.since))}`;
  return `${first.name} ${lasting} (${causeInWords(first.why)})`;
}

function lacksAll({ blobsOnlyUpstream }) {
  return (blobsOnlyUpstream ?? 0) > 0;
}

/**
 * The name of the signature upstream of a configuration with one registry, which no other backend may have. Those of
 * several registries end in it, as the names of other upstreams may.
 */
const SIGNATURES = 'signatures';

/** What follows from the backends that are down, as far as the status tells: it does not tell their registries. */
function consequenceOf(down, { backends }, history) {
  const isOne = down.length === 1;
  const isSource = ({ kind, name }) => kind === 'upstream' && name !== SIGNATURES;
  if (down.some(isSource)) {
    const mayFail = `manifests and blobs that only ${isOne ? 'it has' : 'they have'} may fail`;
    const isLast = backends.filter(isSource).every(({ state }) => state === 'down');
    return isLast ? mayFail : `${mayFail}, unless another upstream takes over`;
  }
  const stores = down.filter(({ kind }) => kind === 'store');
  if (stores.length === 0) return 'its requests go to the upstream';
  const takers = isOne
    ? takersOf(history ?? {}, down[0])?.backends.filter(({ share }) => share >= WORTH_NAMING)
    : undefined;
  if (takers) return `its clients go to ${list(takers.map(({ name }) => name))}`;
  return backends.some(({ kind, state }) => kind === 'store' && state === 'up')
    ? `${isOne ? 'its' : 'their'} clients are sent to other backends`
    : 'clients are sent to the upstream';
}

/**
 * Whether pulls are served, in one sentence.
 *
 * @returns tone `calm` or `alarm`: whether a person is needed
 */
export function sentenceOf(status, history, now) {
  const rate =
    history === undefined ? null : perSecond(history, history.requests, stepsOf(history, 60_000));
  const serving =
    rate === null || rate === 0
      ? 'Ready, without requests in the last minute'
      : `Serving ${formatRate(rate)} ${rate === 1 ? 'request' : 'requests'} a second`;
  const { backends, configuration, processes } = status;
  const down = backends.filter(({ state }) => state === 'down');
  const silent = processes.filter(({ answering }) => !answering).length;
  if (processes.length > 0 && silent === processes.length)
    return { tone: 'alarm', text: 'No process answers requests.' };
  if (down.length === 0) {
    // A store in which no blob was ever found is up, and serves nothing.
    const unproven = backends.some(lacksAll);
    const refused = configuration.lastReload?.successful === false;
    return {
      tone: silent > 0 || unproven || refused ? 'alarm' : 'calm',
      text: `${serving}; ${unproven ? 'no backend is down' : 'every backend is healthy'}.${silent > 0 ? ` ${silent} of ${processes.length} processes do not answer.` : ''}`,
    };
  }
  return {
    tone: 'alarm',
    text: `${ofDown(down, now)}; ${consequenceOf(down, status, history)}. ${serving}.`,
  };
}

/** Further matters that need a person, as sentences. */
export function remarksOn({ configuration: { lastReload, restartNeeded }, totals, backends }) {
  return [
    ...(restartNeeded?.length > 0
      ? [`A change of ${restartNeeded.join(', ')} in the configuration needs a restart.`]
      : []),
    ...(lastReload !== null && !lastReload.successful
      ? [`The last reload was refused: ${lastReload.problems[0] ?? 'see the log'}`]
      : []),
    ...(totals.ownFailures > 0
      ? [
          `${totals.ownFailures} internal errors since the start were answered with the upstream; see the log.`,
        ]
      : []),
    ...backends
      .filter(lacksAll)
      .map(
        ({ name, blobsOnlyUpstream }) =>
          `No blob was ever found in ${name}, but ${blobsOnlyUpstream} in the upstream: check its key.`,
      ),
  ];
}
