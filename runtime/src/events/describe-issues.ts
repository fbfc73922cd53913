import type { z } from 'zod';

/** Zod's issues as one line, each with its path: `total: expected number, received string; items.0.sku: Required`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || '(data)'}: ${issue.message}`).join('; ');
}
