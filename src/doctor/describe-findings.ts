import type { Style } from '../text/style.js';
import { padEnd } from '../text/table.js';
import type { Finding } from './finding.js';

/** One line for each finding, with the way out below it where there is one, and a verdict at the end. */
export function describeFindings(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const margin = ' '.repeat(width + 8);
  const lines = findings.flatMap(({ check, status, message, hint }) => {
    const text = hint === undefined || status === 'ok' ? message : `${message}\n${hint}`;
    return `${paint(status, style)}  ${padEnd(check, width)}  ${text.replaceAll('\n', `\n${margin}`)}`;
  });
  return `${[...lines, '', verdict(findings)].join('\n')}\n`;
}

function paint(status: Finding['status'], style: Style): string {
  switch (status) {
    case 'ok':
      return style.green('ok  ');
    case 'warn':
      return style.yellow('warn');
    case 'fail':
      return style.red('fail');
    default:
      return status satisfies never;
  }
}

function verdict(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const [fail, warn] = [count('fail'), count('warn')];
  if (fail + warn === 0) return 'All is well.';
  return [
    ...(fail > 0 ? [`${fail} ${fail === 1 ? 'thing' : 'things'} to put right`] : []),
    ...(warn > 0 ? [`${warn} ${warn === 1 ? 'warning' : 'warnings'}`] : []),
  ].join(', ');
}
