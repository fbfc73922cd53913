/** What replaces a `${VAR}`: its value, or why there is none. */
export type Expansion = { text: string; problems: string[] };

const reference = /\$\$\{|\$\{([^}]*)(\}?)/g;
const form = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * Replaces `${VAR}` and `${VAR:-default}` as a shell does: the default also stands in for an empty variable.
 * `$${` gives a literal `${`.
 */
export function expandVariables(text: string, env: Readonly<Record<string, string | undefined>>): Expansion {
  const problems: string[] = [];
  const expanded = text.replace(reference, (whole, body: string | undefined, close: string) => {
    if (body === undefined) return '${';
    const [, name, fallback] = (close === '}' && form.exec(body)) || [];
    if (name === undefined) {
      problems.push(`has ${whole}, which is not of the form \${VAR} or \${VAR:-default}`);
      return whole;
    }
    const set = Object.hasOwn(env, name) ? env[name] : undefined;
    const value = fallback === undefined ? set : set || fallback;
    if (value === undefined) {
      problems.push(
        `needs ${name}, which is set neither in the environment nor in .env; set it, or write \${${name}:-default}`,
      );
    }
    return value ?? whole;
  });
  return { text: expanded, problems };
}
