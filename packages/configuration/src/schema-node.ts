import type { z } from 'zod';

/** A node of a JSON Schema (draft 2020-12). */
export type SchemaNode = z.core.JSONSchema.BaseSchema;
