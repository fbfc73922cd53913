/**
 * The middle value; of an even number, the mean of the two in the middle.
 *
 * @param {readonly number[]} values
 */
export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/**
 * Three significant digits are more than a shared machine can hold.
 *
 * @param {number} value
 */
export function rounded(value) {
  return Number(value.toPrecision(3));
}
