import type { i18n } from 'i18next';
import type { AppError } from '@shared/model/app-error.ts';
import { lookUp } from '../i18n/i18n.ts';

/** An error in words. */
export interface ErrorTexts {
  readonly title: string;
  readonly why: string | undefined;
  readonly todo: string | undefined;
}

/** The words of an error's code in the language in force, its parameters filled in. A code without words is named as it is. */
export function errorTexts(i18n: i18n, error: AppError): ErrorTexts {
  const text = (part: string) => lookUp(i18n, 'errors', `${error.code}.${part}`, error.params) || undefined;
  return {
    title: text('title') ?? i18n.t('error.unnamed', { ns: 'common', code: error.code }),
    why: text('why'),
    todo: text('todo'),
  };
}

/** The error to paste into an issue or a chat. */
export function errorMarkdown(texts: ErrorTexts, error: AppError): string {
  const parts = [`**${texts.title}** (\`${error.code}\`)`];
  if (error.where?.file !== undefined) {
    parts.push([error.where.file, error.where.line, error.where.column].filter((part) => part !== undefined).join(':'));
  }
  const words = [texts.why, texts.todo].filter((part) => part !== undefined).join(' ');
  if (words !== '') parts.push(words);
  if (error.cause !== undefined) {
    // A fence longer than any in the text.
    const longest = Math.max(2, ...Array.from(error.cause.matchAll(/`+/g), (run) => run[0].length));
    const fence = '`'.repeat(longest + 1);
    parts.push(`${fence}\n${error.cause}\n${fence}`);
  }
  return parts.join('\n\n');
}
