import type { BreakerSettings } from '@mscli/runtime/discovery';
import { failure } from '../../errors.js';
import { readDuration } from '../../text/duration.js';

/** Settings as they are given on the command line. */
export interface GivenSettings {
  threshold?: string | undefined;
  'failure-rate'?: string | undefined;
  'slow-rate'?: string | undefined;
  slow?: string | undefined;
  'minimum-calls'?: string | undefined;
  window?: string | undefined;
  open?: string | undefined;
}

const durationForm = 'a duration such as 500ms, 30s, 5m or 1h30m';
const countForm = 'a whole number from 1';
const shareForm = 'a share above 0 and up to 1, such as 0.5';

/**
 * Reads them.
 *
 * @throws MscliError `USAGE` for the first that makes no sense
 */
export function settingsOf(given: GivenSettings): BreakerSettings {
  const { threshold, slow, window, open } = given;
  const [failureRate, slowRate, minimumCalls] = [given['failure-rate'], given['slow-rate'], given['minimum-calls']];
  return {
    ...(threshold === undefined ? {} : { consecutiveFailures: orOff('threshold', threshold, count, countForm) }),
    ...(failureRate === undefined ? {} : { failureRate: orOff('failure-rate', failureRate, share, shareForm) }),
    ...(slowRate === undefined ? {} : { slowCallRate: orOff('slow-rate', slowRate, share, shareForm) }),
    ...(slow === undefined ? {} : { slowCallMs: must('slow', slow, readDuration, durationForm) }),
    ...(minimumCalls === undefined ? {} : { minimumCalls: must('minimum-calls', minimumCalls, count, countForm) }),
    ...(window === undefined ? {} : windowOf(window)),
    ...(open === undefined ? {} : { openMs: must('open', open, readDuration, durationForm) }),
  };
}

function windowOf(text: string): BreakerSettings {
  const form = `${countForm}, or ${durationForm}`;
  return /^\d+$/.test(text)
    ? { windowCalls: must('window', text, count, form) }
    : { windowMs: must('window', text, readDuration, form) };
}

function count(text: string): number | undefined {
  return /^\d{1,7}$/.test(text) && Number(text) >= 1 ? Number(text) : undefined;
}

function share(text: string): number | undefined {
  return /^\d*\.?\d+$/.test(text) && Number(text) > 0 && Number(text) <= 1 ? Number(text) : undefined;
}

function orOff(flag: string, text: string, read: (text: string) => number | undefined, form: string): number | false {
  return text === 'off' ? false : must(flag, text, read, `${form}, or off`);
}

function must(flag: string, text: string, read: (text: string) => number | undefined, form: string): number {
  const value = read(text);
  if (value === undefined) throw failure('USAGE', `--${flag} is "${text}", but must be ${form}.`);
  return value;
}
