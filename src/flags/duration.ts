import { Flags } from '@oclif/core';
import { readDuration } from '../text/duration.js';
import { FlagFault } from './flag-fault.js';

/** A flag whose value is a duration, in milliseconds for the command. */
export const duration = Flags.custom<number>({
  parse: async (text, _, { name }) => {
    const milliseconds = readDuration(text);
    if (milliseconds === undefined) throw new FlagFault(name, text, 'a duration such as 500ms, 30s, 5m or 1h30m');
    return milliseconds;
  },
});
