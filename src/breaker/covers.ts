/** Whether a breaker's name, which may have `*` on either side, means another one. */
export function covers(pattern: string, name: string): boolean {
  const [caller, callee] = pattern.split('->');
  const [ownCaller, ownCallee] = name.split('->');
  return (caller === '*' || caller === ownCaller) && (callee === '*' || callee === ownCallee);
}
