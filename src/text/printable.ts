// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /\u001b\[[\d;:]*m|\r\n|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Text that is safe to show on a terminal, wherever it comes from: colours and line breaks stay, every other control
 * character is spelt out, so that an event or a request cannot move the cursor, rename the window or type for the user.
 */
export function printable(text: string): string {
  return text.replace(controls, (found) => (found.length > 1 ? found : spelt(found)));
}

function spelt(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
