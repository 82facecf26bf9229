/** Causes of a change of state, as the second part of a sentence. */
const CAUSES = {
  start: 'since the start',
  'checks-failed': 'checks for clients failed',
  'trial-failed': 'it still fails',
  'trial-answered': 'it answers again',
  'canary-failed': 'its canaries fail',
  'canary-passed': 'its canary passed',
  'canary-lost': 'nothing left to probe',
};

export function causeInWords(why) {
  return CAUSES[why] ?? String(why).replaceAll('-', ' ');
}
