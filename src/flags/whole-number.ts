import { Flags } from '@oclif/core';
import { FlagFault } from './flag-fault.js';

/** A flag whose value is a whole number. Its `min` and `max` are options of the flag. */
export const wholeNumber = Flags.custom<number, { min?: number; max?: number }>({
  parse: async (text, _, { name, min = 0, max }) => {
    const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= (max ?? Number.MAX_SAFE_INTEGER)) return number;
    throw new FlagFault(name, text, `a whole number from ${min}${max === undefined ? '' : ` to ${max}`}`);
  },
});
