import * as z from 'zod';

const form = { error: 'must be the path of a PEM file with certificates of authorities' };

export const upstreamCa = z.string(form).min(1, form);
