import { randomInt, randomUUID } from 'node:crypto';
import { takes, type TemplateFunction } from '../functions.ts';

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');

/** So many letters out of an alphabet; none where the count is negative. (The original's `randAscii` takes all of Unicode.) */
function randomText(alphabet: string): TemplateFunction {
  return takes(['int'], ({ budget }, count) => {
    const length = count > 0n ? Number(count) : 0;
    budget.spend(2 * length);
    budget.allocate(16 * length);
    return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  });
}

export const random: Readonly<Record<string, TemplateFunction>> = {
  randAlpha: randomText(letters),
  randAlphaNum: randomText(letters + digits),
  randAscii: randomText(ascii),
  randNumeric: randomText(digits),
  uuidv4: takes([], ({ budget }) => {
    budget.spend(2);
    return randomUUID();
  }),
  shuffle: takes(['string'], ({ budget }, text) => {
    budget.spend(2 * text.length);
    budget.allocate(16 * text.length);
    const shuffled = Array.from(text);
    for (let at = shuffled.length - 1; at > 0; at -= 1) {
      const other = randomInt(at + 1);
      [shuffled[at], shuffled[other]] = [shuffled[other] ?? '', shuffled[at] ?? ''];
    }
    return shuffled.join('');
  }),
};
