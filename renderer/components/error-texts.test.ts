import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { AppErrorCode } from '@shared/model/app-error.ts';
import type { AppError } from '@shared/model/app-error.ts';
import { setUpI18n } from '../i18n/i18n.ts';
import { errorMarkdown, errorTexts } from './error-texts.ts';

const denied: AppError = {
  code: 'engine.permissionDenied',
  params: { host: 'unix:///var/run/docker.sock' },
  cause: 'connect EACCES /var/run/docker.sock',
  fixes: [],
};

beforeAll(() => {
  setUpI18n('en');
});

describe('errorTexts', () => {
  it.each(AppErrorCode.options)('has words for %s in both languages', async (code) => {
    for (const language of ['en', 'ko']) {
      await i18next.changeLanguage(language);
      const texts = errorTexts(i18next, { code, params: {}, fixes: [] });
      expect(texts.title).not.toContain(code);
      expect(texts.todo).toBeTruthy();
    }
  });

  it.each(AppErrorCode.options)('reads well without the parameters of %s', async (code) => {
    for (const language of ['en', 'ko']) {
      await i18next.changeLanguage(language);
      const { title, why, todo } = errorTexts(i18next, { code, params: {}, fixes: [] });
      const said = [title, why, todo].filter((text) => text !== undefined);
      expect(said.filter((text) => text.includes('{{') || text !== text.trim())).toEqual([]);
    }
  });

  it('leaves braces in what the error says as they are', async () => {
    await i18next.changeLanguage('en');
    const texts = errorTexts(i18next, { code: 'context.notFound', params: { path: '/src/{{.Run.ID}}/$1' }, fixes: [] });
    expect(texts.why).toBe('/src/{{.Run.ID}}/$1');
  });

  it('fills in what the error says, and escapes nothing: React does', async () => {
    await i18next.changeLanguage('en');
    const texts = errorTexts(i18next, { ...denied, params: { host: 'unix:///a<b>&c' } });
    expect(texts.why).toContain('unix:///a<b>&c');
  });

  it('names a code that has no words', () => {
    const unknown = { ...denied, code: 'engine.onFire' } as unknown as AppError;
    expect(errorTexts(i18next, unknown)).toEqual({
      title: 'Something went wrong (engine.onFire)',
      why: undefined,
      todo: undefined,
    });
  });
});

describe('errorMarkdown', () => {
  const texts = { title: 'It failed', why: 'Because.', todo: 'Do this.' };

  it('has everything that an issue needs', () => {
    const error: AppError = { ...denied, where: { file: 'Dockerfile', line: 3, column: 5 } };
    expect(errorMarkdown(texts, error)).toBe(
      '**It failed** (`engine.permissionDenied`)\n\nDockerfile:3:5\n\nBecause. Do this.\n\n```\nconnect EACCES /var/run/docker.sock\n```',
    );
  });

  it('keeps a fence in the words of the engine from ending the block', () => {
    expect(errorMarkdown(texts, { ...denied, cause: 'a\n````\nb' })).toContain('`````\na\n````\nb\n`````');
  });
});
