/** What the victim of log-kill.test.ts writes as its nth line: a text that tells its number, of one step in three. */
export function victimLine(line: number): { readonly stepId: string; readonly text: string } {
  return { stepId: ['one', 'two', 'three'][line % 3] ?? '', text: `line ${line} ${'.'.repeat((line * 37) % 300)}` };
}
