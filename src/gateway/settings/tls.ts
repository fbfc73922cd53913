import * as z from 'zod';

const file = (what: string) => {
  const form = { error: `must be the path of ${what}` };
  return z.string(form).min(1, form);
};

export const tls = z.strictObject(
  {
    certificate: file('a PEM file with the certificate and its chain').describe(
      'PEM file with the certificate, followed by those that lead to its authority.',
    ),
    key: file('a PEM file with the private key').describe('PEM file with the private key of the certificate.'),
    minVersion: z
      .enum(['TLSv1.2', 'TLSv1.3'], { error: 'must be TLSv1.2 or TLSv1.3' })
      .default('TLSv1.2')
      .describe('The oldest version of TLS that clients may speak.'),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'must be a map with certificate and key') },
);

export type TlsSettings = z.output<typeof tls>;
