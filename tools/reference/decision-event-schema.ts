import { type DecisionEvent, EVENT_SCHEMA } from '../../apps/archeio/src/ipc/decision-event.ts';
import { REASONS, type Route, type Rule } from '../../packages/redirect/src/index.ts';

/** Every rule: a new one does not compile until it is here. */
const RULES = Object.keys({
  R1: 1,
  R2: 1,
  R3: 1,
  R4: 1,
  R5: 1,
  R6: 1,
  R7: 1,
  R8: 1,
  R9: 1,
  R9a: 1,
  R10: 1,
  R11: 1,
  R12: 1,
  R12a: 1,
} satisfies Record<Rule, 1>);

/** Every kind of route, likewise. */
const KINDS = Object.keys({
  method: 1,
  page: 1,
  health: 1,
  elsewhere: 1,
  base: 1,
  token: 1,
  catalog: 1,
  invalid: 1,
  manifest: 1,
  tags: 1,
  referrers: 1,
  blob: 1,
} satisfies Record<Route['kind'], 1>);

const text = (description: string, more: object = {}) => ({ description, type: 'string', ...more });
const textOrNull = (description: string, more: object = {}) => ({
  description,
  type: ['string', 'null'],
  ...more,
});
const bytes = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

const PROPERTIES = {
  event: { description: 'Distinguishes events from other lines.', const: 'decision' },
  schema: { description: 'Version of this format.', const: EVENT_SCHEMA },
  time: text('Arrival of the request: RFC 3339, UTC, milliseconds.', {
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  }),
  host: textOrNull('Host that was asked, in lower case.', { minLength: 1, maxLength: 256 }),
  method: text('Method, as sent.', { minLength: 1 }),
  rule: { description: 'Rule that decided.', enum: RULES },
  reason: text('Code of the reason. Releases may add codes.', {
    pattern: '^[a-z]+(-[a-z]+)*$',
    examples: Object.values(REASONS).map(({ code }) => code),
  }),
  kind: { description: 'Kind of request.', enum: KINDS },
  name: textOrNull('Repository, as asked.', { minLength: 1 }),
  reference: textOrNull('Tag or digest.', { minLength: 1 }),
  considered: {
    description: 'Backends that the decision considered, in order.',
    type: 'array',
    items: {
      type: 'object',
      properties: {
        backend: { type: 'string' },
        presence: {
          description: 'Whether it has the content; null if it was not asked.',
          enum: ['present', 'absent', 'unknown', null],
        },
      },
      required: ['backend', 'presence'],
    },
  },
  backend: textOrNull('Backend that the client was redirected to.'),
  cloud: textOrNull("The client's cloud or network.", { minLength: 1 }),
  region: textOrNull("The client's region.", { minLength: 1 }),
  status: { description: 'Status code.', type: 'integer', minimum: 100, maximum: 599 },
  durationMs: { description: 'Milliseconds to the answer.', type: 'number', minimum: 0 },
  bytes: { description: 'Size of the blob.', type: ['integer', 'null'], ...bytes },
  rangeOffset: { description: 'First byte asked for.', type: 'integer', ...bytes },
  weight: {
    description: 'Number of requests that this one stands for.',
    type: 'number',
    minimum: 1,
  },
  requestId: textOrNull("The request's ID.", { pattern: '^[A-Za-z0-9._-]{1,128}$' }),
  pullId: textOrNull('ID that the requests of one pull share.', { pattern: '^[0-9a-f]{32}$' }),
  traceId: textOrNull("ID of the request's trace.", { pattern: '^[0-9a-f]{32}$' }),
  userAgent: textOrNull('User-Agent.', { maxLength: 256 }),
  client: text("The client's prefix or address.", { minLength: 2 }),
} satisfies Record<keyof DecisionEvent, object>;

/** Properties that only some events have. */
const OPTIONAL: readonly string[] = ['client'] satisfies (keyof DecisionEvent)[];

/** JSON Schema (draft 2020-12) of a decision event. */
export function decisionEventSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'archeio decision event',
    description: 'One line of docs/reference/events.md.',
    type: 'object',
    properties: PROPERTIES,
    required: Object.keys(PROPERTIES).filter((name) => !OPTIONAL.includes(name)),
  };
}
